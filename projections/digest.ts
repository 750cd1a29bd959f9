import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventType } from "@nightshift/protocol/events";
import { changes } from "./digest-changes.ts";
import { decisions } from "./digest-decisions.ts";
import { headline, notices } from "./digest-headline.ts";
import { money } from "./digest-money.ts";
import { createNight } from "./digest-night.ts";
import { numbers } from "./digest-numbers.ts";
import { outcomes } from "./digest-outcomes.ts";
import { emptyState, keep, type DigestState } from "./digest-state.ts";
import type { Projection } from "./projection.ts";

/** A claim in one plain line, and the ids of the events it rests on: never none (I9). */
export type Fact = { text: string; events: string[] };

/** Something only the director can decide, and the one command that does it. */
export type Decision = Fact & { command: string; otherwise: string | null };

export type Section = { name: SectionName; title: string; facts: Fact[] };

export type SectionName =
  | "merged"
  | "taken-back"
  | "in-review"
  | "filed"
  | "branches"
  | "returned"
  | "failed"
  | "deferred"
  | "given-up"
  | "refused"
  | "split"
  | "safety"
  | "spend"
  | "ceilings"
  | "scores"
  | "metrics"
  | "evolution";

/** What a night came to. All text in it is one plain line each; whoever shows it escapes it. */
export type Digest = {
  shift: number;
  startedAtMs: number;
  timeZone: string;
  headline: Fact;
  notices: Fact[];
  decisions: Decision[];
  /** In the order they are read; those without facts are left out. */
  sections: Section[];
  /** Every event that a fact names. */
  references: Map<string, { type: EventType; position: bigint }>;
};

/**
 * Gathers what one shift has to tell, or the latest where no number is given: what was refused in
 * the evening before it, what happened in it, and what the director said of it until the next.
 */
export function digestOfShift(number: number | null): Projection<DigestState> {
  return {
    name: number === null ? "digest" : `digest-${number}`,
    version: 1,
    reads: DIGEST_READS,
    initial: () => emptyState(number),
    apply: keep,
  };
}

/** The digest of the latest shift. */
export const digest = digestOfShift(null);

/** @returns null where there is no such shift. */
export function readDigest(state: DigestState): Digest | null {
  const night = createNight(state);
  if (!night) return null;
  const { number, timeZone } = night.started.event;
  const sections = [...outcomes(night), ...money(night), ...numbers(night), ...changes(night)];
  const made = {
    shift: number,
    startedAtMs: night.started.atMs,
    timeZone,
    headline: headline(night),
    notices: notices(night),
    decisions: decisions(night),
    sections: sections.filter(({ facts }) => facts.length > 0),
  };
  return { ...made, references: referencesOf(factsOf(made), night.known) };
}

/** Every fact of a digest, in the order they are read. */
export function factsOf(
  digest: Pick<Digest, "headline" | "notices" | "decisions" | "sections">,
): Fact[] {
  const { headline, notices, decisions, sections } = digest;
  return [headline, ...notices, ...decisions, ...sections.flatMap(({ facts }) => facts)];
}

function referencesOf(
  facts: readonly Fact[],
  known: ReadonlyMap<string, Recorded>,
): Digest["references"] {
  const references: Digest["references"] = new Map();
  for (const id of facts.flatMap(({ events }) => events)) {
    const recorded = known.get(id);
    if (recorded) references.set(id, { type: recorded.event.type, position: recorded.position });
  }
  return references;
}

const DIGEST_READS: readonly EventType[] = [
  "shift.started",
  "shift.paused",
  "shift.ended",
  "task.proposed",
  "task.amended",
  "task.admitted",
  "task.parked",
  "task.refused",
  "task.split",
  "task.claimed",
  "task.returned",
  "task.completed",
  "task.abandoned",
  "attempt.started",
  "attempt.awarded",
  "attempt.executed",
  "attempt.assessed",
  "attempt.gated",
  "attempt.integrated",
  "attempt.failed",
  "attempt.deferred",
  "attempt.flagged",
  "repo.merged",
  "repo.merge-failed",
  "repo.reverted",
  "review.requested",
  "review.approved",
  "review.rejected",
  "review.merged",
  "review.reverted",
  "review.ignored",
  "budget.settled",
  "budget.overshot",
  "budget.ceiling-hit",
  "brake.engaged",
  "brake.canary-started",
  "brake.released",
  "brake.latched",
  "account.registered",
  "account.held",
  "account.reopened",
  "policy.proposed",
  "policy.tried",
  "policy.adopted",
  "policy.rolled-back",
  "allocation.adjusted",
  "genome.mutated",
  "genome.inducted",
  "genome.retired",
];
