import { tokensAtMost } from "../implementer/tokens.ts";
import { longest } from "../longest.ts";

/** Characters of work that a judge or reviewer is shown; of more, the beginning and the end. */
const TEXT_CHARS_MAX = 26_000;

/** A text, or its beginning and end with what is left out between them. */
export function shortened(text: string, charsMax = TEXT_CHARS_MAX): string {
  const shown = Math.min(charsMax, TEXT_CHARS_MAX);
  if (text.length <= shown) return text;
  const half = Math.floor(shown / 2);
  const left = text.length - 2 * half;
  const end = text.slice(text.length - half);
  return `${text.slice(0, half)}\n[${left} characters are not shown]\n${end}`;
}

/**
 * As much of it as surely has no more tokens, in whatever script it is written. Where there is no
 * room for anything only the line stands that says so: 40 tokens or less.
 */
export function shortenedTo(tokensMax: number, text: string): string {
  const fits = (chars: number) => tokensAtMost(shortened(text, chars)) <= tokensMax;
  const charsMax = Math.min(text.length, TEXT_CHARS_MAX);
  // A whole text has no line in it that says what is left out.
  return shortened(text, fits(charsMax) ? charsMax : longest(charsMax - 1, fits));
}
