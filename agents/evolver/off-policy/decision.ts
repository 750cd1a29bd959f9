import type { Option, Situation } from "../router/features.ts";

/** A choice as the log tells it: among what, of what, how likely, and what it came to. */
export type Decision = {
  /** The attempt. */
  id: string;
  situation: Situation;
  options: readonly Option[];
  /** What each option is worth beside its fitness: its price. In fitness. */
  bonuses: readonly number[];
  /** The option that was chosen, by its place. */
  chosen: number;
  /** The probability it was chosen with, above 0. */
  propensity: number;
  /** Its fitness, 0 to 1. */
  reward: number;
};

/**
 * How likely another policy would have chosen each option; the shares add up to one. Null where it
 * would have chosen as it was chosen, with the same odds.
 */
export type Policy = (decision: Decision) => readonly number[] | null;
