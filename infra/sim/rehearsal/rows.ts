import {
  alreadyDone,
  cutOff,
  limitHit,
  losesLines,
  noCondition,
  silentWorker,
  tooLarge,
} from "./awkward-rows.ts";
import { goodFeature, goodFix, goodReport, sameLines } from "./good-rows.ts";
import { breaksAnother, dangerousCode, gateEdited, testDeleted } from "./hostile-rows.ts";
import { seeded, shuffled } from "./random.ts";
import type { RehearsalTask, Row } from "./row.ts";

const makers = [
  goodFix,
  goodFeature,
  goodReport,
  alreadyDone,
  noCondition,
  dangerousCode,
  losesLines,
  testDeleted,
  breaksAnother,
  cutOff,
  limitHit,
  silentWorker,
  tooLarge,
  sameLines,
  gateEdited,
];

/** The rows of a seed: names, variants of the attacks, and the order of the backlog. */
export function rowsOf(seed: number): { rows: Row[]; backlog: RehearsalTask[] } {
  const random = seeded(seed);
  const rows = makers.map((make) => make(random));
  return {
    rows,
    backlog: shuffled(
      random,
      rows.flatMap(({ tasks }) => tasks),
    ),
  };
}
