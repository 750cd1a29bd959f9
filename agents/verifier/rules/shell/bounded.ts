export const TEXT_CHARS_MAX = 5_000;

/** A text no longer than somebody would write it. */
export const bounded = (text: string) => text.slice(0, TEXT_CHARS_MAX);

/**
 * `to` in the place of `from`, of the first or of all, as far as a text may go on: what is put in
 * may be long, and be put in often.
 */
export function swapped(text: string, from: string, to: string, isEverywhere: boolean): string {
  if (from === "") return bounded(text);
  let said = "";
  let at = 0;
  while (said.length < TEXT_CHARS_MAX) {
    const next = text.indexOf(from, at);
    if (next === -1) break;
    said += text.slice(at, next) + bounded(to);
    at = next + from.length;
    if (!isEverywhere) break;
  }
  return bounded(said + text.slice(at));
}
