import type { EventStore } from "@nightshift/blackboard/store";
import { BadInput } from "@nightshift/protocol/errors";
import { memoryStore } from "@nightshift/blackboard/memory-store";
import { beforeAll, expect, test } from "vitest";
import { createDays } from "../days/days.ts";
import { whatIf } from "./what-if.ts";

let log: EventStore;
let judged = 0;

beforeAll(async () => {
  const days = createDays({ seed: 3, days: 2, tasksADay: 40, settings: { followUpsMax: 0 } });
  await days.live();
  log = days.store;
  for await (const { event } of log.readAll()) if (event.type === "attempt.gated") judged += 1;
}, 60_000);

const reader = () => ({
  readAll: (options: { after: bigint; upTo: bigint; types: readonly string[] }) =>
    log.readAll(options),
  read: (stream: string, { from }: { from: number }) => log.read(stream, { from }),
  head: () => log.head(),
});

test("the decisions of a log are its judged attempts, and as it was is the mean of what came", async () => {
  const { estimated } = await whatIf(reader(), { router: {} });
  expect(estimated?.before.decisions).toBe(judged);
  const { value, low, high } = estimated?.before ?? { value: 0, low: 0, high: 0 };
  expect(value).toBeGreaterThan(0.5);
  expect(value).toBeLessThan(0.7);
  expect(low < value && value < high).toBe(true);
});

test("all to the best model is told from all to the worst", async () => {
  const rules = (model: string) => ({ rules: [{ models: [model] }] });
  const [opus, haiku] = await Promise.all([
    whatIf(reader(), rules("sonnet")),
    whatIf(reader(), rules("haiku")),
  ]);
  expect(opus.estimated?.after.value).toBeGreaterThan(haiku.estimated?.after.value ?? 1);
  expect(opus.determined).toBeNull();
});

test("a task that no rule fits is done as it was: the rest of the log stays what came out", async () => {
  const nowhere = await whatIf(reader(), {
    rules: [{ categories: ["nowhere"], models: ["opus"] }],
  });
  expect(nowhere.estimated?.after.value).toBeCloseTo(nowhere.estimated?.before.value ?? 0, 12);
  expect(nowhere.estimated?.agreed).toBe(1);
  const wide = await whatIf(reader(), { settings: { outputTokensMax: 32_000 } });
  expect(wide.estimated?.agreed).toBeGreaterThan(0);
});

test("a schedule and a budget are determined, nothing is estimated", async () => {
  const { determined, estimated, nights } = await whatIf(reader(), {
    schedule: { preset: "hourly", batch: 3 },
    budget: { weekTokens: 100_000 },
  });
  expect(nights).toBe(2);
  expect(estimated).toBeNull();
  expect(determined?.before.kept).toBe(0);
  expect(determined?.after.tokens).toBeLessThanOrEqual(100_000);
  expect(determined?.after.kept).toBeGreaterThan(0);
});

test("other settings are estimated: what was done stays among what could have been", async () => {
  const { estimated } = await whatIf(reader(), { settings: { outputTokensMax: 2_000 } });
  expect(estimated?.after.decisions).toBe(judged);
  expect(estimated?.agreed).toBeLessThan(1);
});

test("the same question has the same answer", async () => {
  const ask = () => whatIf(reader(), { router: { boldness: 1 } });
  expect(await ask()).toEqual(await ask());
});

test("a log without nights tells nothing, and says so", async () => {
  const empty = memoryStore();
  const told = whatIf(
    { ...reader(), readAll: (o) => empty.readAll(o), head: () => empty.head() },
    {
      router: {},
    },
  );
  await expect(told).rejects.toThrow(BadInput);
});
