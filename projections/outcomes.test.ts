import { expect, test } from "vitest";
import type { ReviewEvent } from "@nightshift/protocol/review";
import {
  begun,
  COMMIT,
  inReview,
  merged,
  OTHER_COMMIT,
  proposed,
  shiftStarted,
  worked,
} from "./example-night.ts";
import { outcomes } from "./outcomes.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

const rowAfter = (...entries: Entry[]) => viewOf(outcomes, writeLog(entries)).rows[0];
const worth = [...shiftStarted(), ...proposed("one"), ...begun("one"), ...worked("one")];
const answer = (...events: ReviewEvent[]): Entry[] =>
  events.map((event) => ["review-one-g1", event]);

test("what waits for review is neither merged nor not, until it is answered (H12)", () => {
  const waiting = [...worth, ...inReview("one")];
  expect(rowAfter(...waiting)?.merged).toBeNull();
  const commit = OTHER_COMMIT;
  const after = (...events: ReviewEvent[]) => rowAfter(...waiting, ...answer(...events))?.merged;
  expect(after({ type: "review.merged", commit })).toBe(true);
  expect(after({ type: "review.rejected", by: "director", why: "no" })).toBe(false);
  expect(after({ type: "review.sent-back", round: 1, why: "lint" })).toBe(false);
  expect(after({ type: "review.ignored", afterMs: 1 })).toBe(false);
  expect(after({ type: "review.merged", commit }, { type: "review.reverted", commit })).toBe(false);
  const broke = { number: 2, url: "https://forge.example/2", why: "smoke" };
  const toRevert = { type: "review.revert-requested", commit, ...broke } as const;
  expect(after({ type: "review.merged", commit }, toRevert)).toBe(false);
});

test("what a person had to mend before the merge is told apart (H12)", () => {
  const commit = OTHER_COMMIT;
  const mended = answer(
    { type: "review.edited-before-merge", commit },
    { type: "review.merged", commit },
  );
  const waiting = [...worth, ...inReview("one")];
  expect(rowAfter(...waiting, ...mended)).toMatchObject({ merged: true, edited: true });
  const asItWas = answer({ type: "review.merged", commit });
  expect(rowAfter(...waiting, ...asItWas)).toMatchObject({ merged: true, edited: false });
});

test("what was merged and taken back again was not worth merging", () => {
  const landed = [...worth, ...merged("one")];
  expect(rowAfter(...landed)?.merged).toBe(true);
  const told = { attempt: "one-g1", target: "nightshift/main", reason: "it broke" };
  const back: Entry = [
    "repo-lib-1",
    { type: "repo.reverted", ...told, commit: OTHER_COMMIT, revert: COMMIT },
  ];
  expect(rowAfter(...landed, back)?.merged).toBe(false);
});
