import { backlog } from "@nightshift/projections/backlog";
import { SHIFT_STREAM, idOf } from "@nightshift/protocol/ids";
import { strays, unlockIdle } from "./recover.ts";
import { absentSkill } from "./choosing/auction.ts";
import { admitProposed } from "./admit.ts";
import { runAttempt, type Try } from "./attempt.ts";
import { claim } from "./claim.ts";
import { evolve } from "./learning/evolve.ts";
import { tendRequests } from "./merging/requests.ts";
import { say, type Night } from "./night.ts";
import { completeParents } from "./parents.ts";
import { notePause, resumesUntil, waitsUntil } from "./accounts/resume.ts";
import { roomFor, type Room } from "./room.ts";
import { nextCycleMs } from "./schedule.ts";
import { candidates } from "./choosing/candidates.ts";

/** Why a shift ended, as the exit code and the digest tell it. */
export type EndReason = "backlog-done" | "time" | "stopped" | "budget" | "brake";

const SHIFT = idOf(SHIFT_STREAM);
const PASSES_MAX = 100_000;
/** Passes in a row that find work, no way to begin it and nothing to wait for. */
const FRUITLESS_MAX = 5;

/**
 * Passes of the dispatcher until something ends the night. Should it end by an error, then whatever
 * still runs comes to the end of its step first: nothing goes on behind a night that is over.
 * @param resumed Attempts that the last leader left, to go on with.
 */
export async function runCycles(night: Night, resumed: readonly Try[]): Promise<EndReason> {
  const running = new Set<Promise<void>>();
  const halt = new AbortController();
  try {
    const stop = AbortSignal.any([night.stop, halt.signal]);
    return await passes({ ...night, stop }, resumed, running);
  } catch (error) {
    halt.abort();
    await Promise.allSettled(running);
    throw error;
  }
}

/**
 * Admit, complete, select, claim, wait. Attempts run beside one another as far as the repositories
 * allow; each pass follows an attempt's end, a hold's end, or the schedule.
 */
async function passes(
  night: Night,
  resumed: readonly Try[],
  running: Set<Promise<void>>,
): Promise<EndReason> {
  const start = (attempt: Try) => {
    // One that failed stays, so that whoever waits for all of them hears of it.
    const run = runAttempt(night, attempt).then(() => void running.delete(run));
    run.catch(() => {});
    running.add(run);
    takenUp.add(attempt.id);
  };
  const takenUp = new Set<string>();
  resumed.forEach(start);
  const pace = { lastMs: null as number | null, started: 0, cycle: 0 };
  let fruitless = 0;
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    await admitProposed(night);
    await completeParents(night);
    await tendRequests(night);
    (await strays(night, takenUp)).forEach(start);
    const room = await roomFor(night);
    if (room.status === "open") await fill(night, room, running.size, pace, start);
    if (running.size > 0) {
      fruitless = 0;
      await Promise.race(running);
      await evolve(night);
      continue;
    }
    const wait = await whatNext(night, room, pace);
    if (wait.kind === "end") return wait.reason;
    if (wait.untilMs > night.ports.clock.now()) {
      fruitless = 0;
      await pause(night, wait.reason, wait.untilMs);
    } else if (++fruitless >= FRUITLESS_MAX) {
      // What is left stands behind attempts that wait for an account beyond this night.
      return "budget";
    } else await unlockIdle(night);
  }
  throw new Error(`the night did not end within ${PASSES_MAX} passes`);
}

type Pace = { lastMs: number | null; started: number; cycle: number };

/** Claims the best candidates as far as there is room and the batch of this cycle allows. */
async function fill(
  night: Night,
  room: Extract<Room, { status: "open" }>,
  busy: number,
  pace: Pace,
  start: (attempt: Try) => void,
): Promise<void> {
  const { clock, board } = night.ports;
  const { schedule, timeZone } = night.plan;
  const due =
    pace.cycle === 0 || nextCycleMs(schedule, pace.lastMs, clock.now(), timeZone) <= clock.now();
  if (due) pace.started = 0;
  // A claim without them would end as lost, and be made again at once.
  if (absentSkill(night) !== null) return;
  let left = Math.min(room.slots - busy, schedule.batch - pace.started);
  let announced = false;
  for (const { row } of await candidates(night)) {
    if (left <= 0) return;
    const attempt = await claim(night, row);
    if (attempt === null) continue;
    if (due && !announced) {
      announced = true;
      pace.lastMs = clock.now();
      pace.cycle++;
      await board.handle("shift", SHIFT, {
        type: "shift.start-cycle",
        epoch: night.epoch,
        nowMs: clock.now(),
      });
    }
    pace.started++;
    left--;
    start(attempt);
  }
}

type Next = { kind: "end"; reason: EndReason } | { kind: "wait"; untilMs: number; reason: string };

/** Nothing runs: is the night over, or is there something to wait for? */
async function whatNext(night: Night, room: Room, pace: Pace): Promise<Next> {
  const { clock, views } = night.ports;
  const { schedule, timeZone, untilMs } = night.plan;
  const now = clock.now();
  if (night.stop.aborted || night.abort.aborted) return { kind: "end", reason: "stopped" };
  if (untilMs !== null && now >= untilMs) return { kind: "end", reason: "time" };
  if (room.status === "closed" && !room.isForWork) {
    if (room.untilMs === null) return { kind: "end", reason: room.end };
    return waitAtMost(night, room.untilMs, room.reason, room.end);
  }
  await views.catchUp();
  const open = [...views.view(backlog).tasks.values()].filter(
    ({ status, spec }) => status === "open" && night.plan.repos.has(spec.repo),
  );
  const ready = await candidates(night);
  if (ready.length > 0 && room.status === "closed" && room.untilMs !== null) {
    return waitForLimit(night, room.untilMs, room.reason);
  }
  const absent = absentSkill(night);
  if (ready.length > 0 && absent !== null) {
    return waitAtMost(night, now + ABSENT_MS, `nobody is here who could ${absent}`, "time");
  }
  if (ready.length > 0) {
    const next = nextCycleMs(schedule, pace.lastMs, now, timeZone);
    return waitAtMost(night, next, "waiting for the next cycle", "time");
  }
  const later = open.map(({ notBeforeMs }) => notBeforeMs ?? 0).filter((ms) => ms > now);
  if (later.length === 0) return { kind: "end", reason: "backlog-done" };
  return waitForLimit(night, Math.min(...later), "waiting for a limit to reset");
}

async function waitForLimit(night: Night, untilMs: number, reason: string): Promise<Next> {
  if (untilMs <= resumesUntil(night)) return { kind: "wait", untilMs, reason };
  await notePause(night, reason, untilMs);
  return { kind: "end", reason: "budget" };
}

/** Pause before one looks again who is there, ms; agents of other processes come back by themselves. */
const ABSENT_MS = 30_000;

/** A wait that would outlast the night ends it. */
function waitAtMost(night: Night, untilMs: number, reason: string, end: EndReason): Next {
  if (untilMs > waitsUntil(night)) return { kind: "end", reason: end };
  return { kind: "wait", untilMs, reason };
}

async function pause(night: Night, reason: string, untilMs: number): Promise<void> {
  const { board, clock } = night.ports;
  const { epoch } = night;
  await board.handle("shift", SHIFT, { type: "shift.pause", epoch, reason, untilMs });
  say(night, null, `${reason} until ${new Date(untilMs).toISOString()}`, "quiet");
  await clock.sleep(untilMs - clock.now(), AbortSignal.any([night.stop, night.abort]));
  await board.handle("shift", SHIFT, { type: "shift.resume", epoch });
}
