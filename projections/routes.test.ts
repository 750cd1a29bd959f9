import { expect, test } from "vitest";
import { begun, deferred, failed, inReview, merged, worked } from "./example-night.ts";
import { routes } from "./routes.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

const see = (...entries: Entry[]) => viewOf(routes, writeLog(entries));

test("a model's record in a category counts what it was awarded there", () => {
  const view = see(
    ...begun("a"),
    ...worked("a", 1, { heuristic: 8, judge: 8 }),
    ...merged("a"),
    ...begun("b"),
    ...failed("b"),
    ...begun("c", 1, "haiku"),
    ...worked("c", 1, { heuristic: 6, judge: 6, truncated: true, decision: "rejected" }),
  );
  expect([...view.keys()]).toEqual(["capability|sonnet", "capability|haiku"]);
  expect(view.get("capability|sonnet")).toMatchObject({ n: 2, meanScore: 4.5, merged: 1 });
  expect(view.get("capability|haiku")).toMatchObject({ n: 1, meanScore: 4.5, truncated: 1 });
});

test("a limit leaves the record as it was", () => {
  const route = see(...begun("a"), ...deferred("a", 1, 5)).get("capability|sonnet");
  expect(route).toEqual({ n: 0, meanScore: 0, merged: 0, truncated: 0, open: new Map() });
});

test("a merge that the director approved later counts too", () => {
  const reviewed = [...begun("a"), ...worked("a"), ...inReview("a")];
  const merge: Entry = ["review-a-g1", { type: "review.merged", commit: "c".repeat(40) }];
  expect(see(...reviewed).get("capability|sonnet")).toMatchObject({ n: 1, merged: 0 });
  const route = see(...reviewed, merge).get("capability|sonnet");
  expect(route).toMatchObject({ n: 1, merged: 1 });
  expect(route?.open.size).toBe(0);
});
