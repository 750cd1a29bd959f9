/**
 * Tells the line, counted from 1, in which a place of a text is. The text is read once, however many
 * places are asked for: an author who writes a match a line must not make it be read that often.
 */
export function lineIn(text: string): (index: number) => number {
  let starts: readonly number[] | null = null;
  return (index) => {
    starts ??= startsOf(text);
    let [from, to] = [0, starts.length];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if ((starts[middle] ?? 0) <= index) from = middle;
      else to = middle;
    }
    return from + 1;
  };
}

/** Where the lines begin. */
function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
