import { calibrationGain, driftAlarms } from "@nightshift/infra/sim/verdicts/calibration-table";
import { expect, test } from "vitest";
import { readLabelled } from "./labelled.ts";

const labelled = readLabelled();
const gain = calibrationGain(labelled, { grades: 40, seeds: 200 });

test("after 40 grades the judge's mean is at most 0.2 off on grades it was not shown (C22)", () => {
  expect(gain.biasAfter).toBeLessThanOrEqual(0.2);
  expect(gain.biasAfter).toBeLessThanOrEqual(0.4 * gain.biasBefore);
});

test("ten points more of its scores are within a point of a person's", () => {
  expect(gain.withinAfter).toBeGreaterThanOrEqual(gain.withinBefore + 0.1);
  expect(gain.kappaAfter).toBeGreaterThan(gain.kappaBefore);
});

test("four of five grades lie in the interval that the gate goes by", () =>
  expect(Math.abs(gain.covered - 0.8)).toBeLessThanOrEqual(0.05));

test("a judge that drifts by a point is noticed in 40 tasks, and one that does not is left alone (D24)", () => {
  for (const points of [1, -1]) {
    const { detectedAfter, falseIn1500 } = driftAlarms({ points, seeds: 300 });
    expect(detectedAfter).toBeLessThanOrEqual(40);
    expect(falseIn1500).toBeLessThanOrEqual(1);
  }
});
