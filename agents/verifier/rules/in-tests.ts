import { saysOf } from "./against.ts";
import type { Parsed } from "./reading/grammar.ts";
import { KEY_FILES } from "./looked-at.ts";
import { TOKEN_PART } from "./worked-out.ts";

/**
 * What unpacks hidden code or prints the environment, by the words that no one gets around who hides
 * none of them.
 */
const SEVERE_WORDS: Partial<Readonly<Record<Parsed, RegExp>>> = {
  javascript:
    /atob|Buffer|inflate|gunzip|unzip|rotliDecompress|\$\{\s*["'`]|["'`](?:[^"'`\s]*\/)?(?:print)?env["'`]/,
  go: /DecodeString/,
};

/**
 * Whether a test says anything that a severe rule could be broken with: others it is not held to, so
 * most tests do not have to be read as trees.
 */
export function couldBeSevere(language: Parsed, text: string): boolean {
  const words = SEVERE_WORDS[language];
  if (words === undefined || words.test(text)) return true;
  return [KEY_FILES, TOKEN_PART].some((said) => said.test(text)) || saysOf(text)("keys");
}
