import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { assessed } from "../testing/altered-night.ts";
import { memoryNight } from "../testing/memory-night.ts";
import { lead, runShift } from "./shift.ts";

test("how far the tests reach comes from the verifier to the assessor by the log", async () => {
  const reach = { coverage: { lines: 4, covered: 3, missed: ["src/a.ts:9"] }, unknown: [] };
  const told: unknown[] = [];
  const night = await memoryNight({
    plan: { settings: { ...defaultSettings, followUpsMax: 0 } },
    answers: {
      verify: () => ({ by: "verifier", verdict: "pass", checks: [], hits: [], reach }),
      assess(input) {
        told.push(input.reach);
        return assessed(9);
      },
    },
  });
  const task = await night.add();
  const never = { stop: new AbortController().signal, abort: new AbortController().signal };
  await runShift(await lead(night.ports, night.plan, never));
  expect(told[0]).toEqual(reach);
  const events = (await night.events()).filter(({ stream }) => stream === `attempt-${task}-g1`);
  expect(events.map(({ event }) => event)).toContainEqual(
    expect.objectContaining({ type: "attempt.verified", reach }),
  );
});
