import { expect, test } from "vitest";
import { clockOf } from "./clock.ts";

const never = new AbortController().signal;

test("a machine that slept past the end of a wait goes on as soon as it looks (E2)", async () => {
  // The wall's clock jumps by an hour while the timer counts a few milliseconds.
  let jumpedMs = 0;
  const clock = clockOf(() => performance.now() + jumpedMs, 5);
  setTimeout(() => (jumpedMs = 3_600_000), 20);
  await clock.sleep(3_600_000, never);
  expect(clock.now()).toBeGreaterThan(3_600_000);
});

test("a wait lasts its time, and an abort ends it without a word", async () => {
  const clock = clockOf(() => performance.now(), 5);
  const startMs = clock.now();
  await clock.sleep(30, never);
  expect(clock.now() - startMs).toBeGreaterThanOrEqual(29);
  await expect(clock.sleep(3_600_000, AbortSignal.timeout(5))).resolves.toBeUndefined();
});
