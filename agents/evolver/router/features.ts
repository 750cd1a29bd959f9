import type { Genes } from "@nightshift/protocol/genome";
import type { Output } from "@nightshift/protocol/task";
import { normalUpTo } from "../draws.ts";

/** What is known of a task when somebody is chosen for it. */
export type Situation = {
  category: string;
  output: Output;
  /** Output tokens the planner expects; null where it has no idea. */
  estimateTokens: number | null;
};

/** A way to do it: a model with the genes it would work by. */
export type Option = {
  model: string;
  genes: Genes;
  /** Context it gets at most. */
  contextTokensMax: number;
};

/** Output that counts as no thrift at all: the largest limit of a category (D10). */
const THRIFT_TOKENS = 16_000;
const ESTIMATE_UNKNOWN_TOKENS = 4_000;
/** A need is spread around its estimate by this (logarithmic). */
const NEED_SPREAD = 0.45;
const SCOPE_SIZE = { narrow: 0.65, normal: 1, wide: 1.4 } as const;
/** Context that comes with each depth, before a cap. */
const DEPTH_TOKENS = [6_000, 22_000, 55_000, 95_000] as const;
/** Context up to which a model heeds what it is told (D18); by its name, the first that fits. */
const COMFORT_TOKENS: readonly [RegExp, number][] = [
  [/opus/, 80_000],
  [/sonnet/, 60_000],
  [/haiku|flash|gemini/, 30_000],
  [/qwen|ollama|llama/, 20_000],
];
const COMFORT_UNKNOWN_TOKENS = 40_000;

/**
 * What a choice is made of, as names with strengths: the task, the model, every gene, and what they
 * do to one another as far as the documents have seen them do (truncation, bloat, continuation).
 */
export function featuresOf(situation: Situation, option: Option): [string, number][] {
  const { category, output } = situation;
  const { model, genes } = option;
  const { promptStyle: style, scope, contextDepth: depth, continuationsMax } = genes;
  const { cut, thrift } = room(situation.estimateTokens ?? ESTIMATE_UNKNOWN_TOKENS, genes);
  const context = Math.min(DEPTH_TOKENS[depth] ?? 0, option.contextTokensMax);
  const bloat = Math.max(0, context - comfortOf(model)) / 10_000;
  const features: [string, number][] = [
    ["bias", 1],
    [`category ${category}`, 1],
    [`model ${model}`, 1],
    [`${category} × model ${model}`, 1],
    ["thrift", thrift],
    ["cut", cut],
    [`cut × model ${model}`, cut],
  ];
  if (bloat > 0) features.push(["bloat", bloat]);
  if (depth !== 1) {
    features.push([`depth ${depth}`, 1], [`${category} × depth ${depth}`, 1]);
  }
  if (style !== "plain") {
    features.push([`${output} × ${style}`, 1], [`${category} × ${style}`, 1]);
  }
  if (scope !== "normal") features.push([`scope ${scope}`, 1], [`${category} × scope ${scope}`, 1]);
  if (continuationsMax > 0) features.push(["continued", cut]);
  return features;
}

function comfortOf(model: string): number {
  const known = COMFORT_TOKENS.find(([name]) => name.test(model));
  return known ? known[1] : COMFORT_UNKNOWN_TOKENS;
}

/** How likely the answer is cut off, and how thrifty it is. */
function room(estimateTokens: number, genes: Genes): { cut: number; thrift: number } {
  const need = estimateTokens * SCOPE_SIZE[genes.scope];
  const cap = genes.outputTokensMax;
  const z = Math.log(cap / need) / NEED_SPREAD;
  const cut = 1 - normalUpTo(z);
  const whole = need * Math.exp(NEED_SPREAD ** 2 / 2) * normalUpTo(z - NEED_SPREAD);
  const used = whole + cap * cut;
  return { cut, thrift: Math.max(0, 1 - used / THRIFT_TOKENS) };
}
