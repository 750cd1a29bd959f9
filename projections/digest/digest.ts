import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventType } from "@nightshift/protocol/events";
import { changes } from "./changes.ts";
import { decisions } from "./decisions.ts";
import { began, headline, notices } from "./headline.ts";
import { money } from "./money.ts";
import { createNight } from "./night.ts";
import { numbers } from "./numbers.ts";
import { outcomes } from "./outcomes.ts";
import { DIGEST_READS } from "./reads.ts";
import { emptyState, keep, type DigestState } from "./state.ts";
import type { Projection } from "../projection.ts";

/** A claim in one plain line, and the ids of the events it rests on: never none (I9). */
export type Fact = {
  text: string;
  events: string[];
  /** The one command that acts on it: approve, undo, do it again with this note. */
  command?: string;
};

/** Something only the director can decide, and the one command that does it. */
export type Decision = Fact & { command: string; otherwise: string | null };

export type Section = { name: SectionName; title: string; facts: Fact[] };

export type SectionName =
  | "merged"
  | "taken-back"
  | "in-review"
  | "answered"
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
  headline: Fact;
  /** When it began; also what a claim rests on that nothing is there. */
  began: Fact;
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
    version: 6,
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
  const sections = [...outcomes(night), ...money(night), ...numbers(night), ...changes(night)];
  const made = {
    shift: night.started.event.number,
    headline: headline(night),
    began: began(night),
    notices: notices(night),
    decisions: decisions(night),
    sections: sections.filter(({ facts }) => facts.length > 0),
  };
  return { ...made, references: referencesOf(factsOf(made), night.known) };
}

/** Every fact of a digest, in the order they are read. */
export function factsOf(
  digest: Pick<Digest, "headline" | "began" | "notices" | "decisions" | "sections">,
): Fact[] {
  const { sections } = digest;
  const first = [digest.headline, digest.began, ...digest.notices, ...digest.decisions];
  return [...first, ...sections.flatMap(({ facts }) => facts)];
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
