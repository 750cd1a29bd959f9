import { z } from "zod";
import { CostKind } from "./attempt.ts";

export const Ceiling = z.enum([
  "day-usd",
  "night-usd",
  "week-tokens",
  "category-share",
  "self-improvement-share",
]);
export type Ceiling = z.infer<typeof Ceiling>;

const amount = z.int().nonnegative();

/** Money and tokens of one week of the director's time zone. */
export const BudgetEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("budget.reserved"),
    reservation: z.string(),
    attempt: z.string(),
    step: z.string(),
    category: z.string(),
    account: z.string(),
    day: z.string(),
    shift: z.int().positive(),
    worstMicroUsd: amount,
    worstTokens: amount,
    epoch: z.int().positive(),
  }),
  z.strictObject({
    type: z.literal("budget.settled"),
    reservation: z.string(),
    costMicroUsd: amount,
    tokens: amount,
    costKind: CostKind,
  }),
  z.strictObject({
    type: z.literal("budget.overshot"),
    reservation: z.string(),
    byMicroUsd: amount,
    byTokens: amount,
  }),
  z.strictObject({ type: z.literal("budget.released"), reservation: z.string() }),
  z.strictObject({
    type: z.literal("budget.ceiling-hit"),
    ceiling: Ceiling,
    limit: amount,
    wanted: amount,
    day: z.string(),
    category: z.string().nullable(),
  }),
]);
export type BudgetEvent = z.infer<typeof BudgetEvent>;

/** The limits in force; null where the director set none. Money in micro-dollars. */
export type Ceilings = {
  dayMicroUsd: number | null;
  nightMicroUsd: number | null;
  weekTokens: number | null;
  /** Share of `weekTokens` one category may use, 0 to 1 (C14). */
  categoryShare: number;
  /** Share of `weekTokens` self-improvement may use; never evolved (C30, I5). */
  selfImprovementShare: number;
};

export type BudgetCommand =
  | {
      type: "budget.reserve";
      reservation: string;
      attempt: string;
      step: string;
      category: string;
      account: string;
      day: string;
      shift: number;
      worstMicroUsd: number;
      worstTokens: number;
      epoch: number;
      ceilings: Ceilings;
    }
  | {
      type: "budget.settle";
      reservation: string;
      /** Null when what was used is unknown: the reservation is charged in full. */
      used: { costMicroUsd: number; tokens: number; costKind: CostKind } | null;
    }
  | { type: "budget.release"; reservation: string }
  | {
      type: "budget.hit-ceiling";
      ceiling: Ceiling;
      limit: number;
      wanted: number;
      day: string;
      category: string | null;
    };
