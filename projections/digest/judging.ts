import type { Fact } from "./digest.ts";
import { LEVEL_NAMES } from "../complexity.ts";
import type { Night } from "./night.ts";
import { stageOf } from "../growth.ts";

/** That scores of this night are not what they were: read them with care, and grade a few (D24). */
export function drifts(night: Night): Fact[] {
  return night.all("attempt.assessed").flatMap(({ id, event }) => {
    if (!event.drift) return [];
    const { level } = event.drift;
    const who = level < 0 ? "The judge is kinder" : "The judge is stricter";
    const text = `${who} than it was, held against the heuristics: grade some of its work`;
    return [{ text: `${text} (nightshift assess --report)`, events: [id] }];
  });
}

/** How difficult the work is that this house does well, by all its nights (D40). */
export function grown(night: Night): Fact[] {
  const gated = night.all("attempt.gated");
  if (gated.length === 0) return [];
  const { mastered, stage } = stageOf(night.growth);
  const upTo =
    mastered === 0
      ? "no level of difficulty is mastered yet"
      : `mastered up to "${LEVEL_NAMES[mastered]}", level ${mastered} of 6`;
  return [{ text: `Stage of growth: ${stage}; ${upTo}`, events: gated.map(({ id }) => id) }];
}
