import type { Prior } from "./belief.ts";

/** What an attempt is judged by, in the order of a belief's outputs. */
export const OUTPUTS = ["fitness", "quality", "thrift", "merged"] as const;

/** How uncertain one attempt is in fitness: 1.5 points of its score, and whether it is merged. */
export const NOISE = 0.115;

/** A lesson of the documents: the points of a score that a feature is worth, and how sure they are. */
type Lesson = { feature: RegExp; points: number; deviation: number; source: string };

/** What is believed before the first night; the first that fits counts. */
const LESSONS: readonly Lesson[] = [
  lesson(/^category /, 0, 0.9, ""),
  lesson(/^cut$/, -2.6, 0.6, "C28 D17: 2.7 points lower"),
  lesson(/^cut × /, 0, 0.6, "D15: Flash was cut off without a word"),
  lesson(/^continued$/, 0, 0.6, "C28: no better than cut off, and it takes more"),
  lesson(/^bloat$/, -0.85, 0.3, "D18: 4 points from 91K to 138K"),
  lesson(/^depth 0$/, -0.15, 0.35, "D32: little context, but some"),
  lesson(/^depth 2$/, -0.2, 0.35, "D32"),
  lesson(/^depth 3$/, -0.6, 0.4, "D18"),
  lesson(/research × depth 0$/, 0.3, 0.3, "D32"),
  lesson(/^(?:architecture|complex.research) × depth 2$/, 0.5, 0.3, "C11: many files"),
  lesson(/ × depth /, 0, 0.3, ""),
  lesson(/^scope wide$/, -0.3, 0.3, "C27: narrow and whole beats broad"),
  lesson(/^scope narrow$/, -0.15, 0.3, "C27"),
  lesson(/ × scope /, 0, 0.2, ""),
  lesson(/^model .*opus/, 0.1, 0.4, "D15: 8.7 at up to 91K of context"),
  lesson(/^model .*sonnet/, 0.3, 0.4, "D15: 7.4, D32: for most tasks"),
  lesson(/^model .*haiku/, -0.8, 0.4, "D15: 6.1"),
  lesson(/^model .*(?:flash|gemini)/, -0.7, 0.4, "D15: 5.8, half of it cut off"),
  lesson(/^model .*(?:qwen|ollama|llama)/, -0.7, 0.4, "D15: 6.3"),
  lesson(/^model /, -0.3, 0.7, ""),
  lesson(/^(?:architecture|complex.research) × model .*opus/, 0.7, 0.4, "C11 C12"),
  lesson(/^(?:architecture|complex.research) × model /, -0.4, 0.4, "C11"),
  lesson(/^(?:report|documentation) × model .*sonnet/, 0.3, 0.4, "B5 C12: 8.1 on reports"),
  lesson(/^report × model .*opus/, -0.3, 0.4, "B5: 4.0 on reports"),
  lesson(/^(?:research|content) × model .*(?:flash|gemini)/, 0.4, 0.4, "C11"),
  lesson(/ × model /, 0, 0.5, ""),
  lesson(/^(?:code|report|research) × /, 0, 0.35, ""),
  lesson(/ × (?:stepwise|test-first)$/, 0, 0.2, ""),
];
const UNKNOWN = lesson(/^/, 0, 0.4, "");

/** A point of a score in fitness: .06 of it, and what it does for the odds of a merge (D16). */
const FITNESS_A_POINT = 0.072;
const MERGED_A_POINT = 0.08;

/**
 * The prior of a feature, for each output.
 * @param weight How much the lessons count: 1 as told, 4 as sure as if seen four times as often, 0
 * not at all: then nothing is known of anything but what thrift is.
 */
export function lessonOf(name: string, weight: number): Prior {
  if (name === "bias") return { means: [0.48, 0.72, 0, 0.3], deviation: 0.1 };
  if (name === "thrift") return { means: [0.25, 0, 1, 0], deviation: 0.02 };
  const { points, deviation } = LESSONS.find(({ feature }) => feature.test(name)) ?? UNKNOWN;
  const told = weight > 0 ? points : 0;
  return {
    means: [told * FITNESS_A_POINT, told / 10, 0, told * MERGED_A_POINT],
    deviation: (deviation * FITNESS_A_POINT) / Math.sqrt(weight > 0 ? weight : 1),
  };
}

function lesson(feature: RegExp, points: number, deviation: number, source: string): Lesson {
  return { feature, points, deviation, source };
}
