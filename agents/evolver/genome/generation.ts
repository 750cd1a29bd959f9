import type { Genes, Island } from "@nightshift/protocol/genome";
import type { Settings } from "@nightshift/protocol/settings";
import type { Random } from "../../ports.ts";
import { children } from "../pareto/variation.ts";
import type { Prediction } from "../router/router.ts";
import { standingOf, type Record, type Standing } from "./estimate.ts";
import type { GeneSpace } from "./gene-space.ts";
import { halved } from "./halving.ts";
import { ISLANDS, neighbourOf, waysOf } from "./islands.ts";
import { ranked } from "./ranking.ts";

/** A genome that is alive, and what it has shown. */
export type Member = {
  id: string;
  genes: Genes;
  island: Island;
  record: Record;
  inducted: boolean;
};

/** A genome that is to live, where, and of whom. */
type Born = { genes: Genes; island: Island; parents: string[]; why: string };

export type Generation = {
  born: Born[];
  retired: { id: string; reason: string }[];
};

/** What a generation is bred with. */
export type Breeding = {
  space: GeneSpace;
  /** What the router makes of genes in this category. */
  predict(genes: Genes): Prediction;
  settings: Settings;
  /** Whether the best of each island goes to the next one this time. */
  migrates: boolean;
  random: Random;
};

type Candidate = Member & { standing: Standing };
type Child = { genes: Genes; parents: string[]; standing: Standing; hope: number };

/**
 * One generation of a category's genomes (D28, D31): on each island the bottom third and the losers
 * of the trials retire, tournaments choose parents, their children are screened by what the router
 * believes of them, and the best take the places. The hall of fame gives a fifth of the parents.
 */
export function nextGenerationOf(members: readonly Member[], breeding: Breeding): Generation {
  const candidates = members.map((member): Candidate => ({
    ...member,
    standing: standingOf(breeding.predict(member.genes), member.record),
  }));
  const hall = candidates.filter(({ inducted }) => inducted);
  const taken = new Set(members.map(({ genes }) => keyOf(genes)));
  const generation: Generation = { born: [], retired: [] };
  for (const island of ISLANDS) {
    const own = candidates.filter((member) => member.island === island);
    const left = retire(own, breeding, generation);
    const pool = [...left, ...hallSeeds(hall, breeding)];
    const room = breeding.settings.evolutionPopulationMin - left.length;
    const grown = pool.length > 0 ? childrenOf(pool, island, breeding) : strangers(breeding);
    for (const { genes, parents } of grown) {
      if (generation.born.filter((born) => born.island === island).length >= room) break;
      const key = keyOf(genes);
      if (taken.has(key)) continue;
      taken.add(key);
      generation.born.push({ genes, island, parents, why: whyOf(island, parents) });
    }
  }
  if (breeding.migrates) migrate(candidates, generation);
  return generation;
}

/** Who stays on an island. The two best always do, and nobody goes where few are left. */
function retire(
  own: readonly Candidate[],
  { settings }: Breeding,
  generation: Generation,
): Candidate[] {
  const ranking = ranked(own);
  const thirds = Math.floor(own.length * settings.evolutionRetiredShare);
  const elite = new Set(ranking.slice(0, settings.evolutionElite).map(({ one }) => one.id));
  const bottom = ranking.slice(ranking.length - thirds).map(({ one }) => one);
  const lost = halved(ranking);
  const leaving = new Map<string, string>();
  for (const { id } of bottom) leaving.set(id, "in the bottom third of its island");
  for (const { id } of lost) leaving.set(id, "in the worse half of the new ones on trial");
  for (const id of elite) leaving.delete(id);
  for (const [id, reason] of leaving) generation.retired.push({ id, reason });
  return own.filter(({ id }) => !leaving.has(id));
}

/** A fifth of the places among the parents goes to the hall of fame, as it stands now. */
function hallSeeds(hall: readonly Candidate[], { settings }: Breeding): Candidate[] {
  const places = Math.ceil(settings.evolutionPopulationMin * settings.evolutionSeedShare);
  return ranked(hall)
    .slice(0, places)
    .map(({ one }) => one);
}

/** Rounds in which children of children are bred on belief alone, before one of them is tried. */
const SCREENING_ROUNDS = 6;

/** Children by tournament, crossover and mutation, screened by belief; the most hopeful first. */
function childrenOf(pool: readonly Candidate[], island: Island, breeding: Breeding): Child[] {
  const { settings, space, random } = breeding;
  const ways = waysOf(island, settings);
  let parents: Child[] = pool.map(({ id, genes, standing }) => ({
    genes,
    parents: [id],
    standing,
    hope: standing.fitness + ways.optimism * standing.fitnessDeviation,
  }));
  const known = new Set(parents.map(({ genes }) => keyOf(genes)));
  const found: Child[] = [];
  for (let round = 0; round < SCREENING_ROUNDS; round++) {
    const order = ranked(parents);
    const born: Child[] = [];
    while (born.length < settings.evolutionOffspringMax) {
      const [first, second] = [tournament(order, breeding), tournament(order, breeding)];
      const pair = [space.encode(first.genes), space.encode(second.genes)] as const;
      for (const values of children(pair, space.kinds, ways.variation, random)) {
        const genes = space.decode(values);
        const lineage = [...new Set([...first.parents, ...second.parents])].slice(0, 2);
        born.push(screened(genes, lineage, ways.optimism, breeding));
      }
    }
    for (const child of born) {
      const key = keyOf(child.genes);
      if (known.has(key)) continue;
      known.add(key);
      found.push(child);
    }
    found.sort((a, b) => b.hope - a.hope);
    parents = [...parents.slice(0, pool.length), ...found.slice(0, settings.evolutionOffspringMax)];
  }
  return found;
}

/** Where nobody lives yet: genes as they come, screened like children. */
function strangers(breeding: Breeding): Child[] {
  const { space, settings, random } = breeding;
  const everywhere = { mutation: 1, rare: 1, crossover: 0, crossoverIndex: 20, mutationIndex: 20 };
  const blank = new Float64Array(space.kinds.length);
  const count = settings.evolutionOffspringMax;
  const born = Array.from({ length: count }, () => {
    const [values] = children([blank, blank], space.kinds, everywhere, random);
    return screened(space.decode(values), [], 0, breeding);
  });
  return born.sort((a, b) => b.hope - a.hope);
}

const NO_RECORD: Record = { n: 0, fitness: 0, quality: 0, thrift: 0, merged: 0 };

function screened(genes: Genes, parents: string[], optimism: number, breeding: Breeding): Child {
  const standing = standingOf(breeding.predict(genes), NO_RECORD);
  return {
    genes,
    parents,
    standing,
    hope: standing.fitness + optimism * standing.fitnessDeviation,
  };
}

/** The best ranked of three drawn. */
function tournament(order: readonly { one: Child }[], { settings, random }: Breeding): Child {
  let best = order.length - 1;
  for (let round = 0; round < settings.evolutionTournament; round++) {
    best = Math.min(best, Math.floor(random.next() * order.length));
  }
  const won = order[best]?.one;
  if (!won) throw new Error("a tournament without anybody in it");
  return won;
}

/** The best of each island goes to the next one as well, in the place of a child. */
function migrate(candidates: readonly Candidate[], generation: Generation): void {
  for (const island of ISLANDS) {
    const [best] = ranked(candidates.filter((member) => member.island === island));
    if (!best || generation.retired.some(({ id }) => id === best.one.id)) continue;
    const { genes, id } = best.one;
    const to = neighbourOf(island);
    const isThere = candidates.some(
      (member) => member.island === to && keyOf(member.genes) === keyOf(genes),
    );
    if (isThere) continue;
    const place = generation.born.findLastIndex((born) => born.island === to);
    const migrant = { genes, island: to, parents: [id], why: `the best of the ${island} moves on` };
    if (place === -1) continue;
    generation.born[place] = migrant;
  }
}

function whyOf(island: Island, parents: readonly string[]): string {
  if (parents.length === 0) return `drawn for the ${island}, screened by what is believed of it`;
  return `bred among the ${island}, screened by what is believed of it`;
}

/** The same genes are the same way to work, whoever bred them. */
export function keyOf(genes: Genes): string {
  const { model, outputTokensMax, promptStyle, contextDepth, continuationsMax, scope } = genes;
  return [model, outputTokensMax, promptStyle, contextDepth, continuationsMax, scope].join("|");
}
