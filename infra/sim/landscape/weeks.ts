import type { Random } from "@nightshift/agents/ports";
import { byShare } from "./draws.ts";
import type { Deed, LandscapeTask } from "./landscape.ts";

/** How one week of the documents worked (D16, D17): its models, budgets, context and children. */
export type Week = {
  models: readonly { model: string; share: number }[];
  /** Output budget by category; `else` for all others. */
  budgetTokens: Readonly<Record<string, number>>;
  depths: readonly { depth: 0 | 1 | 2 | 3; share: number }[];
  continuationsMax: number;
  /** Share of tasks that follow on others, and the points that this costs them. */
  children: { share: number; points: number; needs: number };
};

/** Weeks 1 to 4: all on Opus; free models and bloat; gates and overrides; scope and cascade. */
export const WEEKS: readonly Week[] = [
  {
    models: [{ model: "opus", share: 1 }],
    budgetTokens: { else: 8_000, research: 12_000, living: 12_000 },
    depths: [
      { depth: 1, share: 0.66 },
      { depth: 2, share: 0.28 },
      { depth: 3, share: 0.06 },
    ],
    continuationsMax: 1,
    children: { share: 0, points: 0, needs: 1 },
  },
  {
    models: [
      { model: "opus", share: 0.25 },
      { model: "sonnet", share: 0.1 },
      { model: "haiku", share: 0.1 },
      { model: "flash", share: 0.3 },
      { model: "qwen", share: 0.25 },
    ],
    budgetTokens: { else: 8_000 },
    depths: [
      { depth: 1, share: 0.55 },
      { depth: 2, share: 0.3 },
      { depth: 3, share: 0.17 },
    ],
    continuationsMax: 1,
    children: { share: 0.3, points: 0.2, needs: 1.7 },
  },
  {
    models: [
      { model: "opus", share: 0.08 },
      { model: "sonnet", share: 0.27 },
      { model: "haiku", share: 0.15 },
      { model: "flash", share: 0.2 },
      { model: "qwen", share: 0.3 },
    ],
    budgetTokens: { else: 8_000, research: 16_000, living: 16_000, features: 12_000 },
    depths: [
      { depth: 0, share: 0.3 },
      { depth: 1, share: 0.6 },
      { depth: 2, share: 0.1 },
    ],
    continuationsMax: 0,
    children: { share: 0.15, points: 0.2, needs: 1 },
  },
  {
    models: [
      { model: "opus", share: 0.08 },
      { model: "sonnet", share: 0.4 },
      { model: "haiku", share: 0.1 },
      { model: "flash", share: 0.12 },
      { model: "qwen", share: 0.3 },
    ],
    budgetTokens: { else: 9_000, research: 16_000, living: 16_000, features: 12_000 },
    depths: [
      { depth: 0, share: 0.35 },
      { depth: 1, share: 0.6 },
      { depth: 2, share: 0.05 },
    ],
    continuationsMax: 0,
    children: { share: 0.1, points: 0.2, needs: 1 },
  },
];

/** What a week did with a task. */
export function deedOf(
  week: Week,
  task: LandscapeTask,
  random: Random,
): { task: LandscapeTask; deed: Deed } {
  const isChild = random.next() < week.children.share;
  const deed: Deed = {
    model: byShare(random, week.models).model,
    outputTokensMax: week.budgetTokens[task.category] ?? week.budgetTokens["else"] ?? 8_000,
    promptStyle: "plain",
    contextDepth: byShare(random, week.depths).depth,
    continuationsMax: week.continuationsMax,
    scope: "normal",
  };
  if (!isChild) return { task, deed };
  const { points, needs } = week.children;
  const estimateTokens = Math.round(task.estimateTokens * needs);
  return { task: { ...task, handicap: points, estimateTokens }, deed };
}
