import type { Line } from "@nightshift/projections/digest/terminal";

/** Most lines of a diff that are shown, and most characters of each. */
export const DIFF_LINES_MAX = 2_000;
const LINE_CHARS_MAX = 400;

/**
 * A diff for a terminal: coloured, and free of what would command it. Characters that hide or
 * reorder text are shown by their code, because whoever reviews must see what a compiler would (I11).
 */
export function diffLines(diff: string): Line[] {
  const lines = diff.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const shown = lines.slice(0, DIFF_LINES_MAX).map((line): Line => ({
    tone: toneOf(line),
    text: visible(line),
  }));
  const left = lines.length - shown.length;
  if (left > 0) shown.push({ tone: "ask", text: `… and ${left} more lines; see its branch` });
  return shown;
}

function toneOf(line: string): Line["tone"] {
  if (/^(diff |index |--- |\+\+\+ |new file|deleted file|rename |similarity )/.test(line))
    return "title";
  if (line.startsWith("@@")) return "quiet";
  if (line.startsWith("+")) return "good";
  return line.startsWith("-") ? "bad" : "plain";
}

/** Every control and formatting character by its code, but for tabs. */
function visible(line: string): string {
  const text = line
    .slice(0, LINE_CHARS_MAX)
    .toWellFormed()
    .replace(/\r$/, "")
    .replaceAll("\t", "    ")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, codeOf);
  return line.length > LINE_CHARS_MAX ? `${text}…` : text;
}

function codeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
