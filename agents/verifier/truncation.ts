import type { Check } from "@nightshift/protocol/attempt";
import { countsOf, linesOf, moreIn, type Change } from "./changes.ts";
import { cutOff } from "./cut-off.ts";
import { matchesAny } from "./glob.ts";
import { type Customs, oddEnding } from "./ending.ts";
import { isLock } from "./languages.ts";
import { stillUsed, unusedImports } from "./loose-ends.ts";
import { lostTail } from "./tail.ts";

/** A file of fewer lines may shrink or go: a share of so little says nothing. */
const SMALL_FILE_LINES = 10;
/** Imports that nothing uses, in a file that is new, from which on it may be cut off. */
const UNUSED_IMPORTS_MIN = 2;
/** Share of the lines that left a file which must stand elsewhere in the change. */
const MOVED_SHARE_MIN = 0.8;

/** What is known of a change besides its texts. */
export type Told = {
  /** Files that the task means to shrink or remove. */
  drops: readonly string[];
  /** The share of its lines that a file may lose, 0 to 1. */
  dropShareMax: number;
  /** How files of the repository end. */
  customs?: Customs;
  /** Why the worker stopped, as far as it is known. */
  stopReason?: "finished" | "truncated" | "unknown";
};

type Fault = { sure: boolean; text: string };

/**
 * The truncation guard (B17): a file that loses more than a share of its lines fails, unless the
 * task declares it in `drops` or what left it stands elsewhere in the change. A file that is cut
 * off, or that says "the rest as before" where the rest was, fails whatever its length. What only
 * hints at a cut (an odd ending, imports that nothing uses any more) is for a person to look at.
 * Empty lines count for nothing: padding hides no loss.
 */
export function truncationChecks(changes: readonly Change[], told: Told): Check[] {
  const arrivals = new Map(
    changes.map((change) => [change.path, moreIn(linesOf(change.after), linesOf(change.before))]),
  );
  const faults = changes.flatMap((change) => {
    const fault = faultOf(change, changes, arrivals, told);
    return fault === null ? [] : [{ ...fault, text: `${change.path} ${fault.text}` }];
  });
  const named = { name: "nothing truncated", kind: "truncation" } as const;
  if (faults.length === 0) {
    const share = percent(told.dropShareMax);
    const detail = `no file lost more than ${share} of its lines or was cut off`;
    return [{ ...named, outcome: "pass", detail }];
  }
  const sure = faults.some((fault) => fault.sure);
  const detail = faults
    .map(({ text }) => text)
    .join("; ")
    .slice(0, 2_000);
  return [{ ...named, outcome: sure ? "fail" : "unverifiable", detail }];
}

function faultOf(
  change: Change,
  changes: readonly Change[],
  arrivals: ReadonlyMap<string, readonly string[]>,
  { drops, dropShareMax, customs, stopReason }: Told,
): Fault | null {
  if (isLock(change.path)) return null;
  const cut = cutOff(change);
  if (cut !== null) return { sure: true, text: cut };
  const declared = matchesAny(change.path, drops);
  const elsewhere = [...arrivals].flatMap(([path, lines]) => (path === change.path ? [] : lines));
  const moved = (lines: readonly string[]) => foundShare(lines, elsewhere) >= MOVED_SHARE_MIN;
  const found = lostTail(change);
  if (found?.midLine) return { sure: true, text: "ends within a line that stood there" };
  const tail = found && !declared && !moved(found.lost) ? found.lost : null;
  const odd = oddEnding(change, customs ?? new Set());
  if (change.before !== null && !declared) {
    const before = linesOf(change.before);
    const after = linesOf(change.after);
    const share = 1 - after.length / before.length;
    const isLarge = before.length >= SMALL_FILE_LINES && share > dropShareMax;
    if (isLarge && !moved(moreIn(before, after))) {
      const lines = `went from ${before.length} to ${after.length} lines`;
      return { sure: true, text: `${lines} (${percent(share)} lost)` };
    }
  }
  if (tail !== null) {
    const left = changes.map(({ after }) => after ?? "").join("\n");
    const used = stillUsed(tail, left);
    if (used.length > 0) return { sure: true, text: `lost its end, with ${used.join(", ")}` };
    if (odd !== null || stopReason === "truncated") {
      return { sure: true, text: `lost its end: ${odd ?? "the worker was cut off"}` };
    }
  }
  if (odd !== null) return { sure: false, text: `may be cut off: ${odd}` };
  // In a file that stood, only a lost end leaves imports behind; in a new one, one may be a slip.
  const unused = change.before === null || tail !== null ? unusedImports(change) : [];
  if (unused.length < (change.before === null ? UNUSED_IMPORTS_MIN : 1)) return null;
  return { sure: false, text: `may be cut off: nothing uses ${unused.slice(0, 3).join(", ")}` };
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
  return lines.length === 0 ? 1 : found / lines.length;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
