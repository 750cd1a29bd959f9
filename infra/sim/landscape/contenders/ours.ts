import { keyOf, nextGenerationOf, type Member } from "@nightshift/agents/evolver/genome/generation";
import { geneSpace } from "@nightshift/agents/evolver/genome/gene-space";
import type { Prior } from "@nightshift/agents/evolver/router/belief";
import type { Option, Situation } from "@nightshift/agents/evolver/router/features";
import { routerBy, type Result } from "@nightshift/agents/evolver/router/router";
import type { Random } from "@nightshift/agents/ports";
import { NEUTRAL_GENES, type Genes } from "@nightshift/protocol/genome";
import { defaultSettings, type Settings } from "@nightshift/protocol/settings";
import { KINDS } from "../kinds.ts";
import { NO_CAPS, THRIFT_TOKENS, type LandscapeTask, type Observed } from "../landscape.ts";
import { MODELS } from "../models.ts";
import type { Contender } from "./contender.ts";

/** Generations between two exchanges of the islands. */
const MIGRATION_EVERY = 3;
const NEW_ATTEMPTS_MIN = 3;

type Living = Member & {
  sums: { fitness: number; quality: number; thrift: number; merged: number };
};

/** What Night Shift does: islands propose genomes, the router chooses among them and learns. */
export function ourContender(
  given: { settings?: Partial<Settings>; priorOf?: (name: string) => Prior } = {},
): Contender {
  const settings = { ...defaultSettings, ...given.settings };
  const router = routerBy(settings, given.priorOf);
  const space = geneSpace(MODELS.map(({ name }) => name));
  const living = new Map<string, Living[]>();
  const fresh = new Map<string, number>();
  const playing = new Map<string, { member: Living; option: Option }>();
  let ids = 0;
  const add = (category: string, genes: Genes, island: Member["island"]) => {
    const sums = { fitness: 0, quality: 0, thrift: 0, merged: 0 };
    const record = { n: 0, ...sums };
    const member = { id: `g${ids++}`, genes, island, record, inducted: false, sums };
    living.set(category, [...(living.get(category) ?? []), member]);
  };
  const breed = (category: string, migrates: boolean, random: Random) => {
    const members = living.get(category) ?? [];
    const situation = typical(category);
    const predict = (genes: Genes) => {
      const options = optionsOf(genes).map((option) => router.predict(situation, option));
      return options.reduce((a, b) => (b.fitness > a.fitness ? b : a));
    };
    const breeding = { space, predict, settings, migrates, random };
    const { born, retired } = nextGenerationOf(members, breeding);
    const gone = new Set(retired.map(({ id }) => id));
    living.set(
      category,
      members.filter(({ id }) => !gone.has(id)),
    );
    for (const { genes, island } of born) add(category, genes, island);
  };
  return {
    name: "ours",
    choose(task, random) {
      if (!living.has(task.category)) {
        add(task.category, NEUTRAL_GENES, "generalists");
        breed(task.category, false, random);
      }
      const options = (living.get(task.category) ?? []).flatMap((member) =>
        optionsOf(member.genes).map((option) => ({ ...option, bonus: 0, member })),
      );
      const unique = [
        ...new Map(options.map((one) => [`${one.model} ${keyOf(one.genes)}`, one])).values(),
      ];
      const { index } = router.choose(situationOf(task), unique, { draws: 1, random });
      const chosen = unique[index];
      if (!chosen) throw new Error("the router chose nothing");
      playing.set(task.id, { member: chosen.member, option: chosen });
      return { ...chosen.genes, model: chosen.model };
    },
    learn(task, _deed, observed) {
      const played = playing.get(task.id);
      if (!played) return;
      playing.delete(task.id);
      const result = resultOf(observed);
      router.learn(situationOf(task), played.option, result);
      remember(played.member, result, settings.hallScoreMin);
      fresh.set(task.category, (fresh.get(task.category) ?? 0) + 1);
    },
    endDay(day, random) {
      router.passDays(1);
      for (const [category, count] of fresh) {
        if (count < NEW_ATTEMPTS_MIN) continue;
        fresh.set(category, 0);
        breed(category, day % MIGRATION_EVERY === 0, random);
      }
    },
  };
}

/** Everyone who could work by some genes. */
function optionsOf(genes: Genes): Option[] {
  return MODELS.filter(({ name }) => genes.model === null || genes.model === name).map(
    ({ name }) => {
      return { model: name, genes, contextTokensMax: NO_CAPS.contextTokensMax };
    },
  );
}

export function situationOf({ category, output, estimateTokens }: LandscapeTask): Situation {
  return { category, output, estimateTokens };
}

export function resultOf({ fitness, score, outputTokens, merged }: Observed): Result {
  const thrift = Math.max(0, 1 - outputTokens / THRIFT_TOKENS);
  return { fitness, quality: score / 10, thrift, merged: merged ? 1 : 0 };
}

/** A task as they usually are in a category. */
function typical(category: string): Situation {
  const kind = KINDS.find(({ name }) => name === category);
  if (!kind) throw new Error(`no kind ${category}`);
  return { category, output: kind.output, estimateTokens: kind.needTokens };
}

function remember(member: Living, result: Result, hallMin: number): void {
  const { sums, record } = member;
  sums.fitness += result.fitness;
  sums.quality += result.quality;
  sums.thrift += result.thrift;
  sums.merged += result.merged;
  const n = record.n + 1;
  member.record = {
    n,
    fitness: sums.fitness / n,
    quality: sums.quality / n,
    thrift: sums.thrift / n,
    merged: sums.merged / n,
  };
  if (n >= 3 && 10 * member.record.quality >= hallMin) member.inducted = true;
}
