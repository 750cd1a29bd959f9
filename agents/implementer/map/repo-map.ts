import type { RepoIndex } from "./repo-index.ts";
import type { TokenCounter } from "../tokens.ts";

/** Signatures that one file shows at most, so that one large file does not fill the map. */
const SIGNATURES_MAX = 25;
/** Files whose signatures are shown at most, and whose names are. */
const SHOWN_MAX = 400;
const NAMED_MAX = 4_000;

/**
 * The map of a repository (B7): ranked files with their signatures, as many as the budget holds,
 * then names of files; what is left out is counted. How many is found by binary search, as a text
 * counts otherwise than its parts. Never over the budget.
 */
export function renderMap(
  index: RepoIndex,
  ranked: readonly string[],
  budgetTokens: number,
  count: TokenCounter,
): string {
  const rest = index.paths.filter((path) => !index.definitions.has(path));
  const ordered = [...ranked, ...rest];
  const chunks = ranked.slice(0, SHOWN_MAX).map((path) => chunkOf(index, path));
  const text = (shown: number, named: number) => {
    const names = ordered.slice(shown, shown + named);
    const missing = ordered.length - shown - names.length;
    const end = missing > 0 ? [`… and ${missing} more files`] : [];
    return [...chunks.slice(0, shown), ...names, ...end].join("\n");
  };
  const fits = (one: string) => one.length <= charsMax && count(one) <= budgetTokens;
  const charsMax = budgetTokens * CHARS_A_TOKEN_MAX;
  if (!fits(text(0, 0))) return "";
  // The parts counted one by one say about how many there will be; only the whole says exactly.
  const about = filling(chunks, budgetTokens, count);
  const shown = most(chunks.length, about, (many) => fits(text(many, 0)));
  const left = budgetTokens - count(text(shown, 0));
  const named = most(
    Math.min(NAMED_MAX, ordered.length - shown),
    filling(ordered.slice(shown, shown + NAMED_MAX), left, count),
    (many) => fits(text(shown, many)),
  );
  return text(shown, named);
}

function chunkOf({ definitions }: RepoIndex, path: string): string {
  const signatures = (definitions.get(path) ?? [])
    .slice(0, SIGNATURES_MAX)
    .map(({ line, signature }) => `  ${line}: ${signature}`);
  return [path, ...signatures].join("\n");
}

/** Source has fewer characters a token; where one has not, less of it is shown. */
const CHARS_A_TOKEN_MAX = 16;

/** How many of the parts about fill a budget, each with the end of its line. */
function filling(parts: readonly string[], budgetTokens: number, count: TokenCounter): number {
  let left = budgetTokens;
  for (const [index, part] of parts.entries()) {
    left -= count(part) + 1;
    if (left < 0) return index;
  }
  return parts.length;
}

/** The largest number up to `max` for which it holds, as it does for every smaller one. */
function most(max: number, guess: number, holds: (many: number) => boolean): number {
  let low = 0;
  let high = max + 1;
  // Away from the guess in growing steps, until it is between two numbers.
  let at = Math.max(1, Math.min(guess, max));
  for (let step = 1; low < at && at < high; step *= 2) {
    if (holds(at)) {
      low = at;
      at += step;
    } else {
      high = at;
      at -= step;
    }
    if (low > 0 && high <= max) break;
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
