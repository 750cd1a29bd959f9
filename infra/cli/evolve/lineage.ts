import type { Line } from "@nightshift/projections/digest/terminal";
import { BadInput } from "@nightshift/protocol/errors";
import { GenomeEvent } from "@nightshift/protocol/genome";
import { idOf } from "@nightshift/protocol/ids";
import type { House } from "../../house.ts";
import { session } from "../session.ts";
import { print, printJson } from "../terminal.ts";

type Genome = {
  id: string;
  category: string;
  island: string;
  parents: string[];
  tasks: number;
  /** 0 to 1. */
  fitness: number;
  end: string | null;
};

/** Levels of descent that are drawn at most; whoever is deeper is named without its own. */
const DEPTH_MAX = 40;

/** `nightshift evolve lineage`: the tree of genomes, children under the first of their parents. */
export function evolveLineage(category: string | undefined, { json }: { json?: boolean }) {
  return session(async (house) => {
    const all = await genomesOf(house);
    const own = all.filter((one) => category === undefined || one.category === category);
    if (own.length === 0 && category !== undefined) {
      const known = [...new Set(all.map((one) => one.category))].sort().join(", ") || "none yet";
      const what = `no genomes of that category; there are those of ${known}`;
      throw new BadInput(what, category, "nightshift evolve lineage");
    }
    if (json) printJson(own);
    else print(linesOf(own));
  });
}

async function genomesOf({ store }: House): Promise<Genome[]> {
  const found = new Map<string, Genome>();
  const types = [
    "genome.seeded",
    "genome.bred",
    "genome.mutated",
    "genome.evaluated",
    "genome.retired",
  ];
  for await (const recorded of store.readAll({ types })) {
    const { stream } = recorded;
    const event = GenomeEvent.parse(recorded.event);
    const id = idOf(stream);
    const known = found.get(id);
    switch (event.type) {
      case "genome.seeded":
      case "genome.bred":
      case "genome.mutated": {
        const { category, island } = event;
        const parents = event.type === "genome.bred" ? event.parents : [];
        const own = event.type === "genome.mutated" ? [event.parent] : parents;
        found.set(id, { id, category, island, parents: own, tasks: 0, fitness: 0, end: null });
        break;
      }
      case "genome.evaluated":
        if (!known) break;
        known.tasks += 1;
        known.fitness += (event.fitness - known.fitness) / known.tasks;
        break;
      case "genome.retired":
        if (known) known.end = event.reason;
        break;
      case "genome.inducted":
        break;
    }
  }
  return [...found.values()];
}

function linesOf(genomes: readonly Genome[]): Line[] {
  if (genomes.length === 0) return [{ tone: "plain", text: "No genomes yet: nightshift run" }];
  const ids = new Set(genomes.map(({ id }) => id));
  const children = Map.groupBy(genomes, ({ parents }) => parents.find((one) => ids.has(one)) ?? "");
  const lines: Line[] = [];
  const draw = (parent: string, depth: number): void => {
    for (const one of children.get(parent) ?? []) {
      const { id, island, tasks, fitness, end } = one;
      const did = tasks === 0 ? "never tried" : `${fitness.toFixed(2)} over ${tasks}`;
      const gone = end === null ? "" : "  (retired)";
      const tone = end === null ? "plain" : "quiet";
      lines.push({ tone, text: `${"  ".repeat(depth)}${id}  ${island}, ${did}${gone}` });
      if (depth < DEPTH_MAX) draw(id, depth + 1);
    }
  };
  draw("", 0);
  return lines;
}
