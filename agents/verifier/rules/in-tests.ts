import { saysOf } from "./against.ts";
import type { Parsed } from "./reading/grammar.ts";
import { KEY_FILES } from "./looked-at.ts";
import { TOKEN_PART } from "./worked-out.ts";

/** What unpacks hidden code, by the words that no one gets around who hides none of them. */
const UNPACKS: Partial<Readonly<Record<Parsed, RegExp>>> = {
  javascript: /atob|Buffer|inflate|gunzip|unzip|rotliDecompress|\$\{\s*["'`]/,
  go: /DecodeString/,
};

/**
 * Whether a test says anything that a severe rule could be broken with: others it is not held to, so
 * most tests do not have to be read as trees.
 */
export function couldBeSevere(language: Parsed, text: string): boolean {
  const unpacks = UNPACKS[language];
  if (unpacks === undefined || unpacks.test(text)) return true;
  return [KEY_FILES, TOKEN_PART].some((words) => words.test(text)) || saysOf(text)("keys");
}
