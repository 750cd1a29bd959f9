import type { SkillInput } from "@nightshift/protocol/skills";
import { identifiersOf } from "./sentences.ts";
import { EMPTY_WORDS } from "./words.ts";

type Known = SkillInput<"admit">["known"][number];

/** Titles that share this much of their words, and all their names and numbers, are the same. */
const SAME_WORDS_SHARE = 0.9;
/** A title that says less, "Fix typos", may well come back with another text. */
const TELLING_WORDS_MIN = 2;
/** What was refused or given up is no reason not to try. */
const GONE = new Set(["refused", "abandoned"]);

/** Another task, open or done, that asks for the same as this one; null where there is none. */
export function duplicateOf(
  { task, spec }: Pick<SkillInput<"admit">, "task" | "spec">,
  known: readonly Known[],
): Known | null {
  if (tellingWords(spec.title) < TELLING_WORDS_MIN) return null;
  const others = known.filter(
    (other) => other.task !== task && other.task !== spec.parent && !GONE.has(other.status),
  );
  return others.find(({ title }) => sameTitle(spec.title, title)) ?? null;
}

export function sameTitle(left: string, right: string): boolean {
  const [a, b] = [wordsOf(left), wordsOf(right)];
  if (a.join(" ") === b.join(" ")) return true;
  const all = new Set([...a, ...b]);
  const shared = [...all].filter((word) => a.includes(word) && b.includes(word)).length;
  return shared / all.size >= SAME_WORDS_SHARE && namesOf(left) === namesOf(right);
}

function wordsOf(title: string): string[] {
  return (
    title
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** What tells two alike titles apart: names of code, and numbers. */
function namesOf(title: string): string {
  const { symbols, paths } = identifiersOf(title);
  return [...symbols, ...paths, ...(title.match(/\d+/g) ?? [])].sort().join(" ");
}

function tellingWords(title: string): number {
  const { symbols, paths } = identifiersOf(title);
  const words = new Set(wordsOf(title).filter((word) => !EMPTY_WORDS.has(word)));
  return Math.max(words.size, symbols.size + paths.size + 1);
}
