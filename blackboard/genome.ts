import { Refusal } from "@nightshift/protocol/errors";
import type { Genes, GenomeCommand, GenomeEvent, Island } from "@nightshift/protocol/genome";
import { boundsOf } from "@nightshift/protocol/settings";
import type { Decider } from "./decider.ts";
import { remember } from "./remember.ts";
import { same } from "./same.ts";

/** Attempts a genome remembers having been evaluated by. */
const EVALUATIONS_REMEMBERED_MAX = 1_000;

type Origin = { category: string; genes: Genes; island: Island };

export type GenomeState = {
  status: "absent" | "alive" | "retired";
  origin: Origin | null;
  /** Quality, 0 to 1, by attempt. */
  evaluations: ReadonlyMap<string, number>;
  inducted: boolean;
};

/** The parameters of an attempt, and how they did (D28 to D31). */
export const genome: Decider<GenomeState, GenomeCommand, GenomeEvent> = {
  initial: { status: "absent", origin: null, evaluations: new Map(), inducted: false },

  decide(command, state) {
    switch (command.type) {
      case "genome.seed":
      case "genome.breed":
      case "genome.mutate":
        return begin(command, state);
      case "genome.evaluate":
        needsOrigin(state);
        return state.evaluations.has(command.attempt) ? [] : [evaluated(command)];
      case "genome.induct":
        return induct(command.hallMin, state);
      case "genome.retire":
        needsOrigin(state);
        if (state.status === "retired") return [];
        return [{ type: "genome.retired", reason: command.reason }];
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case "genome.seeded":
      case "genome.bred":
      case "genome.mutated": {
        const { category, genes, island } = event;
        return { ...state, status: "alive", origin: { category, genes, island } };
      }
      case "genome.evaluated": {
        const { attempt, quality } = event;
        const { evaluations } = state;
        return {
          ...state,
          evaluations: remember(evaluations, attempt, quality, EVALUATIONS_REMEMBERED_MAX),
        };
      }
      case "genome.inducted":
        return { ...state, inducted: true };
      case "genome.retired":
        return { ...state, status: "retired" };
    }
  },
};

type Command<T extends GenomeCommand["type"]> = Extract<GenomeCommand, { type: T }>;

function begin(
  command: Command<"genome.seed" | "genome.breed" | "genome.mutate">,
  state: GenomeState,
): GenomeEvent[] {
  const { category, genes, island } = command;
  const origin = { category, genes, island };
  if (state.origin) {
    if (same(state.origin, origin)) return [];
    throw new Refusal("out-of-order", "this genome has other genes already");
  }
  switch (command.type) {
    case "genome.seed":
      return [{ type: "genome.seeded", ...origin }];
    case "genome.breed": {
      const { parents } = command;
      if (parents.length < 1 || parents.length > 2) {
        throw new Refusal("out-of-bounds", `${parents.length} parents: one or two breed`);
      }
      return [{ type: "genome.bred", ...origin, parents }];
    }
    case "genome.mutate": {
      const { parent, rationale } = command;
      if (rationale.trim() === "") {
        throw new Refusal("not-allowed", "a mutation without a rationale teaches nobody");
      }
      return [{ type: "genome.mutated", ...origin, parent, rationale }];
    }
  }
}

/** Fitness is .60 quality + .25 token efficiency + .15 merge (D29); its weights never evolve. */
function evaluated(command: Command<"genome.evaluate">): GenomeEvent {
  const { attempt, score, tokens, tokensBudget, merged } = command;
  if (!(score >= 0 && score <= 10)) throw new Refusal("out-of-bounds", `${score} is no score`);
  if (!(tokensBudget > 0 && tokens >= 0)) {
    throw new Refusal("out-of-bounds", `${tokens} of ${tokensBudget} tokens tell no efficiency`);
  }
  const quality = score / 10;
  const tokenEfficiency = Math.max(0, 1 - tokens / tokensBudget);
  const sum =
    boundsOf("fitnessQualityWeight").default * quality +
    boundsOf("fitnessEfficiencyWeight").default * tokenEfficiency +
    boundsOf("fitnessMergeWeight").default * (merged ? 1 : 0);
  // Floating point may add up to a hair over one.
  const fitness = Math.min(1, sum);
  return { type: "genome.evaluated", attempt, quality, tokenEfficiency, merged, fitness };
}

/** Into the hall of fame, by the mean of its scores (D31). */
function induct(hallMin: number, state: GenomeState): GenomeEvent[] {
  needsOrigin(state);
  if (state.inducted) return [];
  if (state.status === "retired") throw new Refusal("out-of-order", "this genome is retired");
  const qualities = [...state.evaluations.values()];
  const total = qualities.reduce((sum, quality) => sum + quality, 0);
  const mean = qualities.length === 0 ? 0 : (10 * total) / qualities.length;
  if (mean < hallMin) throw new Refusal("out-of-bounds", `its mean is ${mean}, below ${hallMin}`);
  return [{ type: "genome.inducted", mean }];
}

function needsOrigin({ origin }: GenomeState): void {
  if (!origin) throw new Refusal("not-found", "no such genome");
}
