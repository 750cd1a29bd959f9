import type { MergePolicy } from "@nightshift/protocol/attempt";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { memoryNight } from "../testing/memory-night.ts";
import { lead, runShift } from "./shift.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });

/** What became of an attempt of a category, where the repository has policies of its own for some. */
async function endOf(
  category: string,
  policy: MergePolicy,
  policyByCategory: Record<string, MergePolicy>,
) {
  // A follow-up would be told too.
  const settings = { ...defaultSettings, followUpsMax: 0 };
  const night = await memoryNight({ repo: { policy, policyByCategory }, plan: { settings } });
  await night.add({ category });
  await runShift(await lead(night.ports, night.plan, never()));
  const events = (await night.events()).map(({ event }) => event);
  return events.flatMap((event) => (event.type === "attempt.integrated" ? [event.how] : []));
}

test.each([
  ["content", "pull-request", { content: "when-green" }, "merged"],
  ["content", "when-green", { content: "pull-request" }, "in-review"],
  ["content", "when-green", { content: "never" }, "branch"],
  ["content", "when-green", { ops: "never" }, "merged"],
] as const)("%s with %s and %o: %s (F11)", async (category, policy, byCategory, how) => {
  expect(await endOf(category, policy, byCategory)).toEqual([how]);
});

test("self-improvement waits for a person, whatever the policy says (C30)", async () => {
  const byCategory = { self_improvement: "when-green" } as const;
  expect(await endOf("self_improvement", "when-green", byCategory)).toEqual(["in-review"]);
});

test("what waits for a person carries the judge's own words (C34)", async () => {
  const night = await memoryNight({ repo: { policy: "pull-request" } });
  await night.add();
  await runShift(await lead(night.ports, night.plan, never()));
  const asked = (await night.events()).flatMap(({ event }) =>
    event.type === "review.requested" ? [event.why] : [],
  );
  expect(asked).toEqual([expect.stringContaining("The judge: Name the units.")]);
});
