/** Of one file, the first ones; what defines more names was written by a program. */
export const DEFINITIONS_MAX = 2_000;
const SIGNATURE_CHARS_MAX = 160;
/** Of a definition, before its blanks are evened out; no signature is longer than that. */
const READ_CHARS_MAX = 4 * SIGNATURE_CHARS_MAX;

/** How a definition is used, on one line, from where it begins to where its body does. */
export function signatureIn(text: string, from: number, to: number): string {
  return oneLine(text.slice(from, Math.min(to, from + READ_CHARS_MAX)));
}

export function oneLine(text: string): string {
  const line = text
    .replaceAll(/\s+/g, " ")
    .replace(/\s*(\{|=>|:)?\s*$/, "")
    .trim();
  return line.length > SIGNATURE_CHARS_MAX ? `${line.slice(0, SIGNATURE_CHARS_MAX - 1)}…` : line;
}
