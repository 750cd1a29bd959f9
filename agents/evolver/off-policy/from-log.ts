import { outcomes, type Outcome, type Outcomes } from "@nightshift/projections/outcomes";
import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventNamed } from "@nightshift/projections/words/event-named";
import type { NightEvent } from "@nightshift/protocol/events";
import { idOf } from "@nightshift/protocol/ids";
import type { Genes } from "@nightshift/protocol/genome";
import { fitness } from "../fitness.ts";
import { keyOf } from "../genome/generation.ts";
import type { Option } from "../router/features.ts";
import { bonusOf, fittingGenomes } from "../router/route.ts";
import type { Decision } from "./decision.ts";

/** A decision of the log, and what it cost and took. */
export type LoggedDecision = Decision & {
  attempt: string;
  model: string;
  awardedMs: number;
  merged: boolean | null;
};

/** The types that decisions are read from. */
export const DECISION_TYPES = [
  ...outcomes.reads,
  "attempt.bid",
  "task.proposed",
  "task.amended",
] as const;

type Bid = { model: string; priceMicroUsd: number };
type Pending = Pick<Decision, "chosen" | "propensity"> & {
  options: Option[];
  bonuses: number[];
  awardedMs: number;
};

/** Reads the choices of a log, event by event, in its order. */
export class DecisionReader {
  readonly #view: Outcomes = outcomes.initial();
  readonly #bids = new Map<string, Bid[]>();
  /** By task. */
  readonly #priorities = new Map<string, number>();
  readonly #categories = new Map<string, string>();
  readonly #pending = new Map<string, Pending>();
  readonly #found: { pending: Pending; row: Outcome }[] = [];

  see(recorded: Recorded): void {
    const { event, stream } = recorded;
    const about = idOf(stream);
    if (event.type === "attempt.bid") {
      const { model, priceMicroUsd } = event;
      this.#bids.set(about, [...(this.#bids.get(about) ?? []), { model, priceMicroUsd }]);
      return;
    }
    if (event.type === "task.proposed" || event.type === "task.amended") {
      this.#priorities.set(about, event.spec.priority);
      return;
    }
    if (isBirth(event)) this.#categories.set(about, event.category);
    if (event.type === "attempt.awarded") this.#award(about, event, recorded.atMs);
    const before = this.#view.rows.at(-1);
    if (isRead(recorded)) outcomes.apply(this.#view, recorded);
    const row = this.#view.rows.at(-1);
    if (!row || row === before) return;
    const pending = this.#pending.get(row.attempt);
    this.#pending.delete(row.attempt);
    if (pending) this.#found.push({ pending, row });
  }

  /** The decisions whose attempts have ended, with what is known of them by now. */
  get decisions(): LoggedDecision[] {
    return this.#found.map(({ pending, row }) => ({
      id: row.attempt,
      attempt: row.attempt,
      model: row.model,
      situation: {
        category: row.category,
        output: row.output,
        estimateTokens: row.estimateTokens,
      },
      options: pending.options,
      bonuses: pending.bonuses,
      chosen: pending.chosen,
      propensity: pending.propensity,
      awardedMs: pending.awardedMs,
      merged: row.merged,
      reward: fitness(row),
    }));
  }

  #award(attempt: string, event: EventNamed<"attempt.awarded">, atMs: number): void {
    const bids = this.#bids.get(attempt) ?? [];
    this.#bids.delete(attempt);
    const category = this.#view.open.get(attempt)?.category;
    const genes = this.#view.genes.get(event.genome);
    if (!genes) return;
    const living = [...this.#view.genes].flatMap(([id, own]) =>
      this.#categories.get(id) === category ? [{ id, genes: own }] : [],
    );
    const { model, propensity } = event;
    // What was pinned or forced was no choice: nothing else could have been done.
    const isChoice = event.reason === "auction";
    const models = bids.map(({ model: name }) => name);
    const options = isChoice ? optionsOf(models, living) : [];
    const key = `${model} ${keyOf(genes)}`;
    let chosen = options.findIndex((option) => `${option.model} ${keyOf(option.genes)}` === key);
    if (chosen === -1)
      chosen = options.push({ model, genes, contextTokensMax: CONTEXT_TOKENS }) - 1;
    const task = attempt.replace(/-g\d+$/, "");
    const bonuses = bonusesOf(options, bids, this.#priorities.get(task) ?? PRIORITY);
    this.#pending.set(attempt, { options, bonuses, chosen, propensity, awardedMs: atMs });
  }
}

const CONTEXT_TOKENS = 40_000;
const PRIORITY = 3;
/** Up to this price, micro-dollars, a bid is taken for one of the small tier; the log names none. */
const SMALL_MICRO_USD = 50_000;

/** What each option was worth for its price. */
function bonusesOf(options: readonly Option[], bids: readonly Bid[], priority: number): number[] {
  const worth = new Map(
    bids.map((bid) => {
      const { priceMicroUsd } = bid;
      const paid = priceMicroUsd <= SMALL_MICRO_USD ? "small" : "large";
      const tier = priceMicroUsd === 0 ? "free" : paid;
      return [bid.model, bonusOf({ tier, priceMicroUsd }, bids, priority)] as const;
    }),
  );
  return options.map(({ model }) => worth.get(model) ?? 0);
}

function optionsOf(bids: readonly string[], living: readonly { id: string; genes: Genes }[]) {
  const options = new Map<string, Option>();
  for (const model of new Set(bids)) {
    for (const { genes } of fittingGenomes(model, living)) {
      options.set(`${model} ${keyOf(genes)}`, { model, genes, contextTokensMax: CONTEXT_TOKENS });
    }
  }
  return [...options.values()];
}

type Birth = EventNamed<"genome.seeded" | "genome.bred" | "genome.mutated">;
const BIRTHS: ReadonlySet<string> = new Set(["genome.seeded", "genome.bred", "genome.mutated"]);

function isBirth(event: NightEvent): event is Birth {
  return BIRTHS.has(event.type);
}

type Read = Parameters<typeof outcomes.apply>[1];
const READS: ReadonlySet<string> = new Set(outcomes.reads);

function isRead(recorded: Recorded): recorded is Read {
  return READS.has(recorded.event.type);
}
