import { linesOf, moreIn, type Change } from "./changes.ts";
import { isTest, languageOf } from "./languages.ts";

const LITERAL =
  /(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`$\n]*`/g;
/** What so many programs have that it says nothing. */
const COMMON = /^(?:-?[0-9]|10|100|1000|.|\.\.|)$/;
const ASSERTS = /\b(?:assert|expect|should|equal|toBe|toEqual|deepEqual|raises|throws)\w*\b/;
const COMPARES =
  /(?:===?|!==?|\bcase\b|\bis\b|\.has\(|\.includes\(|\.get\(|\bin\b)\s*\(?\s*(?:-?\d|["'`[{(])|(?:["'`]|\d)\s*(?:===?|!==?|\]\s*:|:|=>|,)|\bmatch\b|\belif\b|\bMap\(/;
const ANSWERS_MAX = 2_000;

/** A question of a test and the answer it expects. */
export type Answer = { question: string[]; answer: string[] };

/**
 * Lines of code that hold both what a test asks and what it expects: the beginning of a table of
 * answers. Numbers and texts that any program could hold do not count.
 */
export function specialCases(changes: readonly Change[], answers: readonly Answer[]): string[] {
  if (answers.length === 0) return [];
  return changes.flatMap(({ path, before, after }) => {
    if (after === null || isTest(path)) return [];
    const language = languageOf(path, after);
    if (language === "text" || language === "markup") return [];
    const added = moreIn(linesOf(after), linesOf(before)).filter(
      (line) => !/^(?:\/\/|#|\*)/.test(line),
    );
    const found = added.some((line, at) => {
      if (!COMPARES.test(line)) return false;
      // A condition and what follows from it may stand on two lines.
      const near = literalsIn(`${line}\n${added[at + 1] ?? ""}`);
      return answers.some(
        ({ question, answer }) =>
          question.some((one) => near.has(one)) && answer.some((one) => near.has(one)),
      );
    });
    return found ? [`${path} answers what a test asks, word for word`] : [];
  });
}

/** Literals of each assertion of a text: the last is what is expected, the others are what is asked. */
export function answersIn(text: string): Answer[] {
  const found: Answer[] = [];
  for (const line of text.split("\n")) {
    if (!ASSERTS.test(line) || found.length >= ANSWERS_MAX) continue;
    const literals = [...literalsIn(line)];
    const answer = literals.at(-1);
    const question = literals.slice(0, -1);
    if (answer !== undefined && question.length > 0) found.push({ question, answer: [answer] });
  }
  return found;
}

function literalsIn(text: string): Set<string> {
  const found = [...text.matchAll(LITERAL)].map(([literal]) => literal);
  // A number and the text of it are one: a key of a table is written as either.
  const plain = found.map((literal) => literal.replace(/^["'`](.*)["'`]$/s, "$1"));
  return new Set(plain.filter((literal) => !COMMON.test(literal)));
}
