import { LimitReached, WorkerFailure, type Model } from "@nightshift/agents/ports";
import { scriptedModel } from "@nightshift/agents/testing/scripted-model";
import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import { expect, test } from "vitest";
import { keyRing } from "./key-ring.ts";

const REQUEST = { system: "", prompt: "p", outputTokensMax: 10, silenceMs: 1_000, wallMs: 1_000 };
const signal = new AbortController().signal;
const completion = {
  text: "done",
  stopReason: "finished" as const,
  usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 1 },
  costMicroUsd: 0,
  costKind: "billed" as const,
  transcript: "0".repeat(64),
};

/** Keys that note who was asked; `fail` tells what a key answers at its time. */
function ring(
  count: number,
  fail: (key: number, nowMs: number) => Error | null,
  requestsMax: number | null = null,
  usedPercent = 0,
) {
  const asked: number[] = [];
  const clock = { nowMs: 1_000_000_000_000 };
  const models = Array.from({ length: count }, (_, key): Model => ({
    ...scriptedModel([]),
    account: "gemini-free",
    async complete() {
      asked.push(key);
      const error = fail(key, clock.nowMs);
      if (error) throw error;
      return completion;
    },
  }));
  const window =
    requestsMax === null
      ? null
      : {
          window: "day",
          lengthMs: DAY_MS,
          tokensMax: null,
          requestsMax,
          keepShare: 0,
          resets: null,
        };
  const now = () => clock.nowMs;
  const model = keyRing(models, {
    window,
    usedPercent: () => usedPercent,
    restMs: HOUR_MS,
    clock: { now },
  });
  return { asked, clock, ask: () => model.complete(REQUEST, { signal }) };
}

test("keys take turns (C13)", async () => {
  const { asked, ask } = ring(3, () => null);
  for (let n = 0; n < 6; n++) await ask();
  expect(asked).toEqual([0, 1, 2, 0, 1, 2]);
});

test("a key at its limit rests until its reset, and its request goes to the next (C13)", async () => {
  const start = 1_000_000_000_000;
  const { asked, ask, clock } = ring(2, (key, nowMs) =>
    key === 0 && nowMs < start + HOUR_MS ? new LimitReached("gemini-free", start + HOUR_MS) : null,
  );
  await expect(ask()).resolves.toMatchObject({ text: "done" });
  await ask();
  expect(asked).toEqual([0, 1, 1]);
  clock.nowMs = start + HOUR_MS;
  await ask();
  await ask();
  expect(new Set(asked.slice(3))).toEqual(new Set([0, 1]));
});

test("a key whose limit tells no reset rests for as long as the settings say", async () => {
  const { asked, ask, clock } = ring(2, (key) =>
    key === 0 ? new LimitReached("gemini-free", null) : null,
  );
  await ask();
  clock.nowMs += HOUR_MS - 1;
  await ask();
  await ask();
  expect(asked).toEqual([0, 1, 1, 1]);
  clock.nowMs += 1;
  await ask();
  await ask();
  expect(asked.slice(4)).toContain(0);
});

test("when every key is at its limit, the account is, until the first is back", async () => {
  const start = 1_000_000_000_000;
  const { ask } = ring(2, (key) => new LimitReached("gemini-free", start + (key + 1) * HOUR_MS));
  await expect(ask()).rejects.toMatchObject({
    name: "LimitReached",
    account: "gemini-free",
    resetsAtMs: start + HOUR_MS,
  });
});

test("no key is asked for more requests a day than are known to be granted", async () => {
  const { asked, ask, clock } = ring(2, () => null, 3);
  for (let n = 0; n < 6; n++) await ask();
  await expect(ask()).rejects.toMatchObject({ resetsAtMs: clock.nowMs + DAY_MS });
  expect(asked).toHaveLength(6);
  clock.nowMs += DAY_MS;
  const { windows } = await ask();
  expect(windows).toMatchObject([{ window: "day", usedPercent: 100 / 6 }]);
});

test("the count goes on where the log has it", async () => {
  const { ask } = ring(1, () => null, 10, 90);
  await ask();
  await expect(ask()).rejects.toBeInstanceOf(LimitReached);
});

test("a key that is refused is left out; when all are, it is a matter of signing in", async () => {
  const refused = new WorkerFailure("sign-in", "refused");
  const some = ring(2, (key) => (key === 0 ? refused : null));
  await some.ask();
  await some.ask();
  expect(some.asked).toEqual([0, 1, 1]);
  await expect(ring(2, () => refused).ask()).rejects.toMatchObject({ kind: "sign-in" });
});

test("what is no limit goes to the caller, and to no other key", async () => {
  const { asked, ask } = ring(2, () => new WorkerFailure("crash", "it broke"));
  await expect(ask()).rejects.toMatchObject({ kind: "crash" });
  expect(asked).toEqual([0]);
});
