import type { Random } from "@nightshift/agents/ports";
import type { Genes } from "@nightshift/protocol/genome";
import type { Output } from "@nightshift/protocol/task";
import { seeded } from "../rehearsal/random.ts";
import { normal, normalUpTo } from "@nightshift/agents/evolver/draws";
import { byShare } from "./draws.ts";
import { KINDS, STYLE_POINTS, type Kind } from "./kinds.ts";
import { MODELS, type LandscapeModel } from "./models.ts";

/** A task as a router sees it. */
export type LandscapeTask = {
  id: string;
  category: string;
  output: Output;
  day: number;
  /** What the planner expects; the need itself is spread around it. */
  estimateTokens: number;
  /** How much of its repository it touches, around 1. */
  breadth: number;
  /** Points it is worse off from the start: what it follows on was flawed (D21). */
  handicap: number;
};

/** Genes that name a model: what an attempt is made with. */
export type Deed = Genes & { model: string };

/** What the system allows, whatever a genome says. */
export type Caps = {
  outputTokensMax: number;
  contextTokensMax: number;
  continuationsMax: number;
};
export const NO_CAPS: Caps = {
  outputTokensMax: 32_000,
  contextTokensMax: 200_000,
  continuationsMax: 2,
};

/** What a deed comes to on average. */
type Expected = {
  quality: number;
  cut: number;
  outputTokens: number;
  contextTokens: number;
  merged: number;
  fitness: number;
};

/** What one attempt came to. */
export type Observed = {
  score: number;
  truncated: boolean;
  continued: boolean;
  outputTokens: number;
  contextTokens: number;
  merged: boolean;
  fitness: number;
};

/** How a landscape departs from the documents' own. */
export type Departure = {
  /** Standard deviation of the points by which each model differs at each kind. */
  strangeness?: number;
  /** Points that a model loses from a day on. */
  drift?: { model: string; fromDay: number; points: number };
  /** The scorer, the tokens and the merges tell nothing about the deed. */
  flat?: boolean;
};

/** Output that counts as no thrift at all: the largest limit of a category (D10). */
export const THRIFT_TOKENS = 16_000;
const DEPTH_TOKENS = [6_000, 22_000, 55_000, 95_000] as const;
const SCOPE_SIZE = { narrow: 0.65, normal: 1, wide: 1.4 } as const;
const STYLE_SIZE = { plain: 1, stepwise: 1.15, "test-first": 1.1 } as const;
const CUT_POINTS = 2.7;
const CONTINUED_POINTS = 1.4;
/** How often a continuation is cut off as well: it compounds what it was to mend. */
const CUT_AGAIN = 0.35;
const BLOAT_POINTS_A_THOUSAND = 4 / 47;
const NOISE_POINTS = 1.5;
const ESTIMATE_SPREAD = 0.35;
const NEED_SPREAD = 0.42;
const FLAT_SCORE = 7;

export type Landscape = {
  models: readonly LandscapeModel[];
  tasks(day: number, count: number, random: Random): LandscapeTask[];
  expect(task: LandscapeTask, deed: Deed, caps?: Caps): Expected;
  observe(task: LandscapeTask, deed: Deed, random: Random, caps?: Caps): Observed;
};

/**
 * A world of tasks, models and noise made of the aggregates that the documents publish; each seed
 * with its own departures from it.
 */
export function createLandscape(seed: number, departure: Departure = {}): Landscape {
  const strange = strangeness(seed, departure.strangeness ?? 0);
  const expect = (task: LandscapeTask, deed: Deed, caps: Caps = NO_CAPS): Expected => {
    const model = modelNamed(deed.model);
    const kind = kindNamed(task.category);
    const outputTokens = Math.min(deed.outputTokensMax, caps.outputTokensMax);
    const cap = Math.min(outputTokens, model.outputCapTokens ?? outputTokens);
    const size = model.wordiness * SCOPE_SIZE[deed.scope] * STYLE_SIZE[deed.promptStyle];
    const need = task.estimateTokens * size;
    const cut = 1 - normalUpTo(Math.log(cap / need) / NEED_SPREAD);
    const used = usedTokens(need, cap);
    const continuations = Math.min(deed.continuationsMax, caps.continuationsMax);
    const depth = DEPTH_TOKENS[deed.contextDepth] ?? 0;
    const contextTokens = Math.min(depth * task.breadth, caps.contextTokensMax);
    const bloat = Math.max(0, contextTokens - model.comfortTokens) / 1_000;
    const whole =
      (model.points[kind.name] ?? 0) +
      strange(model.name, kind.name) -
      driftOf(departure, model.name, task.day) -
      task.handicap -
      bloat * BLOAT_POINTS_A_THOUSAND -
      depthLoss(kind, deed.contextDepth) -
      (deed.scope === "narrow" ? kind.narrowLoss : deed.scope === "wide" ? kind.wideLoss : 0) +
      (STYLE_POINTS[kind.output][deed.promptStyle] ?? 0);
    const lost = continuations > 0 ? CONTINUED_POINTS + CUT_AGAIN * CUT_POINTS : CUT_POINTS;
    const quality = clamp(whole - cut * lost);
    const more = continuations > 0 ? (cut * cap) / 2 : 0;
    const told = { quality, cut, outputTokens: used + more, contextTokens };
    const merged = mergeOdds(quality);
    return { ...told, merged, fitness: fitnessOf(quality, used + more, merged) };
  };
  return {
    models: MODELS,
    tasks: (day, count, random) =>
      Array.from({ length: count }, (_, at) => taskOf(`d${day}-${at}`, day, random)),
    expect,
    observe(task, deed, random, caps = NO_CAPS) {
      const { quality, cut, contextTokens, outputTokens } = expect(task, deed, caps);
      // The mean loss is in the quality already; a single attempt is cut off or it is not.
      const truncatedFirst = random.next() < cut;
      const continuations = Math.min(deed.continuationsMax, caps.continuationsMax);
      const continued = truncatedFirst && continuations > 0;
      const truncated = truncatedFirst && (!continued || random.next() < CUT_AGAIN);
      const mean = continuations > 0 ? CONTINUED_POINTS + CUT_AGAIN * CUT_POINTS : CUT_POINTS;
      const own = (continued ? CONTINUED_POINTS : 0) + (truncated ? CUT_POINTS : 0);
      const score = clamp(quality + cut * mean - own + NOISE_POINTS * normal(random));
      const merged = random.next() < mergeOdds(quality + cut * mean - own);
      const tokens = Math.round(outputTokens * Math.exp(0.3 * normal(random) - 0.045));
      const fitness = fitnessOf(score, tokens, merged ? 1 : 0);
      const told = { truncated, continued, contextTokens: Math.round(contextTokens) };
      if (!departure.flat) return { score, merged, fitness, outputTokens: tokens, ...told };
      const flat = clamp(FLAT_SCORE + NOISE_POINTS * normal(random));
      const luck = random.next() < mergeOdds(FLAT_SCORE);
      const spent = Math.round(5_000 * Math.exp(0.3 * normal(random)));
      const blind = fitnessOf(flat, spent, luck ? 1 : 0);
      return {
        score: flat,
        merged: luck,
        fitness: blind,
        outputTokens: spent,
        ...told,
        truncated: false,
        continued: false,
      };
    },
  };
}

function taskOf(id: string, day: number, random: Random): LandscapeTask {
  const kind = byShare(random, KINDS);
  return {
    id,
    category: kind.name,
    output: kind.output,
    day,
    estimateTokens: Math.round(kind.needTokens * Math.exp(ESTIMATE_SPREAD * normal(random))),
    breadth: Math.exp(0.25 * normal(random)),
    handicap: 0,
  };
}

/** Mean of a lognormal need that a cap cuts off. */
function usedTokens(median: number, cap: number): number {
  const z = Math.log(cap / median) / NEED_SPREAD;
  const whole = median * Math.exp(NEED_SPREAD ** 2 / 2) * normalUpTo(z - NEED_SPREAD);
  return whole + cap * (1 - normalUpTo(z));
}

/** Too little context is worse than too much, until it bloats. */
function depthLoss({ depth }: Kind, chosen: number): number {
  return chosen < depth ? 0.5 * (depth - chosen) : 0.25 * (chosen - depth);
}

/** Odds of a merge after human review: 14 % at 4.9, 22 % at 6.4, 28 % at 6.8, 31 % at 7.2 (D16). */
function mergeOdds(quality: number): number {
  return 1 / (1 + Math.exp(0.85 - 0.44 * (quality - 7.2)));
}

/** .60 quality + .25 thrift + .15 merged (D29). */
function fitnessOf(quality: number, outputTokens: number, merged: number): number {
  const thrift = Math.max(0, 1 - outputTokens / THRIFT_TOKENS);
  return 0.06 * quality + 0.25 * thrift + 0.15 * merged;
}

function driftOf({ drift }: Departure, model: string, day: number): number {
  return drift?.model === model && day >= drift.fromDay ? drift.points : 0;
}

function strangeness(seed: number, deviation: number): (model: string, kind: string) => number {
  const random = seeded(seed * 65_537 + 11);
  const known = new Map<string, number>();
  for (const { name } of MODELS) {
    for (const kind of KINDS) known.set(`${name}|${kind.name}`, deviation * normal(random));
  }
  return (model, kind) => known.get(`${model}|${kind}`) ?? 0;
}

function clamp(score: number): number {
  return Math.min(10, Math.max(0, score));
}

function modelNamed(name: string): LandscapeModel {
  const found = MODELS.find((model) => model.name === name);
  if (!found) throw new Error(`no model ${name} in this landscape`);
  return found;
}

function kindNamed(name: string): Kind {
  const found = KINDS.find((kind) => kind.name === name);
  if (!found) throw new Error(`no kind ${name} in this landscape`);
  return found;
}
