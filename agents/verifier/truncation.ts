import type { Check } from "@nightshift/protocol/attempt";
import { countsOf, linesOf, moreIn, type Change } from "./changes.ts";
import { cutOff } from "./cut-off.ts";
import { matchesAny } from "./glob.ts";
import { isLock } from "./languages.ts";

/** A file of fewer lines may shrink or go: a share of so little says nothing. */
const SMALL_FILE_LINES = 10;
/** Share of the lines that left a file which must stand elsewhere in the change. */
const MOVED_SHARE_MIN = 0.8;

/**
 * The truncation guard (B17): a file that loses more than a share of its lines fails, unless the
 * task declares it in `drops` or what left it stands elsewhere in the change. A file that is cut
 * off, or that says "the rest as before" where the rest was, fails whatever its length.
 * Empty lines count for nothing: padding hides no loss.
 */
export function truncationChecks(
  changes: readonly Change[],
  drops: readonly string[],
  dropShareMax: number,
): Check[] {
  const arrivals = new Map(
    changes.map((change) => [change.path, moreIn(linesOf(change.after), linesOf(change.before))]),
  );
  const faults = changes.flatMap((change) => {
    const fault = faultOf(change, arrivals, drops, dropShareMax);
    return fault === null ? [] : [`${change.path} ${fault}`];
  });
  if (faults.length === 0) {
    const detail = `no file lost more than ${percent(dropShareMax)} of its lines or was cut off`;
    return [{ name: "nothing truncated", kind: "truncation", outcome: "pass", detail }];
  }
  const detail = faults.join("; ").slice(0, 2_000);
  return [{ name: "nothing truncated", kind: "truncation", outcome: "fail", detail }];
}

function faultOf(
  change: Change,
  arrivals: ReadonlyMap<string, readonly string[]>,
  drops: readonly string[],
  dropShareMax: number,
): string | null {
  if (isLock(change.path)) return null;
  const cut = cutOff(change);
  if (cut !== null) return cut;
  if (change.before === null || matchesAny(change.path, drops)) return null;
  const before = linesOf(change.before);
  const after = linesOf(change.after);
  const share = 1 - after.length / before.length;
  if (before.length < SMALL_FILE_LINES || share <= dropShareMax) return null;
  const elsewhere = [...arrivals].flatMap(([path, lines]) => (path === change.path ? [] : lines));
  if (foundShare(moreIn(before, after), elsewhere) >= MOVED_SHARE_MIN) return null;
  return `went from ${before.length} to ${after.length} lines (${percent(share)} lost)`;
}

/** Share of the lines that are found among others, each of which serves once. */
function foundShare(lines: readonly string[], among: readonly string[]): number {
  const left = countsOf(among);
  let found = 0;
  for (const line of lines) {
    const count = left.get(line) ?? 0;
    if (count === 0) continue;
    left.set(line, count - 1);
    found += 1;
  }
  return found / lines.length;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
