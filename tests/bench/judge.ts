import { calibrationGain, driftAlarms } from "@nightshift/infra/sim/verdicts/calibration-table";
import { readLabelled } from "../verdicts/judge/labelled.ts";
import type { Benchmark } from "./ratio.ts";

const SEEDS = Number(process.env["JUDGE_SEEDS"] ?? 1_000);
const GRADES = 40;

/** What 40 grades make of a noisy judge that flatters, and how soon a drift of a point is seen. */
export async function judge(): Promise<Benchmark> {
  const gain = calibrationGain(readLabelled(), { grades: GRADES, seeds: SEEDS });
  const told = (what: string, value: number, unit: string) => ({ what, value, unit, limit: null });
  const drifts = [1, -1].flatMap((points): Benchmark => {
    const { detectedAfter, falseIn1500 } = driftAlarms({ points, seeds: SEEDS });
    const by = points > 0 ? "up" : "down";
    return [
      {
        what: `drift ${by} by a point: seen after`,
        value: detectedAfter,
        unit: "tasks",
        limit: 40,
      },
      { what: `drift ${by}: false alarms in 1,500`, value: falseIn1500, unit: "", limit: 1 },
    ];
  });
  return [
    told("mean |bias| uncalibrated", gain.biasBefore, "points"),
    { what: "mean |bias| after 40 grades", value: gain.biasAfter, unit: "points", limit: 0.2 },
    {
      what: "bias after / before",
      value: gain.biasAfter / gain.biasBefore,
      unit: "",
      limit: 0.4,
    },
    told("within a point uncalibrated", 100 * gain.withinBefore, "%"),
    {
      what: "within a point: gain",
      value: 100 * (gain.withinAfter - gain.withinBefore),
      unit: "points of %",
      limit: 10,
      atLeast: true,
    },
    told("weighted kappa before", gain.kappaBefore, ""),
    told("weighted kappa after", gain.kappaAfter, ""),
    told("grades inside the 80 % interval", 100 * gain.covered, "%"),
    ...drifts,
  ];
}
