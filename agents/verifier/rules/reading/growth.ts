/**
 * Letters of a text, and letters and elements of a list with all that is in it. What is put
 * together of texts may be their lengths multiplied: it is cut where it is made, as what is cut
 * later was whole in memory before, and stays there as long as its beginning does.
 */
export const SIZE_MAX = 20_000;

/** Texts with another between them, as far as a value goes. */
export function joinedUpTo(parts: Iterable<string>, by = ""): string {
  let text = "";
  let between = "";
  for (const part of parts) {
    if (text.length >= SIZE_MAX) break;
    text += between + part;
    between = by;
  }
  return text.slice(0, SIZE_MAX);
}

/** All elements of lists, as far as a value goes. */
export function gatheredUpTo<T>(lists: Iterable<readonly T[]>): T[] {
  const all: T[] = [];
  for (const list of lists) {
    if (all.length >= SIZE_MAX) break;
    for (const each of list) all.push(each);
  }
  return all;
}

/** A text over and over, as far as a value goes. */
export function repeatedUpTo(text: string, times: number): string {
  if (text === "" || !(times > 0)) return "";
  return text.repeat(Math.min(Math.trunc(times), Math.ceil(SIZE_MAX / text.length)));
}

/**
 * A text in which something was put for all that is found in it, as far as a value goes.
 * @param insert What is put in; it gets what was found, and the groups of the pattern.
 */
export function replacedUpTo(
  text: string,
  what: string | RegExp,
  insert: (found: string, groups: readonly (string | undefined)[]) => string,
): string {
  let grown = 0;
  return text
    .replaceAll(what, (found: string, ...told: unknown[]) => {
      const at = told.findIndex((each) => typeof each === "number");
      if (Number(told[at]) + grown >= SIZE_MAX) return "";
      const groups = told.slice(0, at).map((each) => (typeof each === "string" ? each : undefined));
      const put = insert(found, groups);
      grown += put.length - found.length;
      return put;
    })
    .slice(0, SIZE_MAX);
}
