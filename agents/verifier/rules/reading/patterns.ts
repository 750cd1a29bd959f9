import type { SyntaxNode } from "../../../source/syntax-node.ts";
import type { Reader } from "./reader.ts";

/** Single signs and classes of signs, of which one may recur: what takes no time to be looked for. */
const SIMPLE = /^(?:(?:\\[dwsDWS.\-/|_:#~]|\[[^\]\\]{1,40}\]|[^\\*+?{}()[\]^$|.])\+?){1,20}$/;
const RECURRING = /\+/g;
/** What is tried letter by letter at each letter takes the square of this. */
const TEXT_CHARS_MAX = 1_000;
const MATCHES_MAX = 5_000;

/** A pattern that is written out, and is simple enough to be tried; null for all others. */
export function patternOf(
  node: SyntaxNode | undefined,
  reader: Reader,
  text: string | null,
): RegExp | null {
  if (!node || text === null || text.length > TEXT_CHARS_MAX) return null;
  const written = reader.textOf(node);
  const said = /^\/([^]*)\/[a-z]*$/.exec(written)?.[1] ?? reader.fold(node);
  if (said === null || !SIMPLE.test(said)) return null;
  if ((said.match(RECURRING) ?? []).length > 1) return null;
  try {
    return new RegExp(said, "g");
  } catch {
    return null;
  }
}

/** All that a pattern finds in a text. */
export function matchesOf(text: string, pattern: RegExp | null): string[] | null {
  return pattern === null ? null : (text.match(pattern) ?? []).slice(0, MATCHES_MAX);
}
