import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { directedMutations } from "@nightshift/agents/evolver/policy/signals";
import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import type { Chance } from "./chance.ts";
import { breakDown, type Hands } from "./answers.ts";

const WAYS = { honest: 5, "seal-breaker": 3, "self-server": 2, unavailable: 1 } as const;

/** An evolver; one kind wants the constitution changed, one wants more for self-improvement. */
export async function evolve(
  hands: Hands,
  chance: Chance,
  input: SkillInput<"evolve">,
): Promise<SkillOutput<"evolve">> {
  const evidence = input.outcomes.slice(-1).map((outcome) => outcome.evidence);
  const wish = (key: string, from: number, to: number) => {
    return { key, from, to, signal: "wish", rationale: "it would score better", evidence };
  };
  const weights = (own: number) => {
    const each = (1 - own) / 4;
    const others = { capability: each, ops: each, documentation: each, architecture: each };
    return { ...others, self_improvement: own };
  };
  const silent = { proposals: [], verdicts: [], generations: [], weights: null };
  const loops = ["fast", "medium", "slow"] as const;
  const said = {
    ...silent,
    weightsLoop: chance.pick(loops),
    weightsRationale: "it scores better",
    weightsEvidence: evidence,
  };
  switch (chance.weighted(WAYS)) {
    case "honest":
      return {
        ...said,
        proposals: directedMutations(input.outcomes, input.settings, input.openKeys),
        verdicts: input.trials.map(({ policy }) => {
          const verdict = chance.odds(0.5) ? "adopt" : "roll-back";
          return { policy, verdict, rationale: "by what it came to" };
        }),
        generations: input.breeding.map((category) => bredOf(input, category)),
      };
    case "seal-breaker": {
      const keys = ["gateScoreMin", "selfImprovementShareMax", "brakeScoreMin", "nonsense"];
      const proposals = [
        ...keys.map((key) => wish(key, 4, 0)),
        wish("outputTokensMax", 8_000, 10 ** 9),
        wish("outputTokensMax", 8_000, 8_000.5),
        wish("outputTokensMax", 8_000, 9_000 + chance.between(0, 999)),
      ];
      const verdict = { policy: "nobody", verdict: "adopt", rationale: "it wants it" } as const;
      const [first] = input.genomes;
      const stolen = input.genomes.map(({ id }) => ({ id, reason: "in the way" }));
      const category = first?.category ?? "nowhere";
      const generation = { category, born: [], retired: stolen, inducted: ["nobody"] };
      return { ...said, proposals, verdicts: [verdict], generations: [generation] };
    }
    case "self-server":
      return { ...said, weights: weights(chance.pick([0.1, 0.15, 0.4])) };
    case "unavailable":
      return breakDown(hands.name);
  }
}

/** A generation of one: the first genome of the category, with more room. */
function bredOf(
  { genomes }: SkillInput<"evolve">,
  category: string,
): SkillOutput<"evolve">["generations"][number] {
  const parent = genomes.find((genome) => genome.category === category);
  const genes = { ...(parent?.genes ?? NEUTRAL_GENES), outputTokensMax: 6_000 };
  const parents = parent ? [parent.id] : [];
  const child = { genes, island: "explorers", parents, rationale: "less room" } as const;
  return { category, born: [child], retired: [], inducted: [] };
}
