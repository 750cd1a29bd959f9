import { judgeOf, judging, type Graded } from "@nightshift/projections/judging";
import { drifted, NO_DRIFT } from "@nightshift/projections/drift";
import type { Assessed } from "@nightshift/protocol/assessment";
import { shortHash } from "@nightshift/protocol/ids";
import { calibrate } from "../../assessor/calibration.ts";
import { settingsOf, type Night } from "../night.ts";

/**
 * What the log knows of the judge that gave a score: what people make of such scores, and whether
 * this one shows that judge and heuristics have drifted apart (C22, D24). It goes into the same
 * event as the raw scores, so that both can be told apart for ever.
 */
export async function judgeRecord(
  night: Night,
  assessed: Pick<Assessed, "family" | "rubric" | "judge" | "heuristic">,
): Promise<Pick<Assessed, "calibrated" | "drift">> {
  const { views } = night.ports;
  await views.catchUp();
  const { graded, drift: known } = views.view(judging);
  const judge = judgeOf(assessed);
  const own = graded.filter(({ judgedBy }) => judgedBy === judge);
  const settings = settingsOf(night);
  const calibration = calibrate(own, settings);
  const { alarm, level } = drifted(
    known.get(judge) ?? NO_DRIFT,
    assessed.heuristic - assessed.judge,
    settings.driftLevelMax,
  );
  return {
    ...(calibration && {
      calibrated: { ...calibration.of(assessed.judge), version: versionOf(own) },
    }),
    ...(alarm && { drift: { level: Math.round(level * 100) / 100 } }),
  };
}

/** Tells which grades a calibration rests on: how many, and a hash of which. */
export function versionOf(grades: readonly Graded[]): string {
  const behind = grades.map(({ gradedEvent }) => gradedEvent).join(" ");
  return `isotonic-${grades.length}-${shortHash(behind)}`;
}
