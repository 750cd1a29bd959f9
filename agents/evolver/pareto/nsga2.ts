import type { Random } from "../../ports.ts";
import { crowdingOf } from "./crowding.ts";
import { frontsOf } from "./fronts.ts";
import type { Point } from "./point.ts";
import { children, drawn, type GeneKind, type Variation } from "./variation.ts";

/** What is searched: genes, and what a set of them scores. Every objective is minimised. */
export type Problem = {
  genes: readonly GeneKind[];
  evaluate(genes: Float64Array): { objectives: Float64Array; violation: number };
};

/** A population in order: its best front first, inside a front who has more room first. */
export type Ranked = {
  points: readonly Point[];
  /** The front of each, 0 the best. */
  rank: Int32Array;
  /** The room of each inside its front. */
  room: Float64Array;
};

/** As many random points as asked for, ranked. */
export function firstGeneration(problem: Problem, size: number, random: Random): Ranked {
  const points = Array.from({ length: size }, () =>
    pointOf(
      problem,
      Float64Array.from(problem.genes, (gene) => drawn(gene, random)),
    ),
  );
  return survivors(points, size);
}

/**
 * One generation of NSGA-II (Deb 2002): tournaments on rank, then room; children by SBX, polynomial
 * mutation and exchange; parents and children together, the best fronts survive, the last by room.
 * @param tournament How many meet for the place of a parent; 2 is canonical.
 */
export function nextGeneration(
  parents: Ranked,
  problem: Problem,
  how: { variation: Variation; tournament: number },
  random: Random,
): Ranked {
  const size = parents.points.length;
  const born: Point[] = [];
  while (born.length < size) {
    const pair = [winner(parents, how.tournament, random), winner(parents, how.tournament, random)];
    const [first, second] = pair.map((at) => parents.points[at]?.genes);
    if (!first || !second) throw new Error("a tournament without anybody in it");
    for (const genes of children([first, second], problem.genes, how.variation, random)) {
      if (born.length < size) born.push(pointOf(problem, genes));
    }
  }
  return survivors([...parents.points, ...born], size);
}

/** The best of some points, front by front; the front that does not fit whole gives its roomiest. */
export function survivors(points: readonly Point[], size: number): Ranked {
  const kept: Point[] = [];
  const rank = new Int32Array(Math.min(size, points.length));
  const room = new Float64Array(rank.length);
  for (const [front, members] of frontsOf(points).entries()) {
    if (kept.length >= size) break;
    const rooms = crowdingOf(points, members);
    const order = Array.from(members.keys()).sort((a, b) => (rooms[b] ?? 0) - (rooms[a] ?? 0));
    for (const place of order.slice(0, size - kept.length)) {
      const point = points[members[place] ?? 0];
      if (!point) continue;
      rank[kept.length] = front;
      room[kept.length] = rooms[place] ?? 0;
      kept.push(point);
    }
  }
  return { points: kept, rank, room };
}

/** The place of who wins a tournament: the better front, then more room, then who came first. */
export function winner({ points, rank, room }: Ranked, tournament: number, random: Random): number {
  let best = Math.floor(random.next() * points.length);
  for (let round = 1; round < tournament; round++) {
    const other = Math.floor(random.next() * points.length);
    const ahead = (rank[best] ?? 0) - (rank[other] ?? 0);
    if (ahead > 0 || (ahead === 0 && (room[other] ?? 0) > (room[best] ?? 0))) best = other;
  }
  return best;
}

function pointOf(problem: Problem, genes: Float64Array): Point {
  return { genes, ...problem.evaluate(genes) };
}
