import { createBoard } from "@nightshift/blackboard/board";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { taskIdOf } from "@nightshift/protocol/ids";
import { backlogOf, REPO } from "./backlog.ts";
import { chanceOf } from "./chance.ts";
import { directorOf } from "./director.ts";
import { fateOf } from "./fate.ts";
import { DISK_FAILURE, startProcess, type Process } from "./process.ts";
import { runUntil } from "./virtual-clock.ts";
import { createWorld, type World } from "./world.ts";

/** Processes that may come to a bad end in one night, before one is left in peace. */
const CRASHES_MAX = 3;

/** A night that was simulated to its end. */
export type SimulatedNight = {
  world: World;
  /** The dispatcher that was left in peace, at the end. */
  last: Process;
  /** How its processes ended that were not left in peace. */
  ends: string[];
  /** What no process should have ended with. */
  failures: string[];
};

/**
 * A whole night that follows from its seed: a backlog, agents of every kind, and up to three
 * dispatchers that die, hang while another takes over, or are stopped; then one in peace.
 * @param prepare Is shown the world before anything happens in it.
 */
export async function simulate(
  seed: number,
  prepare: (world: World) => void,
): Promise<SimulatedNight> {
  const chance = chanceOf(`night ${seed}`);
  const world = createWorld(chance);
  prepare(world);
  await propose(world);
  const processes: Process[] = [];
  const director = directorOf(world);
  const crashes = Number(chance.weighted({ 0: 1, 1: 2, 2: 3, [CRASHES_MAX]: 4 }));
  for (let at = 1; at <= crashes; at++) {
    const fate = fateOf(chance.about(`fate ${at}`));
    const process = await startProcess(world, `leader-${at}`, fate);
    processes.push(process);
    await runUntil(world.clock, () => process.state.status !== "runs");
    wakeLater(world, process);
  }
  world.plan = { ...world.plan, untilMs: null };
  // Whoever hung wakes up before the last one leads, or while it does.
  const name = `leader-${crashes + 1}`;
  const last = await startProcess(world, name, { kind: "none" });
  processes.push(last);
  await runUntil(world.clock, () => processes.every(hasEnded) && director.isDone());
  return {
    world,
    last,
    ends: processes.map(endOf),
    failures: processes.flatMap((process) => failureOf(process, last)),
  };
}

async function propose(world: World): Promise<void> {
  const board = createBoard({
    store: world.store.as("director"),
    actor: "director",
    clock: world.clock,
    newId: () => `evening-${world.clock.now()}`,
  });
  const { id, name, path, target, testCommand, policy } = world.repo;
  const registered = { name, path, target, testCommand, policy };
  await board.handle("repo", id, { type: "repo.register", ...registered });
  for (const spec of backlogOf(world.chance.about("backlog"))) {
    const command = { type: "task.propose", spec, followUpDepthMax: 1 } as const;
    await board.handle("task", taskIdOf(REPO, spec.name), command);
  }
}

/** One that hangs goes on after a while, as a machine does that was asleep. */
function wakeLater({ clock, chance }: World, process: Process): void {
  if (process.state.status !== "hangs") return;
  const draws = chance.about(`waking ${process.name}`);
  const ms = Math.floor(Math.exp(draws.next() * Math.log(6 * 3_600_000)));
  void clock.sleep(ms, new AbortController().signal).then(() => process.wake());
}

function hasEnded({ state }: Process): boolean {
  return state.status !== "runs" && state.status !== "hangs";
}

function endOf({ state }: Process): string {
  if (state.status === "dead") return "a leader died";
  if (state.status !== "failed") return "a leader came to its end";
  if (isFenced(state.why)) return "a leader was replaced while it slept";
  return isDisk(state.why) ? "a leader met a failing disk" : "a leader failed";
}

/** A night may end early because the disk failed, or because another leads; for nothing else. */
function failureOf({ name, state }: Process, last: Process): string[] {
  if (state.status !== "failed") return [];
  const { why } = state;
  if (name !== last.name && (isFenced(why) || isDisk(why))) return [];
  return [`${name} failed: ${why instanceof Error ? why.stack : String(why)}`];
}

/** Refused because another leads, be it at its election or later. */
function isFenced(why: unknown): boolean {
  if (!(why instanceof Refusal)) return false;
  return why.code === "stale" || why.code === "already-leading" || /led by/.test(why.message);
}

function isDisk(why: unknown): boolean {
  return why instanceof Unavailable && why.message === DISK_FAILURE;
}
