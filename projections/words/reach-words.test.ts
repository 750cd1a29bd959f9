import type { Reach } from "@nightshift/protocol/reach";
import { expect, test } from "vitest";
import { digest, factsOf, readDigest } from "../digest/digest.ts";
import { begun, merged, proposed, shiftStarted, worked } from "../example-night.ts";
import { explain } from "../why.ts";
import { viewOf, writeLog } from "../written-log.ts";
import { reachLines } from "./reach-words.ts";

const reach: Reach = {
  coverage: { lines: 14, covered: 12, missed: ["src/x.ts:31-32"] },
  mutants: { tried: 6, noticed: 5, unnoticed: ["src/x.ts:31 `<` to `<=`"] },
  unknown: [],
};

test("how far tests reach is told with the places that they do not reach", () => {
  expect(reachLines(reach)).toEqual([
    "changed lines covered: 12 of 14; not covered: src/x.ts:31-32",
    "mutants noticed: 5 of 6; unnoticed: src/x.ts:31 `<` to `<=`",
  ]);
  expect(reachLines({ unknown: ["coverage: no tool"] })).toEqual(["unknown: coverage: no tool"]);
  expect(reachLines(undefined)).toEqual([]);
});

test("the digest tells it in a few words, the explanation in full", () => {
  const log = writeLog([
    ...proposed("a"),
    ...shiftStarted(),
    ...begun("a"),
    ...worked("a", 1, { reach }),
    ...merged("a"),
  ]);
  const made = readDigest(viewOf(digest, log));
  if (!made) throw new Error("there is no digest");
  const fact = factsOf(made).find(({ text }) => text.includes("12 of 14 changed lines covered"));
  expect(fact?.text).toContain("5 of 6 mutants noticed");
  const verified = log.find(({ event }) => event.type === "attempt.verified");
  expect(fact?.events).toContain(verified?.id);
  const { steps } = explain("a", log);
  const verdict = steps.find(({ kind }) => kind === "verdict");
  expect(verdict?.details).toEqual(expect.arrayContaining(reachLines(reach)));
});
