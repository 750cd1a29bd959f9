import type { Genes } from "@nightshift/protocol/genome";
import type { Settings } from "@nightshift/protocol/settings";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import type { Random } from "../../ports.ts";
import { fitness, mergedOf, thriftOf } from "../fitness.ts";
import type { Outcome } from "../outcome.ts";
import type { Situation } from "../router/features.ts";
import type { Prediction, Router } from "../router/router.ts";
import { mean } from "../statistics.ts";
import type { Record } from "./estimate.ts";
import { allowed } from "./allowed.ts";
import { geneSpace } from "./gene-space.ts";
import { nextGenerationOf, type Member } from "./generation.ts";

type Living = SkillInput<"evolve">["genomes"][number];
type Bred = SkillOutput<"evolve">["generations"][number];

/** Attempts of a genome before its mean may take it into the hall of fame. */
const HALL_TASKS_MIN = 3;
/** Of three generations one exchanges the best between the islands. */
const MIGRATION_ODDS = 1 / 3;
const ESTIMATE_UNKNOWN_TOKENS = 4_000;

/** The next generation of each category whose turn it is, and who enters the hall of fame (D31). */
export function generationsOf(told: {
  genomes: readonly Living[];
  breeding: readonly string[];
  models: readonly string[];
  outcomes: readonly Outcome[];
  settings: Settings;
  router: Pick<Router, "predict">;
  random: Random;
}): Bred[] {
  const { settings, random, router } = told;
  const space = geneSpace(told.models);
  return told.breeding.map((category) => {
    const own = told.outcomes.filter((outcome) => outcome.category === category);
    const members = told.genomes
      .filter((genome) => genome.category === category)
      .map((genome) => ({ ...genome, record: recordOf(own, genome.id) }));
    const predict = predictor(router, situationOf(category, own), told.models, settings);
    const migrates = random.next() < MIGRATION_ODDS;
    const breeding = { space, predict, settings, migrates, random };
    const { born, retired } = nextGenerationOf(members, breeding);
    return {
      category,
      born: born.map(({ why, ...child }) => ({ ...child, rationale: why })),
      retired,
      inducted: members.filter((member) => isFamous(member, settings)).map(({ id }) => id),
    };
  });
}

function isFamous({ record, inducted }: Member, { hallScoreMin }: Settings): boolean {
  return !inducted && record.n >= HALL_TASKS_MIN && record.quality * 10 >= hallScoreMin;
}

/** What genes promise in a category, with the model that suits them best where they leave it open. */
function predictor(
  router: Pick<Router, "predict">,
  situation: Situation,
  models: readonly string[],
  settings: Settings,
): (genes: Genes) => Prediction {
  return (genes) => {
    const own = models.filter((model) => genes.model === null || genes.model === model);
    const options = (own.length > 0 ? own : [""]).map((model) =>
      router.predict(situation, {
        model,
        genes: allowed(genes, settings),
        contextTokensMax: settings.contextTokensLarge,
      }),
    );
    return options.reduce((a, b) => (b.fitness > a.fitness ? b : a));
  };
}

/** A task as they usually are in a category. */
function situationOf(category: string, own: readonly Outcome[]): Situation {
  const estimates = own.flatMap(({ estimateTokens }) => estimateTokens ?? []).sort((a, b) => a - b);
  return {
    category,
    output: own.at(-1)?.output ?? "code",
    estimateTokens: estimates[estimates.length >> 1] ?? ESTIMATE_UNKNOWN_TOKENS,
  };
}

function recordOf(outcomes: readonly Outcome[], genome: string): Record {
  const own = outcomes.filter((outcome) => outcome.genome === genome && outcome.score !== null);
  if (own.length === 0) return { n: 0, fitness: 0, quality: 0, thrift: 0, merged: 0 };
  return {
    n: own.length,
    fitness: mean(own.map(fitness)),
    quality: mean(own.map(({ score }) => (score ?? 0) / 10)),
    thrift: mean(own.map(({ outputTokens }) => thriftOf(outputTokens))),
    merged: mean(own.map(mergedOf)),
  };
}
