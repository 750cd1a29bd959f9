import type { TaskSpec } from "@nightshift/protocol/task";
import { identifiersOf, sentencesOf } from "./sentences.ts";

/** How much output a task will take, and what says so. */
export type Estimate = { tokens: number; note: string };

/** Tokens beyond which estimates mean nothing more. */
export const ESTIMATE_TOKENS_MAX = 200_000;

/** What a plain task of each output takes. */
const BASE = { code: 600, report: 1_800, research: 3_000 } as const;
const EACH_FILE = 500;
const EACH_SYMBOL = 200;
const EACH_VERB = 250;
const EACH_CONDITION = 150;
const EACH_ITEM = 250;
/** Text asks for about as much again. */
const CHARS_A_TOKEN = 4;
const TESTS_FACTOR = 1.4;
const BREADTH_FACTOR = 1.8;
/** The last answer was cut off: it needs more than was thought. */
const CUT_OFF_FACTOR = 1.5;

/**
 * The SelfBudgeter's guess (D26) by category and complexity, at no cost: what the task says of its
 * size itself counts first, then counts of things ("30 functions"), then names, verbs and items.
 */
export function estimate(spec: TaskSpec, critique: string | null = null): Estimate {
  const told = toldTokens(`${spec.title}\n${spec.text}`);
  if (told !== null) return limited(told, "the task says so itself");
  const counted = countedTokens(`${spec.title}\n${spec.text}`);
  const guessed = guessedTokens(spec);
  const factor = critique !== null && /cut off|truncat/i.test(critique) ? CUT_OFF_FACTOR : 1;
  return counted > guessed
    ? limited(counted * factor, "by the number of things it asks for")
    : limited(guessed * factor, "by its category, files, names and steps");
}

/** The same text without what it says of its size; a part of it is smaller. */
export function withoutSize(text: string): string {
  return text.replaceAll(TOLD, " ").replaceAll(/[ \t]{2,}/g, " ");
}

const TOLD =
  /\b(?:of\s+)?(?:about|around|roughly|approximately|approx\.?|circa|some|estimated(?: at)?)\s+(?<number>\d[\d,._]*)\s*(?<kilo>k\b)?\s*(?:output\s+)?tokens\b/gi;

/** The sizes that a text tells, added up. */
function toldTokens(text: string): number | null {
  const told = [...text.matchAll(TOLD)].map(({ groups }) => {
    const number = Number((groups?.["number"] ?? "").replaceAll(/[,._](?=\d{3})|[,._]$/g, ""));
    return groups?.["kilo"] ? number * 1_000 : number;
  });
  const sizes = told.filter((size) => Number.isFinite(size) && size > 0);
  if (sizes.length === 0) return null;
  const sum = sizes.reduce((total, size) => total + size, 0);
  const largest = Math.max(...sizes);
  const rest = sum - largest;
  // "12,000 tokens in three pages of 4,000 tokens": one of them is the total of the others.
  const isTotal = sizes.length > 2 && Math.abs(rest - largest) <= largest * TOTAL_TOLERANCE;
  return isTotal ? largest : sum;
}

const TOTAL_TOLERANCE = 0.1;

const UNITS: readonly (readonly [units: string, tokens: number])[] = [
  ["functions|methods|hooks|queries|handlers|commands", 220],
  ["endpoints|routes|components|classes|screens|rules", 500],
  ["modules|files|pages|documents|articles|services|packages", 1_200],
  ["chapters|sections|guides|migrations", 800],
  ["tests|unit tests|test cases|cases|examples|scenarios|entries", 140],
  ["lines", 12],
  ["words", 1.4],
];
const NUMBER_WORDS = new Map(
  "two three four five six seven eight nine ten eleven twelve"
    .split(" ")
    .map((word, index) => [word, index + 2]),
);
const COUNTED = new RegExp(
  String.raw`(?<limit>\b(?:under|over|than|most|least|max|maximum|up to|first|last|within|every|of|line|after|below|above|exceeds?)\s+)?\b(?<number>\d[\d,]*|${[...NUMBER_WORDS.keys()].join("|")})\s+(?:[a-z-]+\s+){0,2}?(?<unit>${UNITS.map(([units]) => units).join("|")})\b`,
  "gi",
);

/** "30 functions and 12 pages", not "the first 30 lines" or "under 300 lines". */
function countedTokens(text: string): number {
  let tokens = 0;
  for (const { groups } of text.matchAll(COUNTED)) {
    if (groups?.["limit"]) continue;
    const number = (groups?.["number"] ?? "").toLowerCase();
    const count = NUMBER_WORDS.get(number) ?? Number(number.replaceAll(",", ""));
    const unit = (groups?.["unit"] ?? "").toLowerCase();
    const each = UNITS.find(([units]) => units.split("|").includes(unit))?.[1] ?? 0;
    tokens += count * each;
  }
  return tokens;
}

const VERBS =
  /\b(?:add|implement|write|create|build|fix|refactor|rename|migrate|move|extract|replace|convert|document|test|cover|port|rewrite|split|introduce|remove|support|handle|generate)\b/g;
const BREADTH =
  /\b(?:all|every|each|entire|whole|across|throughout|everywhere)\s+(?:of\s+)?(?:the\s+|our\s+)?(?:modules?|files?|functions?|endpoints?|packages?|components?|codebase|repository|library|api|tests?|pages?|classes)\b|\brewrite\b|\bmigrat(?:e|ion)\b|\bport\b/;

function guessedTokens({ title, text, output, success, category, tags }: TaskSpec): number {
  const whole = `${title}\n${text}`;
  const { symbols, paths } = identifiersOf(whole);
  const sentences = sentencesOf(whole);
  const verbs = sentences.flatMap((sentence) => sentence.match(VERBS) ?? []).length;
  const items = text.match(/^\s*(?:[-*+•]|\d+[.)])\s+\S/gm)?.length ?? 0;
  const files = new Set([
    ...paths,
    ...success.flatMap((one) => (one.kind === "file" ? one.path : [])),
  ]);
  let tokens: number =
    BASE[output] +
    EACH_FILE * Math.max(0, files.size - 1) +
    EACH_SYMBOL * symbols.size +
    EACH_VERB * Math.max(0, verbs - 1) +
    EACH_CONDITION * success.length +
    EACH_ITEM * items +
    Math.floor(text.length / CHARS_A_TOKEN);
  if (output === "code" && /\btests?\b/i.test(whole)) tokens *= TESTS_FACTOR;
  if (BREADTH.test(whole.toLowerCase())) tokens *= BREADTH_FACTOR;
  const hard = category === "architecture" || tags.includes("architecture");
  return hard ? tokens * BREADTH_FACTOR : tokens;
}

function limited(tokens: number, note: string): Estimate {
  return { tokens: Math.min(ESTIMATE_TOKENS_MAX, Math.round(tokens)), note };
}
