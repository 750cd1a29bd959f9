import { createGovernor, type Governor } from "@nightshift/agents/dispatcher/governor";
import type { DispatcherPorts } from "@nightshift/agents/dispatcher/ports";
import { memoryNight } from "@nightshift/agents/testing/memory-night";
import { budgets } from "@nightshift/projections/budgets";
import { SHIFT_STREAM, idOf } from "@nightshift/protocol/ids";
import type { Recorded } from "@nightshift/protocol/envelope";
import { DAY_MS, HOUR_MS, dayOf } from "@nightshift/protocol/clock";
import fc from "fast-check";
import { expect, test } from "vitest";

/**
 * Governors of leaders that follow one another, many reservations at once, deaths and settlements in
 * any order, over the end of a week in the director's time zone: the money at every position.
 */
const SCHEDULES = Number(process.env["GOVERNOR_SCHEDULES"] ?? 1_000);
const ZONE = "Europe/Berlin";
const ceilings = {
  dayMicroUsd: 1_000,
  nightMicroUsd: 1_500,
  weekTokens: 4_000,
  categoryShare: 0.5,
  selfImprovementShare: 0.15,
};
/** Sunday evening in Berlin: the week ends while they work. */
const START_MS = Date.parse("2026-11-22T21:30:00+01:00");

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("reserve" as const),
      category: fc.constantFrom("ops", "content", "self_improvement"),
      cost: fc.integer({ min: 0, max: 400 }),
      tokens: fc.integer({ min: 0, max: 900 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("settle" as const),
      which: fc.nat(),
      // Of what was reserved; more than all of it is an overshoot, null is unknown.
      share: fc.option(fc.integer({ min: 0, max: 130 }).map((percent) => percent / 100)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("unused" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.constant({ kind: "death" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("later" as const),
      hours: fc.integer({ min: 1, max: 5 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Batches run at once: each is a few steps that nobody waits for in between. */
const schedule = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 12,
});

type Open = { close: (share: number | null | "nothing") => Promise<void> };

async function play(batches: readonly (readonly Step[])[]) {
  const night = await memoryNight({ plan: { ceilings, timeZone: ZONE }, startMs: START_MS });
  let offsetMs = 0;
  const { clock } = night.ports;
  const ports: DispatcherPorts = {
    ...night.ports,
    clock: { ...clock, now: () => clock.now() + offsetMs },
  };
  let epoch = 0;
  let governor: Governor | null = null;
  let open: Open[] = [];
  let reserved = 0;
  async function elect(): Promise<Governor> {
    epoch += 1;
    await ports.board.handle("shift", idOf(SHIFT_STREAM), {
      type: "shift.elect",
      leader: `leader-${epoch}`,
      incumbent: "gone",
      observedEpoch: epoch - 1,
      nowMs: ports.clock.now(),
      leaseMs: 1,
    });
    return createGovernor(ports, night.plan, epoch);
  }
  async function reserve(
    by: Governor,
    { category, cost, tokens }: Extract<Step, { kind: "reserve" }>,
  ) {
    const attempt = `task-${reserved++}-g1`;
    const purpose = { attempt, step: "implement-e1-1", category, shift: 1, epoch };
    const held = await by.reserve(purpose, { account: "max", costMicroUsd: cost, tokens });
    if (held === null) return;
    open.push({
      async close(share) {
        if (share === null || share === "nothing") return held.close(share);
        const usage = { inputTokens: Math.floor(tokens * share), cachedTokens: 0, outputTokens: 0 };
        const costMicroUsd = Math.floor(cost * share);
        const spend = { model: "m", family: "f", usage, costMicroUsd };
        return held.close({ ...spend, costKind: "billed" });
      },
    });
  }
  const take = (which: number): Open | undefined =>
    open.splice(which % Math.max(1, open.length), 1)[0];
  for (const batch of batches) {
    const by = (governor ??= await elect());
    const running = batch.map(async (one) => {
      switch (one.kind) {
        case "reserve":
          return reserve(by, one);
        case "settle":
          return take(one.which)?.close(one.share);
        case "unused":
          return take(one.which)?.close("nothing");
        case "later":
          // Not at once: some of the others have looked at the clock by now.
          for (let turn = 0; turn < one.hours * 3; turn++) await Promise.resolve();
          offsetMs += one.hours * HOUR_MS;
          return;
        case "death":
          return;
      }
    });
    await Promise.all(running);
    if (!batch.some(({ kind }) => kind === "death")) continue;
    // Whoever led is gone, with everything that it had in hand; the next one looks around.
    open = [];
    governor = await elect();
    await governor.settleAllLost(() => false);
  }
  const last = governor ?? (await elect());
  await last.settleAllLost(() => false);
  await ports.views.catchUp();
  return { events: await night.events(), weeks: ports.views.view(budgets) };
}

/** Held and settled by stream, as a naive reader adds it up, at each position of the log. */
function mustHold(events: readonly Recorded[]): { overshoots: number; ended: Set<string> } {
  const held = new Map<string, { event: Reserved; usd: number; tokens: number }>();
  const ended = new Set<string>();
  let [overUsd, overTokens, overshoots] = [0, 0, 0];
  for (const { stream, event } of events) {
    if (event.type === "budget.reserved") {
      const { worstMicroUsd: usd, worstTokens: tokens } = event;
      held.set(`${stream} ${event.reservation}`, { event, usd, tokens });
    } else if (event.type === "budget.settled" || event.type === "budget.released") {
      const key = `${stream} ${event.reservation}`;
      const mine = held.get(key);
      if (!mine) throw new Error(`${key} was never reserved where it is closed`);
      if (ended.has(key)) throw new Error(`${key} is closed twice`);
      ended.add(key);
      mine.usd = event.type === "budget.settled" ? event.costMicroUsd : 0;
      mine.tokens = event.type === "budget.settled" ? event.tokens : 0;
      const byUsd = Math.max(0, mine.usd - mine.event.worstMicroUsd);
      const byTokens = Math.max(0, mine.tokens - mine.event.worstTokens);
      overUsd += byUsd;
      overTokens += byTokens;
    } else if (event.type === "budget.overshot") overshoots += 1;
    else continue;
    const sum = (of: (one: Reserved, at: string) => boolean, what: "usd" | "tokens") =>
      [...held].reduce((total, [key, one]) => {
        return of(one.event, key.split(" ")[0] ?? "") ? total + one[what] : total;
      }, 0);
    for (const day of new Set([...held.values()].map((one) => one.event.day))) {
      expect(sum((one) => one.day === day, "usd")).toBeLessThanOrEqual(1_000 + overUsd);
    }
    expect(sum((one) => one.shift === 1, "usd")).toBeLessThanOrEqual(1_500 + overUsd);
    const inWeek = (category: string | null) =>
      sum((one, at) => at === stream && (category ?? one.category) === one.category, "tokens");
    expect(inWeek(null)).toBeLessThanOrEqual(4_000 + overTokens);
    expect(inWeek("ops")).toBeLessThanOrEqual(2_000 + overTokens);
    expect(inWeek("self_improvement")).toBeLessThanOrEqual(600 + overTokens);
  }
  // Bounded: nothing here uses more than three tenths over what it reserved.
  for (const { event, usd } of held.values()) {
    expect(usd).toBeLessThanOrEqual(1.3 * event.worstMicroUsd);
  }
  expect([...held.keys()].every((key) => ended.has(key))).toBe(true);
  return { overshoots, ended };
}

type Reserved = Extract<Recorded["event"], { type: "budget.reserved" }>;

test("under any schedule of reservations, deaths and settlements no ceiling is passed but by what overshot (I3)", async () => {
  let [overshoots, weeks, ended] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(schedule, async (batches) => {
      const { events, weeks: view } = await play(batches);
      const found = mustHold(events);
      overshoots += found.overshoots;
      ended += found.ended.size;
      weeks = Math.max(weeks, view.size);
      // Nothing is held any more: whoever died holding it gave it back.
      for (const { reservations } of view.values()) expect(reservations.size).toBe(0);
    }),
    { numRuns: SCHEDULES },
  );
  // It has seen what it is about: overshoots, and reservations over the end of a week.
  expect(overshoots).toBeGreaterThan(0);
  expect(ended).toBeGreaterThan(SCHEDULES);
  expect(weeks).toBeGreaterThanOrEqual(2);
}, 240_000);

test("a week begins on the director's Monday, and what was reserved before is settled where it was", async () => {
  const { events } = await play([
    [{ kind: "reserve", category: "ops", cost: 10, tokens: 10 }],
    [{ kind: "later", hours: 4 }],
    [
      { kind: "reserve", category: "ops", cost: 10, tokens: 10 },
      { kind: "settle", which: 0, share: 1 },
    ],
  ]);
  const streams = events.flatMap(({ stream, event }) =>
    event.type === "budget.reserved" || event.type === "budget.settled"
      ? [`${event.type} ${stream}`]
      : [],
  );
  expect(streams.slice(0, 2).concat(streams.slice(2).toSorted())).toEqual([
    "budget.reserved budget-2026w47",
    expect.stringContaining("budget-2026w4"),
    expect.any(String),
    expect.any(String),
  ]);
  expect(streams).toContain("budget.settled budget-2026w47");
  expect(streams).toContain("budget.reserved budget-2026w48");
  // In UTC it is still Sunday when Berlin's Monday begins.
  expect(dayOf(START_MS + 2.6 * HOUR_MS, ZONE)).toBe("2026-11-23");
  expect(new Date(START_MS + 2.6 * HOUR_MS - DAY_MS).getUTCDay()).toBe(6);
});
