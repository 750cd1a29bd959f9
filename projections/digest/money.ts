import type { CostKind } from "@nightshift/protocol/attempt";
import type { Ceiling } from "@nightshift/protocol/budget";
import type { Fact, Section } from "./digest.ts";
import type { Night } from "./night.ts";
import { NAME_CHARS_MAX } from "./night.ts";
import { count, dollars, plain } from "../words/plain.ts";

/** What it cost, and what stood in the way of spending more. */
export function money(night: Night): Section[] {
  return [
    { name: "spend", title: "Spent", facts: [...spent(night), ...overshot(night)] },
    { name: "ceilings", title: "Budget ceilings reached", facts: ceilings(night) },
  ];
}

const KINDS: Record<CostKind, string> = {
  billed: "Billed",
  estimated: "Estimated",
  subscription: "Worth of subscription use",
  unknown: "Unknown, charged in full as reserved",
};

/** Kinds of money are told apart and never added up (F4). */
function spent(night: Night): Fact[] {
  const kinds: CostKind[] = ["billed", "estimated", "subscription", "unknown"];
  return kinds.flatMap((kind) => {
    const settled = night.all("budget.settled").filter(({ event }) => event.costKind === kind);
    if (settled.length === 0) return [];
    const cost = settled.reduce((sum, { event }) => sum + event.costMicroUsd, 0);
    const tokens = settled.reduce((sum, { event }) => sum + event.tokens, 0);
    const steps = count(settled.length, "step");
    const text = `${KINDS[kind]}: ${dollars(cost)}, ${tokens} tokens in ${steps}`;
    return [{ text, events: settled.map(({ id }) => id) }];
  });
}

function overshot(night: Night): Fact[] {
  const over = night.all("budget.overshot");
  if (over.length === 0) return [];
  const cost = over.reduce((sum, { event }) => sum + event.byMicroUsd, 0);
  const tokens = over.reduce((sum, { event }) => sum + event.byTokens, 0);
  const steps = count(over.length, "step");
  const text = `${steps} used more than was reserved: ${dollars(cost)} and ${tokens} tokens over`;
  return [{ text, events: over.map(({ id }) => id) }];
}

const CEILINGS: Record<Ceiling, string> = {
  "day-usd": "the day",
  "night-usd": "the night",
  "week-tokens": "the week",
  "category-share": "one category",
  "self-improvement-share": "self-improvement",
};

/** A ceiling that stops the same thing again and again is one line. */
function ceilings(night: Night): Fact[] {
  const groups = Map.groupBy(
    night.all("budget.ceiling-hit"),
    ({ event }) => `${event.ceiling} ${event.limit} ${event.category}`,
  );
  return [...groups.values()].flatMap((hits) => {
    const [first] = hits;
    if (!first) return [];
    const { ceiling, limit, wanted, category } = first.event;
    const amount = (value: number) =>
      ceiling.endsWith("-usd") ? dollars(value) : `${value} tokens`;
    const of = category === null ? "" : ` (${plain(category, NAME_CHARS_MAX)})`;
    const times = hits.length > 1 ? `, ${hits.length} times` : "";
    const which = `The ceiling of ${CEILINGS[ceiling]}${of}, ${amount(limit)}`;
    const text = `${which}, stopped a step that wanted ${amount(wanted)}${times}`;
    return [{ text, events: hits.map(({ id }) => id) }];
  });
}
