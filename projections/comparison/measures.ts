import type { Recorded } from "@nightshift/protocol/envelope";
import { attemptsOf, having, type Outcome } from "../digest/attempts.ts";
import type { Fact } from "../digest/digest.ts";
import type { Night } from "../digest/night.ts";
import { count } from "../words/plain.ts";
import { taskOf } from "../task-of.ts";

type Counted = { n: number; events: string[] };

/** What a night is measured by when it is held against another. */
export type Measures = {
  night: Night;
  attempts: ReturnType<typeof attemptsOf>;
  merged: Counted;
  /** Failed, rejected or taken back. */
  bad: Counted;
  /** Mean of what the gate held against the minimum; null where nothing was gated. */
  score: number | null;
  /** Of every kind of money, as one number: only to say whether it was more or less. */
  costMicroUsd: number;
  /** How each task stands after the night's latest attempt at it. */
  tasks: ReadonlyMap<string, { outcome: Outcome; events: string[] }>;
};

export function measuresOf(night: Night): Measures {
  const attempts = attemptsOf(night);
  const gated = night.all("attempt.gated");
  const settled = night.all("budget.settled");
  return {
    night,
    attempts,
    merged: having(attempts, "merged"),
    bad: having(attempts, "failed", "rejected", "taken-back"),
    score: mean(gated.map(({ event }) => event.score)),
    costMicroUsd: settled.reduce((sum, { event }) => sum + event.costMicroUsd, 0),
    tasks: new Map([...attempts].map(([attempt, came]) => [taskOf(attempt), came])),
  };
}

export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function idsOf(...events: readonly (readonly Recorded[])[]): string[] {
  return events.flat().map(({ id }) => id);
}

/** `Merged: 7 → 9`; nothing where it stayed. */
export function moved(name: string, was: string, is: string, events: readonly string[]): Fact[] {
  return was === is ? [] : [{ text: `${name}: ${was} → ${is}`, events: [...new Set(events)] }];
}

/** `3 attempts` and the like for the side of a comparison that may have none. */
export function some(n: number, one: string): string {
  return n === 0 ? "none" : count(n, one);
}
