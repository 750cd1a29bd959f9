import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { shift } from "@nightshift/blackboard/shift";
import { SHIFT_STREAM, idOf } from "@nightshift/protocol/ids";
import type { Incumbent } from "@nightshift/protocol/shift";
import type { House } from "./house.ts";
import { settingsFor } from "./night-plan.ts";

/**
 * A name for a dispatcher that no other process of any machine has. It says where its process runs
 * and when the kernel started it, so that whoever reads it in the log can tell whether it is there:
 * no file beside the log, that a crash could leave behind the election.
 */
export async function leaderName(): Promise<string> {
  return `${await placeOf()}-${process.pid}-${await startOf(process.pid)}`;
}

/**
 * Whether the process of a leader's name is still at work. Of another machine, or another world of
 * process ids on this one, nothing is known.
 */
export async function fateOf(leader: string | null): Promise<Incumbent> {
  if (leader === null) return "none";
  const [, place, pid, started] = /^(.+)-(\d{1,10})-(\w+)$/.exec(leader) ?? [];
  if (place !== (await placeOf())) return "unknown";
  return (await startOf(Number(pid))) === started ? "alive" : "gone";
}

/**
 * Asks the rule of the election without electing anyone, so that who is refused has changed nothing.
 * @throws Refusal `already-leading` while another dispatcher leads; the message says who and since when.
 */
export async function mayLead(house: House): Promise<void> {
  const { clock, config } = house;
  const { state } = await house.board("dispatcher").load("shift", idOf(SHIFT_STREAM));
  const command = {
    type: "shift.elect",
    leader: await leaderName(),
    incumbent: await fateOf(state.leader),
    observedEpoch: state.epoch,
    nowMs: clock.now(),
    leaseMs: settingsFor(config).leaderLeaseMs,
  } as const;
  shift.decide(command, state);
}

/** The machine, and the namespace in which its process ids mean something. */
async function placeOf(): Promise<string> {
  const namespace = await readlink("/proc/self/ns/pid").catch(() => "");
  const inode = /\d+/.exec(namespace)?.[0] ?? "0";
  return `${hostname()}-${inode}`.replaceAll(/[^\w-]/g, "-");
}

/** Start time of a process in clock ticks since boot; "gone" where there is none. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (stat !== null) {
    // The command's name stands in parentheses and may hold anything; fields follow it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "gone" : (fields[19] ?? "unknown");
  }
  return process.platform === "linux" ? "gone" : aliveBySignal(pid);
}

/** Without /proc a signal of 0 tells that some process has the id, no more. */
function aliveBySignal(pid: number): string {
  try {
    process.kill(pid, 0);
    return "alive";
  } catch {
    return "gone";
  }
}
