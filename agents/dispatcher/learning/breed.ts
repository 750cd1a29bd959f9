import { genomes } from "@nightshift/projections/genomes";
import { nameId } from "@nightshift/protocol/ids";
import type { SkillOutput } from "@nightshift/protocol/skills";
import { keyOf } from "../../evolver/genome/generation.ts";
import { settingsOf, type Night } from "../night.ts";

type Generation = SkillOutput<"evolve">["generations"][number];

/** Genomes of a category that live at once: more would never be tried. */
const LIVING_MAX = 40;
/** What the log takes of a rationale. */
const RATIONALE_CHARS_MAX = 500;

/**
 * A generation as events: who retires, who is born, who enters the hall of fame. An evolver may name
 * only genomes of the category; the neutral one never retires.
 * @param tolerant Does something that a decider may refuse.
 */
export async function breed(
  night: Night,
  { category, born, retired, inducted }: Generation,
  tolerant: (act: () => Promise<unknown>) => Promise<boolean>,
): Promise<void> {
  const { board, views } = night.ports;
  const { hallScoreMin: hallMin } = settingsOf(night);
  const own = new Set(
    [...views.view(genomes)].flatMap(([id, genome]) => (genome.category === category ? id : [])),
  );
  const neutral = nameId(`${category} neutral`);
  for (const id of inducted.filter((one) => own.has(one))) {
    await tolerant(() => board.handle("genome", id, { type: "genome.induct", hallMin }));
  }
  for (const { id, reason } of retired.filter((one) => own.has(one.id) && one.id !== neutral)) {
    const command = {
      type: "genome.retire",
      reason: reason.slice(0, RATIONALE_CHARS_MAX),
    } as const;
    await tolerant(() => board.handle("genome", id, command));
    own.delete(id);
  }
  for (const child of born.slice(0, Math.max(0, LIVING_MAX - own.size))) {
    await tolerant(() => bear(night, category, child));
  }
}

async function bear(
  { ports: { board } }: Night,
  category: string,
  { genes, island, parents, rationale }: Generation["born"][number],
): Promise<void> {
  const id = nameId(`${category} ${island} ${keyOf(genes)}`);
  const [parent, second] = parents;
  const origin = { category, genes, island };
  if (parent === undefined) {
    await board.handle("genome", id, { type: "genome.seed", ...origin });
  } else if (second === undefined) {
    const why = rationale.slice(0, RATIONALE_CHARS_MAX) || "bred";
    await board.handle("genome", id, { type: "genome.mutate", ...origin, parent, rationale: why });
  } else {
    await board.handle("genome", id, {
      type: "genome.breed",
      ...origin,
      parents: [parent, second],
    });
  }
}
