import type { Settings } from "@nightshift/protocol/settings";
import type { GradedPair } from "./agreement.ts";

/** What people make of a judge's score: theirs as far as it can be told, and how sure that is. */
export type Calibrated = { score: number; low: number; high: number };

/** What has been learned of one judge from the grades that people gave the same work. */
export type Calibration = {
  /** Grades it rests on. */
  n: number;
  of(judge: number): Calibrated;
};

type Thresholds = Pick<
  Settings,
  "assessorGradesMin" | "assessorGradesMax" | "assessorIntervalShare"
>;

const FOLDS = 5;
const [LOWEST, HIGHEST] = [1, 10];

/**
 * Isotonic calibration (science: on human grades): the rising curve that is nearest to the grades,
 * whatever its form, between two steps straight. Its interval is as wide as it was wrong on grades
 * that it had not seen.
 * @returns null where there are too few grades.
 */
export function calibrate(
  given: readonly GradedPair[],
  { assessorGradesMin, assessorGradesMax, assessorIntervalShare }: Thresholds,
): Calibration | null {
  const pairs = given.slice(-Math.max(assessorGradesMin, assessorGradesMax));
  if (pairs.length < assessorGradesMin) return null;
  const curve = isotonic(pairs);
  const errors = Array.from({ length: FOLDS }, (_, fold) => {
    const others = isotonic(pairs.filter((_, at) => at % FOLDS !== fold));
    const unseen = pairs.filter((_, at) => at % FOLDS === fold);
    return unseen.map(({ judge, human }) => Math.abs(human - others(judge)));
  });
  const reach = quantile(errors.flat(), assessorIntervalShare);
  return {
    n: pairs.length,
    of(judge) {
      const score = inRange(curve(judge));
      return { score, low: inRange(score - reach), high: inRange(score + reach) };
    },
  };
}

type Block = { judge: number; human: number; weight: number };

/** Pools neighbours that do not rise (PAV), then joins the middles of the blocks by lines. */
export function isotonic(pairs: readonly GradedPair[]): (judge: number) => number {
  const blocks: Block[] = [];
  for (const { judge, human } of pairs.toSorted((a, b) => a.judge - b.judge)) {
    let block = { judge, human, weight: 1 };
    for (let last = blocks.at(-1); last && mustPool(last, block); last = blocks.at(-1)) {
      blocks.pop();
      block = pooled(last, block);
    }
    blocks.push(block);
  }
  return (judge) => onLine(blocks, judge);
}

function mustPool(left: Block, right: Block): boolean {
  return left.human >= right.human || left.judge === right.judge;
}

function pooled(left: Block, right: Block): Block {
  const weight = left.weight + right.weight;
  const mean = (a: number, b: number) => (a * left.weight + b * right.weight) / weight;
  return {
    judge: mean(left.judge, right.judge),
    human: mean(left.human, right.human),
    weight,
  };
}

function onLine(blocks: readonly Block[], judge: number): number {
  const above = blocks.findIndex((block) => block.judge >= judge);
  const [first] = blocks;
  const last = blocks.at(-1);
  if (!first || !last) throw new Error("a curve without a grade");
  if (above === 0) return first.human;
  const [left, right] = [blocks[above - 1], blocks[above]];
  if (!left || !right) return last.human;
  const share = (judge - left.judge) / (right.judge - left.judge);
  return left.human + share * (right.human - left.human);
}

/** With the correction for few values: of n errors the next one is the largest once in n + 1. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.ceil(share * (sorted.length + 1)) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, at))] ?? HIGHEST;
}

function inRange(score: number): number {
  return Math.round(Math.min(HIGHEST, Math.max(LOWEST, score)) * 100) / 100;
}
