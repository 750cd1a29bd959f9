import { test } from "vitest";
import { shift } from "./shift.ts";
import { spec } from "./spec.ts";

const { given } = spec(shift);
const LEASE_MS = 600_000;
const elected = { type: "shift.leader-elected", leader: "a", epoch: 1, atMs: 1_000 } as const;
const started = {
  type: "shift.started",
  number: 1,
  untilMs: null,
  timeZone: "UTC",
  sandbox: "bubblewrap",
} as const;
const cycle = { type: "shift.cycle-started", cycle: 1, epoch: 1, atMs: 2_000 } as const;
const paused = { type: "shift.paused", reason: "no window is open", untilMs: 9_000 } as const;
const root = "ab".repeat(32);
const sealed = { type: "shift.sealed", root, streams: 3, upTo: "17" } as const;
const ended = { type: "shift.ended", reason: "backlog done" } as const;
const start = {
  type: "shift.start",
  leader: "a",
  untilMs: null,
  timeZone: "UTC",
  sandbox: "bubblewrap",
} as const;
const elect = {
  type: "shift.elect",
  leader: "b",
  incumbent: "unknown",
  nowMs: 3_000,
  leaseMs: LEASE_MS,
} as const;

test("the first leader gets epoch 1", () =>
  given()
    .when({ ...elect, leader: "a", incumbent: "none", nowMs: 1_000 })
    .thenEvents(elected));

test("a leader elected again under its name stays who it is", () =>
  given(elected)
    .when({ ...elect, leader: "a" })
    .thenNothing());

test("a leader that is alive is not replaced, and the refusal says who leads since when", () =>
  given(elected)
    .when({ ...elect, incumbent: "alive", nowMs: 10 * LEASE_MS })
    .thenRefuses("already-leading", /a leads since 1970-01-01T00:00:01.000Z/));

test("a leader that is gone is replaced at once, with the next epoch", () =>
  given(elected)
    .when({ ...elect, incumbent: "gone" })
    .thenEvents({ ...elected, leader: "b", epoch: 2, atMs: 3_000 }));

test("a leader of unknown fate leads until its last sign of life is older than the lease", () =>
  given(elected, started, cycle)
    .when({ ...elect, nowMs: 2_000 + LEASE_MS - 1 })
    .thenRefuses("already-leading"));

test("a leader of unknown fate is replaced once the lease is over", () =>
  given(elected, started, cycle)
    .when({ ...elect, nowMs: 2_000 + LEASE_MS })
    .thenEvents({ ...elected, leader: "b", epoch: 2, atMs: 2_000 + LEASE_MS }));

test("who believes that nobody leads is told otherwise by the log", () =>
  given(elected)
    .when({ ...elect, incumbent: "none" })
    .thenRefuses("already-leading"));

test("what was seen of an earlier leader says nothing about the one who leads now", () =>
  given(elected, { ...elected, leader: "c", epoch: 2, atMs: 2_500 })
    .when({ ...elect, incumbent: "gone", observedEpoch: 1 })
    .thenRefuses("already-leading", /c leads/));

test("shift numbers grow over the nights", () =>
  given(elected, started, cycle, ended, { ...elected, epoch: 2 })
    .when(start)
    .thenEvents({ ...started, number: 2 }));

test("a shift that a crash left running goes on under its leader", () =>
  given(elected, started, cycle).when(start).thenNothing());

test("a shift that a crash left running goes on under the next leader", () =>
  given(elected, started, cycle, { ...elected, leader: "b", epoch: 2 })
    .when({ ...start, leader: "b" })
    .thenNothing());

test("no second shift starts beside a running one", () =>
  given(elected, started, cycle)
    .when({ ...start, leader: "b" })
    .thenRefuses("out-of-order"));

test("only who was elected starts the shift", () =>
  given(elected)
    .when({ ...start, leader: "zombie" })
    .thenRefuses("stale"));

test("who was elected once and slept through the next leader's shift starts none", () =>
  given(elected, { ...elected, leader: "b", epoch: 2 }, started, cycle, ended)
    .when(start)
    .thenRefuses("stale"));

test("leadership ends with the shift", () =>
  given(elected, started, cycle, ended)
    .when({ ...elect, incumbent: "alive" })
    .thenEvents({ ...elected, leader: "b", epoch: 2, atMs: 3_000 }));

test("cycle numbers grow", () =>
  given(elected, started, cycle)
    .when({ type: "shift.start-cycle", epoch: 1, nowMs: 5_000 })
    .thenEvents({ ...cycle, cycle: 2, atMs: 5_000 }));

test("a leader of an older epoch starts no cycle", () =>
  given(elected, started, { ...elected, leader: "b", epoch: 2 })
    .when({ type: "shift.start-cycle", epoch: 1, nowMs: 5_000 })
    .thenRefuses("stale"));

test("an epoch that was never elected leads nothing", () =>
  given(elected, started)
    .when({ type: "shift.end", epoch: 7, reason: "mine" })
    .thenRefuses("stale"));

test("a pause says why and until when", () =>
  given(elected, started, cycle)
    .when({ type: "shift.pause", epoch: 1, reason: "no window is open", untilMs: 9_000 })
    .thenEvents(paused));

test("the same pause twice is one pause", () =>
  given(elected, started, cycle, paused)
    .when({ type: "shift.pause", epoch: 1, reason: "no window is open", untilMs: 9_000 })
    .thenNothing());

test("a pause for another reason is another pause", () =>
  given(elected, started, cycle, paused)
    .when({ type: "shift.pause", epoch: 1, reason: "brake", untilMs: null })
    .thenEvents({ ...paused, reason: "brake", untilMs: null }));

test("what is paused is resumed, what runs is not", () => {
  const resume = { type: "shift.resume", epoch: 1 } as const;
  given(elected, started, paused).when(resume).thenEvents({ type: "shift.resumed" });
  given(elected, started).when(resume).thenNothing();
});

test("a shift is sealed while it runs, also one that found nothing to do", () => {
  const seal = { type: "shift.seal", epoch: 1, root, streams: 3, upTo: "17" } as const;
  given(elected).when(seal).thenRefuses("out-of-order");
  given(elected, started).when(seal).thenEvents(sealed);
  given(elected, started, cycle).when(seal).thenEvents(sealed);
});

test("work after the seal needs another seal", () => {
  const seal = { type: "shift.seal", epoch: 1, root, streams: 3, upTo: "17" } as const;
  given(elected, started, cycle, sealed).when(seal).thenNothing();
  given(elected, started, sealed, cycle).when(seal).thenEvents(sealed);
});

test("a shift is sealed before it ends, not after", () =>
  given(elected, started, cycle, sealed, ended)
    .when({ type: "shift.seal", epoch: 1, root: "cd".repeat(32), streams: 3, upTo: "18" })
    .thenRefuses("out-of-order"));

test("a shift ends once", () => {
  const end = { type: "shift.end", epoch: 1, reason: "backlog done" } as const;
  given(elected, started, cycle, sealed).when(end).thenEvents(ended);
  given(elected, started, cycle, sealed, ended).when(end).thenNothing();
});
