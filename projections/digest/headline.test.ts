import { expect, test } from "vitest";
import { digest, readDigest } from "./digest.ts";
import { begun, failed, proposed, shiftStarted } from "../example-night.ts";
import { wholeNight } from "../whole-night.ts";
import { viewOf, writeLog, type Entry } from "../written-log.ts";

const headline = (...entries: Entry[]) =>
  readDigest(viewOf(digest, writeLog(entries)))?.headline.text;

test("a brake that holds stands before everything else in the first line", () => {
  const braked = headline(
    ...shiftStarted(),
    ...proposed("bad"),
    ...begun("bad"),
    ...failed("bad"),
    ["brake-all", { type: "brake.engaged", scope: "all", mean: 1, scores: [1] }],
    ["brake-all", { type: "brake.canary-started", size: 2, untilMs: 0 }],
    ["brake-all", { type: "brake.latched", mean: 1 }],
    ["shift-director", { type: "shift.ended", reason: "brake" }],
  );
  expect(braked).toBe("Stopped by the quality brake: nothing merged: the only attempt failed");
  expect(headline(...wholeNight)).not.toContain("brake");
});
