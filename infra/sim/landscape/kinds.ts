import type { Output } from "@nightshift/protocol/task";

/** A kind of task, as the documents tell of them: what it takes, and what it wants. */
export type Kind = {
  /** Its category in the backlog. */
  name: string;
  output: Output;
  /** Of all tasks, 0 to 1. */
  share: number;
  /** Median of the output tokens that a whole answer needs. */
  needTokens: number;
  /** The context depth at which it is done best, 0 to 3. */
  depth: number;
  /** Points lost where its scope is narrow, and where it is wide. */
  narrowLoss: number;
  wideLoss: number;
};

/** Nine categories and more (D1, C16): categories are configuration (F18). */
export const KINDS: readonly Kind[] = [
  kind("architecture", "code", 0.06, 5_200, 2, 0.7, 0.1),
  kind("features", "code", 0.08, 5_200, 2, 0.5, 0.2),
  kind("capability", "code", 0.2, 3_500, 1, 0.1, 0.4),
  kind("self_improvement", "code", 0.15, 4_300, 1, 0, 0.5),
  kind("documentation", "report", 0.1, 2_600, 1, 0.2, 0.3),
  kind("report", "report", 0.1, 4_600, 0, 0.3, 0.3),
  kind("research", "research", 0.1, 6_500, 0, 0.2, 0.2),
  kind("living", "research", 0.06, 9_600, 0, 0.2, 0.3),
  kind("content", "report", 0.08, 3_000, 0, 0.3, 0.2),
  kind("ops", "code", 0.07, 2_000, 1, 0, 0.3),
];

function kind(
  name: string,
  output: Output,
  share: number,
  needTokens: number,
  depth: number,
  narrowLoss: number,
  wideLoss: number,
): Kind {
  return { name, output, share, needTokens, depth, narrowLoss, wideLoss };
}

/** Points that a way of prompting adds, by what comes out. */
export const STYLE_POINTS: Readonly<Record<Output, Readonly<Record<string, number>>>> = {
  code: { plain: 0, stepwise: 0.1, "test-first": 0.45 },
  report: { plain: 0, stepwise: 0.15, "test-first": -0.6 },
  research: { plain: 0, stepwise: 0.45, "test-first": -0.6 },
};
