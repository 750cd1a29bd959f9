import { afterAll, describe, expect, test } from "vitest";
import { simulate } from "./night.ts";
import { happeningOf, HAPPENINGS } from "./reach.ts";
import { digestProblems, replayProblems } from "./replays.ts";
import { watchOver, type Watch } from "./watch.ts";

/** One seed to look at again; else as many as `SIMULATION_SEEDS` says, from 1. */
const ONE = process.env["SIMULATION_SEED"];
const SEEDS = Number(process.env["SIMULATION_SEEDS"] ?? 150);
const FIRST = Number(ONE ?? 1);
const seeds = Array.from({ length: ONE === undefined ? SEEDS : 1 }, (_, at) => FIRST + at);

const happened = new Set<string>();

describe("the invariants hold after every event, whatever agents answer and whoever dies", () => {
  test.each(seeds)("night %i", async (seed) => {
    const watches: Watch[] = [];
    const night = await simulate(seed, (world) => watches.push(watchOver(world)));
    for (const watch of watches) watch.end();
    for (const { event } of night.world.store.events) happened.add(happeningOf(event));
    for (const how of night.ends) happened.add(how);
    const problems = [
      ...watches.flatMap((watch) => watch.problems),
      ...night.failures,
      ...(await replayProblems(night)),
      ...(await digestProblems(night)),
    ];
    const story = problems.length === 0 ? [] : watches.flatMap((watch) => watch.story);
    const again = `again with: SIMULATION_SEED=${seed} npx vitest run tests/simulation`;
    expect(problems, [again, ...story].join("\n")).toEqual([]);
  });
});

test("the same seed is the same night, event by event", async () => {
  const log = async () => {
    const { world } = await simulate(FIRST, () => {});
    return world.store.events.map(({ id, atMs, event }) => ({ id, atMs, event }));
  };
  expect(await log()).toEqual(await log());
});

test.runIf(ONE === undefined && SEEDS >= 100)(
  "the nights reach what the invariants are about: nothing is held untried (from 100 seeds on)",
  () => {
    expect(HAPPENINGS.filter((one) => !happened.has(one))).toEqual([]);
  },
);

afterAll(() => {
  if (process.env["SIMULATION_REACH"]) console.log([...happened].sort().join("\n"));
});
