import { mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { shift } from "@nightshift/blackboard/shift";
import { SHIFT_STREAM, idOf } from "@nightshift/protocol/ids";
import type { Incumbent } from "@nightshift/protocol/shift";
import { z } from "zod";
import type { House } from "./house.ts";
import { settingsFor } from "./night-plan.ts";

/** Who leads on this machine: enough to tell later whether that process is still there. */
const LeaderFile = z.strictObject({
  leader: z.string(),
  host: z.string(),
  pid: z.int().positive(),
  /** When the kernel started it: a reused process id belongs to another process. */
  started: z.string(),
});

/** A name for a dispatcher that no other process of any machine has. */
export async function leaderName(): Promise<string> {
  return `${hostname()}-${process.pid}-${await startOf(process.pid)}`.replaceAll(/[^\w-]/g, "-");
}

/** Whether the process that wrote the leader file is still at work. */
export async function incumbentOf(path: string): Promise<Incumbent> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return "none";
  const read = LeaderFile.safeParse(parseJson(text));
  if (!read.success) return "unknown";
  const { host, pid, started } = read.data;
  if (host !== hostname()) return "unknown";
  return (await startOf(pid)) === started ? "alive" : "gone";
}

/**
 * Asks the rule of the election without electing anyone, so that who is refused has changed nothing.
 * @throws Refusal `already-leading` while another dispatcher leads; the message says who and since when.
 */
export async function mayLead(house: House): Promise<void> {
  const { paths, clock, config } = house;
  const { state } = await house.board("dispatcher").load("shift", idOf(SHIFT_STREAM));
  const command = {
    type: "shift.elect",
    leader: await leaderName(),
    incumbent: await incumbentOf(paths.leader),
    observedEpoch: state.epoch,
    nowMs: clock.now(),
    leaseMs: settingsFor(config).leaderLeaseMs,
  } as const;
  shift.decide(command, state);
}

export async function writeLeader(path: string, leader: string): Promise<void> {
  const entry = { leader, host: hostname(), pid: process.pid, started: await startOf(process.pid) };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(entry));
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
