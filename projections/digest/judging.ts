import type { Fact } from "./digest.ts";
import { LEVEL_NAMES } from "../complexity.ts";
import type { Night } from "./night.ts";
import { stageOf } from "../growth.ts";
import { count } from "../words/plain.ts";

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

/** What no command showed and a reviewer read for; nothing where commands showed everything. */
export function readFor(night: Night): Fact[] {
  const read = night.all("attempt.assessed").filter(({ event }) => event.reviewed !== undefined);
  if (read.length === 0) return [];
  const checks = read.flatMap(({ event }) => event.reviewed?.checks ?? []);
  const met = checks.filter(({ outcome }) => outcome === "pass").length;
  const over = count(read.length, "attempt");
  const text = `A reviewer sees ${met} of ${count(checks.length, "claim")} met that no command shows, over ${over}`;
  return [{ text, events: read.map(({ id }) => id) }];
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
