import { linesOf, moreIn, type Change } from "./changes.ts";

/** Lines by which a place in a file is known again. */
const CONTEXT_LINES_MAX = 3;
const GONE_SHARE_MIN = 0.8;
const LOST_LINES_MIN = 1;

/** The end of a file as it stood that is not in it any more. */
export type LostTail = {
  lost: readonly string[];
  /** The last line is the beginning of one that stood there: nobody deletes like that. */
  midLine: boolean;
};

/**
 * The tail that a file lost: it now ends where it used to go on, and what followed is gone. Null
 * where its end is another one, or where what followed stands in it still.
 */
export function lostTail({ before, after }: Pick<Change, "before" | "after">): LostTail | null {
  if (before === null || after === null) return null;
  const [old, now] = [linesOf(before), linesOf(after)];
  const last = now.at(-1);
  if (last === undefined || now.length >= old.length + CONTEXT_LINES_MAX) return null;
  for (let context = CONTEXT_LINES_MAX; context > 0; context--) {
    const above = now.slice(Math.max(0, now.length - 1 - context), -1);
    const place = placeOf(above, last, old);
    if (place === null) continue;
    const rest = old.slice(place + 1);
    if (rest.length < LOST_LINES_MIN && old[place] === last) return null;
    // What stands above cannot be what was lost: it is counted out first.
    const gone = moreIn(rest, moreIn(now, old.slice(0, place + 1)));
    const midLine = old[place] !== last;
    if (rest.length > 0 && gone.length / rest.length < GONE_SHARE_MIN) return null;
    return rest.length === 0 && !midLine ? null : { lost: gone, midLine };
  }
  return null;
}

/** Where the lines stand, followed by the last one or by one that begins as it does. */
function placeOf(above: readonly string[], last: string, old: readonly string[]): number | null {
  for (let at = old.length - 1; at >= above.length; at--) {
    if (!old[at]?.startsWith(last)) continue;
    if (above.every((line, back) => old[at - above.length + back] === line)) return at;
  }
  return null;
}
