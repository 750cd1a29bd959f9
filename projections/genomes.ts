import type { Genes, GenomeEvent, Island } from "@nightshift/protocol/genome";
import { idOf } from "@nightshift/protocol/ids";
import type { Projection } from "./projection.ts";

type Genome = {
  category: string;
  genes: Genes;
  island: Island;
  /** Means over n attempts: fitness from 0 to 1, score from 0 to 10; 0 where n is 0. */
  evaluations: { n: number; meanFitness: number; meanScore: number };
  retired: boolean;
  /** In the hall of fame (D31). */
  inducted: boolean;
};

/** By genome id. */
export type Genomes = Map<string, Genome>;

/**
 * The parameters attempts are made with, and how well each has done. One that retires is gone from
 * here, but for those in the hall of fame: its story is in the log.
 */
export const genomes: Projection<Genomes, GenomeEvent> = {
  name: "genomes",
  version: 2,
  reads: [
    "genome.seeded",
    "genome.bred",
    "genome.mutated",
    "genome.evaluated",
    "genome.inducted",
    "genome.retired",
  ],
  initial: () => new Map(),
  apply(view, { stream, event }) {
    const id = idOf(stream);
    switch (event.type) {
      case "genome.seeded":
      case "genome.bred":
      case "genome.mutated": {
        const { category, genes, island } = event;
        const evaluations = { n: 0, meanFitness: 0, meanScore: 0 };
        view.set(id, { category, genes, island, evaluations, retired: false, inducted: false });
        return;
      }
      case "genome.evaluated": {
        const evaluations = view.get(id)?.evaluations;
        if (!evaluations) return;
        evaluations.n += 1;
        evaluations.meanFitness += (event.fitness - evaluations.meanFitness) / evaluations.n;
        evaluations.meanScore += (event.quality * 10 - evaluations.meanScore) / evaluations.n;
        return;
      }
      case "genome.inducted":
      case "genome.retired": {
        const genome = view.get(id);
        if (!genome) return;
        if (event.type === "genome.inducted") genome.inducted = true;
        else if (genome.inducted) genome.retired = true;
        else view.delete(id);
        return;
      }
    }
  },
};
