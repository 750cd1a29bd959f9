import { blank } from "../../blank.ts";
import { lineIn } from "../../line-at.ts";
import type { Finding } from "../finding.ts";
import type { Parsed } from "../reading/grammar.ts";

/** Letters of the Latin alphabet that Java reads wherever they stand: `\u0065xec`. */
const ESCAPED = /\\u+00[2-7][\da-fA-F]/g;
/** Signs that stand for plain letters in names of Python, as `ｅ` does for `e`. */
const OTHER_LETTERS = /[^\0-\x7F]/gu;

/**
 * Plain letters of names that are written as something else: whoever looks for the name finds none.
 * What scripts escape is looked at name by name, as their patterns hold escapes, too.
 */
export function disguisedNames(text: string, language: Parsed): Finding[] {
  if (language !== "java" && language !== "python") return [];
  const written = language === "java" ? ESCAPED : OTHER_LETTERS;
  if (text.search(written) === -1) return [];
  const { code } = blank(text, language);
  const lineAt = lineIn(code);
  return [...code.matchAll(written)]
    .filter(({ 0: sign }) => language === "java" || /^\w+$/.test(sign.normalize("NFKC")))
    .map(({ index }) => {
      const said = /^[^\s()]*/.exec(text.slice(index, index + SAID_CHARS))?.[0] ?? "";
      return { rule: "hidden-code", line: lineAt(index), text: said, severe: true };
    });
}

const SAID_CHARS = 80;
