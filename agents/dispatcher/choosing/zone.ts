import type { Level } from "@nightshift/projections/complexity";
import type { Growth } from "@nightshift/projections/growth";
import type { Settings } from "@nightshift/protocol/settings";

export type ZoneSettings = Pick<
  Settings,
  "growthScoreMin" | "growthKnownFrom" | "growthZoneMiddle" | "growthZoneReach" | "growthZoneWorth"
>;

/**
 * What a task's difficulty adds to its worth, 0.9 to 1.1 by default: most where the record says that
 * it will likely do well and may not, the middle of the zone of proximal development (D40); least
 * where it is sure to or sure not to. 1 where nothing is known.
 */
export function zoneFactor(view: Growth, level: Level, settings: ZoneSettings): number {
  const success = successAt(view, level, settings);
  if (success === null) return 1;
  const { growthZoneMiddle, growthZoneReach, growthZoneWorth } = settings;
  const off = Math.min(1, Math.abs(success - growthZoneMiddle) / growthZoneReach);
  return 1 + growthZoneWorth * (1 - 2 * off);
}

/** Share of a level's tasks that are done well; null where too little is known. */
function successAt(
  { scores }: Growth,
  level: Level,
  { growthKnownFrom, growthScoreMin }: ZoneSettings,
): number | null {
  const own = scores.get(level) ?? [];
  if (own.length < growthKnownFrom) return null;
  return own.filter((score) => score >= growthScoreMin).length / own.length;
}
