import type { RepoIndex } from "./repo-index.ts";
import type { TokenCounter } from "./tokens.ts";

const DAMPING = 0.85;
const ROUNDS = 20;
/** Signatures that one file shows at most, so that one large file does not fill the map. */
const SIGNATURES_MAX = 25;

/**
 * Source files, the most relevant first: personalised PageRank over who uses what, beginning at the
 * seeds (all files alike where there is none).
 */
export function rankFiles(index: RepoIndex, seeds: readonly string[]): string[] {
  const files = [...index.definitions.keys()];
  const wanted = seeds.filter((seed) => index.definitions.has(seed));
  const start = wanted.length > 0 ? wanted : files;
  const base = new Map(start.map((file) => [file, 1 / start.length]));
  let rank = new Map(base);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Map([...base].map(([file, share]) => [file, share * (1 - DAMPING)]));
    for (const [file, score] of rank) {
      const uses = index.uses.get(file) ?? new Map<string, number>();
      const total = [...uses.values()].reduce((sum, weight) => sum + weight, 0);
      // A file that uses nothing gives its weight back to where the walk begins.
      const out = total > 0 ? uses : base;
      for (const [other, weight] of out) {
        const share = (DAMPING * score * weight) / (total > 0 ? total : 1);
        next.set(other, (next.get(other) ?? 0) + share);
      }
    }
    rank = next;
  }
  const scoreOf = (file: string) => rank.get(file) ?? 0;
  return files.sort((a, b) => scoreOf(b) - scoreOf(a) || (a < b ? -1 : 1));
}

/**
 * The manifest of a repository (B7): ranked files with their signatures, then names of files, as
 * much as the budget holds; what is left out is counted. Never over the budget.
 */
export function renderMap(
  index: RepoIndex,
  ranked: readonly string[],
  budgetTokens: number,
  count: TokenCounter,
): string {
  const rest = index.paths.filter((path) => !index.definitions.has(path));
  const ordered = [...ranked, ...rest];
  const chunks: string[] = [];
  let left = budgetTokens - count(leftOut(index.paths.length)) - 1;
  if (left <= 0) return "";
  for (const path of ordered) {
    const signatures = (index.definitions.get(path) ?? [])
      .slice(0, SIGNATURES_MAX)
      .map(({ line, signature }) => `  ${line}: ${signature}`);
    const full = [path, ...signatures].join("\n");
    const chunk = [full, path].find((text) => count(text) + 1 <= left);
    if (chunk === undefined) break;
    chunks.push(chunk);
    left -= count(chunk) + 1;
  }
  const missing = ordered.length - chunks.length;
  return [...chunks, ...(missing > 0 ? [leftOut(missing)] : [])].join("\n");
}

function leftOut(files: number): string {
  return `… and ${files} more files`;
}
