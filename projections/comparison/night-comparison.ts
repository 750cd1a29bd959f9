import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventType } from "@nightshift/protocol/events";
import { changesBetween, CHANGE_READS } from "./changes.ts";
import { spending, worlds } from "./costs.ts";
import { measuresOf, type Measures } from "./measures.ts";
import { failures, models, outcomes, scores, tasks } from "./work.ts";
import type { Digest, Fact } from "../digest/digest.ts";
import type { Night } from "../digest/night.ts";
import { dollars } from "../words/plain.ts";

/** What is another in one night than in an earlier one, most important first. */
export type Comparison = {
  before: number;
  after: number;
  headline: Fact;
  /** Without those in which nothing changed. */
  sections: { title: string; facts: Fact[] }[];
  /** Every event that a fact names. */
  references: Digest["references"];
};

/** What `compareNights` wants to see of the time from the first night's start to the other's end. */
export const BETWEEN_READS: readonly EventType[] = CHANGE_READS;

/**
 * Holds two nights against each other. Each line says what was and what is, and names the events of
 * both; a number that stayed the same is not told.
 * @param between Events of `BETWEEN_READS`, oldest first.
 */
export function compareNights(
  before: Night,
  after: Night,
  between: readonly Recorded[],
): Comparison {
  const [was, is] = [measuresOf(before), measuresOf(after)];
  const sections = [
    { title: "Outcomes", facts: outcomes(was, is) },
    { title: "Tasks that went otherwise", facts: tasks(before, after, was, is) },
    { title: "Failures, by kind", facts: failures(before, after) },
    { title: "Scores", facts: scores(before, after) },
    { title: "Spent", facts: spending(before, after, was, is) },
    { title: "Models", facts: models(before, after) },
    { title: "Brakes, limits and the night itself", facts: worlds(before, after) },
    { title: "What was changed from one to the other", facts: changesBetween(between) },
  ].filter(({ facts }) => facts.length > 0);
  const made = { headline: headline(was, is), sections };
  const facts = [made.headline, ...sections.flatMap((section) => section.facts)];
  const known = new Map([...before.known, ...after.known]);
  for (const recorded of between) known.set(recorded.id, recorded);
  return {
    before: before.started.event.number,
    after: after.started.event.number,
    ...made,
    references: referencesOf(facts, known),
  };
}

/** The differences that a director asks for first. */
function headline(was: Measures, is: Measures): Fact {
  const parts = [
    change(is.merged.n - was.merged.n, "merged", "more", "fewer"),
    change(is.bad.n - was.bad.n, "failed or rejected", "more", "fewer"),
    scoreChange(was.score, is.score),
    costChange(was.costMicroUsd, is.costMicroUsd),
  ].filter((part) => part !== "");
  const text =
    parts.length === 0 ? "as many merged and failed, at the same cost" : parts.join("; ");
  const behind = [was, is].flatMap(({ merged, bad, night }) => [
    night.started.id,
    ...merged.events,
    ...bad.events,
  ]);
  return { text, events: [...new Set(behind)] };
}

function change(by: number, what: string, more: string, fewer: string): string {
  return by === 0 ? "" : `${Math.abs(by)} ${by > 0 ? more : fewer} ${what}`;
}

function scoreChange(was: number | null, is: number | null): string {
  if (was === null || is === null || was.toFixed(1) === is.toFixed(1)) return "";
  return `the mean score ${is > was ? "rose" : "fell"} from ${was.toFixed(1)} to ${is.toFixed(1)}`;
}

function costChange(was: number, is: number): string {
  const by = Math.abs(is - was);
  return by === 0 ? "" : `${dollars(by)} ${is > was ? "more" : "less"} spent`;
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
