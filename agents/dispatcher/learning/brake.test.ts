import { nameId } from "@nightshift/protocol/ids";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { memoryNight, type MemoryNight } from "../../testing/memory-night.ts";
import { lead, runShift } from "../shift.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });
const work = async (night: MemoryNight) => runShift(await lead(night.ports, night.plan, never()));

/** The director's morning after a canary that failed. */
async function latch(night: MemoryNight, scope: string): Promise<void> {
  const id = nameId(scope);
  await night.board.handle("brake", id, {
    type: "brake.alarm",
    scope,
    scores: [1, 1, 1],
    record: { n: 50, sum: 340 },
    thresholds: defaultSettings,
  });
  await night.board.handle("brake", id, { type: "brake.start-canary", size: 2, untilMs: 1 });
  const scores = [1, 1];
  await night.board.handle("brake", id, { type: "brake.judge-canary", scores, threshold: 4.5 });
}

async function awarded(night: MemoryNight): Promise<string[]> {
  return (await night.events()).flatMap(({ event }) =>
    event.type === "attempt.awarded" ? [event.model] : [],
  );
}

test("a model that is braked in a category gets no work there, and another does it (H10)", async () => {
  for (const [braked, other] of [
    ["model-a", "model-b"],
    ["model-b", "model-a"],
  ] as const) {
    const night = await memoryNight({});
    await latch(night, `${braked}|capability`);
    await night.add({ category: "capability" });
    expect(await work(night)).toBe("backlog-done");
    expect(new Set(await awarded(night))).toEqual(new Set([other]));
  }
});

test("its work in other categories goes on", async () => {
  const night = await memoryNight({});
  await latch(night, "model-a|capability");
  await latch(night, "model-b|capability");
  await night.add({ category: "ops" });
  await work(night);
  expect((await awarded(night)).length).toBeGreaterThan(0);
});

test("where everybody is braked a task waits, and loses no try", async () => {
  const night = await memoryNight({});
  const now = night.ports.clock.now();
  night.plan.untilMs = now + 3_600_000;
  await latch(night, "model-a|capability");
  await latch(night, "model-b|capability");
  const task = await night.add({ category: "capability" });
  await work(night);
  expect(await awarded(night)).toEqual([]);
  const told = (await night.events()).find(({ event }) => event.type === "attempt.deferred");
  expect(told?.event).toMatchObject({ account: "brake", mustWait: true });
  const { state } = await night.board.load("task", task);
  expect(state).toMatchObject({ status: "open", tries: 0 });
});

test("low scores of one model in one category brake it there, and its canary lets it go", async () => {
  let worked = 0;
  const night = await memoryNight({
    plan: { untilMs: null },
    answers: {
      assess: () => ({
        status: "assessed",
        assessed: {
          by: "assessor",
          family: "family-c",
          heuristic: ++worked <= 12 ? 4.6 : 8,
          judge: worked <= 12 ? 4.6 : 8,
          critique: "Name the units.",
          evidence: "0".repeat(64),
          rubric: "r1",
        },
        spend: {
          model: "judge",
          family: "family-c",
          usage: { inputTokens: 10, cachedTokens: 0, outputTokens: 5 },
          costMicroUsd: 7,
          costKind: "billed",
        },
      }),
    },
  });
  for (let at = 0; at < 24; at++) await night.add({ name: `T${at}`, model: "model-a" });
  await work(night);
  const braked = (await night.events()).filter(({ stream }) => stream.startsWith("brake-"));
  const [first] = braked;
  expect(first?.event).toMatchObject({ scope: "model-a|capability", rule: "cusum" });
  expect(braked.map(({ event }) => event.type)).toEqual([
    "brake.engaged",
    "brake.canary-started",
    "brake.released",
  ]);
});
