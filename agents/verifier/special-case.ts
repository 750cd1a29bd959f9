import { linesOf, moreIn, type Change } from "./changes.ts";
import { isTest, languageOf } from "./languages.ts";

const LITERAL =
  /(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`$\n]*`/g;
/** What so many programs have that it says nothing. */
const COMMON = /^(?:-?[0-9]|10|100|1000|.|\.\.|)$/;
const ASSERTS = /\b(?:assert|expect|should|equal|toBe|toEqual|deepEqual|raises|throws)\w*\b/;
const COMPARES =
  /(?:===?|!==?|\bcase\b|\bis\b|\.has\(|\.includes\(|\.get\(|\bin\b)\s*\(?\s*(?:-?\d|["'`[{(])|(?:["'`]|\d)\s*(?:===?|!==?|\]\s*:|:|=>|,)|\bmatch\b|\belif\b|\bMap\(/;
/** Assertions of all the tests of a repository that are kept. */
const ANSWERS_MAX = 20_000;

/** What tests ask, and the answers that they expect to each question. */
export type Answers = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Lines of code that hold both what a test asks and what it expects: the beginning of a table of
 * answers. Numbers and texts that any program could hold do not count.
 */
export function specialCases(changes: readonly Change[], answers: Answers): string[] {
  if (answers.size === 0) return [];
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
      return [...near].some((one) => !near.isDisjointFrom(answers.get(one) ?? NONE));
    });
    return found ? [`${path} answers what a test asks, word for word`] : [];
  });
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Literals of each assertion: the last is what is expected, the others are what is asked. Reads only
 * as many texts as it takes to know 20,000 of them.
 */
export async function answersIn(
  texts: AsyncIterable<{ text: string | null }> | Iterable<{ text: string | null }>,
): Promise<Answers> {
  const answers = new Map<string, Set<string>>();
  let count = 0;
  for await (const { text } of texts) {
    for (const line of text?.split("\n") ?? []) {
      if (count >= ANSWERS_MAX) return answers;
      if (!ASSERTS.test(line)) continue;
      const literals = [...literalsIn(line)];
      const answer = literals.pop();
      if (answer === undefined || literals.length === 0) continue;
      count += 1;
      for (const asked of literals) {
        answers.set(asked, (answers.get(asked) ?? new Set()).add(answer));
      }
    }
  }
  return answers;
}

function literalsIn(text: string): Set<string> {
  const found = [...text.matchAll(LITERAL)].map(([literal]) => literal);
  // A number and the text of it are one: a key of a table is written as either.
  const plain = found.map((literal) => literal.replace(/^["'`](.*)["'`]$/s, "$1"));
  return new Set(plain.filter((literal) => !COMMON.test(literal)));
}
