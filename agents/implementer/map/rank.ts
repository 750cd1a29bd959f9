import type { RepoIndex } from "./repo-index.ts";

const DAMPING = 0.85;
const ROUNDS = 20;
/** Two scores that differ by less were only added up in another order. */
const SCORE_DIGITS = 1e12;

/**
 * Source files, the most relevant first: personalised PageRank over who uses what, beginning at the
 * seeds (all files alike where there is none).
 */
export function rankFiles(index: RepoIndex, seeds: readonly string[]): string[] {
  const files = index.paths.filter((path) => index.definitions.has(path));
  const at = new Map(files.map((file, place) => [file, place]));
  const wanted = seeds.flatMap((seed) => at.get(seed) ?? []);
  const start = new Float64Array(files.length);
  const begins = wanted.length > 0 ? wanted : files.keys();
  for (const place of begins) start[place] = 1 / (wanted.length || files.length);
  const rank = walk(start, linksOf(index, files, at));
  const scores = files.map((_, place) => Math.round((rank[place] ?? 0) * SCORE_DIGITS));
  return files
    .map((file, place) => ({ file, score: scores[place] ?? 0 }))
    .sort((a, b) => b.score - a.score || (a.file < b.file ? -1 : 1))
    .map(({ file }) => file);
}

/** Who uses whom, as rows of a matrix: the share of file n is in `first[n]` to `first[n + 1]`. */
type Links = { first: Uint32Array; targets: Uint32Array; shares: Float64Array };

function linksOf(index: RepoIndex, files: string[], at: ReadonlyMap<string, number>): Links {
  const first = new Uint32Array(files.length + 1);
  const targets: number[] = [];
  const shares: number[] = [];
  for (const [place, file] of files.entries()) {
    const uses = index.uses.get(file) ?? new Map<string, number>();
    let total = 0;
    for (const weight of uses.values()) total += weight;
    for (const [other, weight] of uses) {
      const target = at.get(other);
      if (target === undefined) continue;
      targets.push(target);
      shares.push(weight / total);
    }
    first[place + 1] = targets.length;
  }
  return { first, targets: Uint32Array.from(targets), shares: Float64Array.from(shares) };
}

function walk(start: Float64Array, { first, targets, shares }: Links): Float64Array {
  let rank = start.slice();
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(start.length);
    let back = 1 - DAMPING;
    for (let place = 0; place < start.length; place++) {
      const score = DAMPING * (rank[place] ?? 0);
      if (score === 0) continue;
      const [from = 0, to = 0] = [first[place], first[place + 1]];
      // A file that uses nothing gives its weight back to where the walk begins.
      if (from === to) back += score;
      for (let link = from; link < to; link++) {
        const target = targets[link] ?? 0;
        next[target] = (next[target] ?? 0) + score * (shares[link] ?? 0);
      }
    }
    for (let place = 0; place < start.length; place++) {
      next[place] = (next[place] ?? 0) + back * (start[place] ?? 0);
    }
    rank = next;
  }
  return rank;
}
