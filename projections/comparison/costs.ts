import type { CostKind } from "@nightshift/protocol/attempt";
import { idsOf, moved, some, type Measures } from "./measures.ts";
import { HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";
import type { Fact } from "../digest/digest.ts";
import type { Night } from "../digest/night.ts";
import { EXCERPT_CHARS_MAX } from "../digest/sizes.ts";
import { dollars, plain } from "../words/plain.ts";

const KINDS: Readonly<Record<CostKind, string>> = {
  billed: "Billed",
  estimated: "Estimated",
  subscription: "Worth of subscription use",
  unknown: "Unknown, charged as reserved",
};
const KINDS_OF_MONEY: readonly CostKind[] = ["billed", "estimated", "subscription", "unknown"];

/** Money by its kind, tokens, what one merge took, and what stood in the way of more (F4). */
export function spending(before: Night, after: Night, was: Measures, is: Measures): Fact[] {
  const kinds = KINDS_OF_MONEY.flatMap((kind) => {
    const [old, now] = [settledOf(before, kind), settledOf(after, kind)];
    const events = idsOf(old, now, [before.started, after.started]);
    return moved(KINDS[kind], dollars(sumOf(old)), dollars(sumOf(now)), events);
  });
  const [old, now] = [before.all("budget.settled"), after.all("budget.settled")];
  const all = idsOf(old, now, [before.started, after.started]);
  return [
    ...kinds,
    ...moved("Tokens", String(tokensOf(old)), String(tokensOf(now)), all),
    ...moved("Tokens for each merge", perMerge(was, old), perMerge(is, now), [
      ...all,
      ...was.merged.events,
      ...is.merged.events,
    ]),
    ...counted(before, after, "budget.overshot", "Steps over their reservation", "step"),
    ...counted(before, after, "budget.ceiling-hit", "Steps that a ceiling stopped", "step"),
  ];
}

type Settled = ReturnType<typeof settledOf>;

function settledOf(night: Night, kind: CostKind) {
  return night.all("budget.settled").filter(({ event }) => event.costKind === kind);
}

function sumOf(settled: Settled): number {
  return settled.reduce((sum, { event }) => sum + event.costMicroUsd, 0);
}

function tokensOf(settled: Settled): number {
  return settled.reduce((sum, { event }) => sum + event.tokens, 0);
}

function perMerge({ merged }: Measures, settled: Settled): string {
  return merged.n === 0 ? "no merge" : String(Math.round(tokensOf(settled) / merged.n));
}

/** What stood in the way, and how long there was. */
export function worlds(before: Night, after: Night): Fact[] {
  const both = idsOf([before.started, after.started], ends(before), ends(after));
  return [
    ...counted(before, after, "brake.engaged", "Quality brake engaged", "time"),
    ...counted(before, after, "brake.latched", "Quality brake latched", "time"),
    ...counted(before, after, "account.held", "Accounts held", "time"),
    ...counted(before, after, "shift.paused", "Pauses", "pause"),
    ...moved("Lasted", lasted(before), lasted(after), both),
    ...moved("Ended", endOf(before), endOf(after), both),
    ...moved(
      "Sandbox",
      before.started.event.sandbox,
      after.started.event.sandbox,
      idsOf([before.started, after.started]),
    ),
  ];
}

type Counted =
  | "budget.overshot"
  | "budget.ceiling-hit"
  | "brake.engaged"
  | "brake.latched"
  | "account.held"
  | "shift.paused";

function counted(before: Night, after: Night, type: Counted, name: string, one: string): Fact[] {
  const [old, now] = [before.all(type), after.all(type)];
  const events = idsOf(old, now, [before.started, after.started]);
  return moved(name, some(old.length, one), some(now.length, one), events);
}

function ends({ ended }: Night) {
  return ended ? [ended] : [];
}

function lasted({ started, ended }: Night): string {
  if (!ended) return "no end yet";
  const ms = ended.atMs - started.atMs;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ${Math.floor(ms / 1_000) % 60} s`;
  const minutes = Math.round(ms / MINUTE_MS);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

function endOf({ ended }: Night): string {
  return ended ? plain(ended.event.reason, EXCERPT_CHARS_MAX) : "no end yet";
}
