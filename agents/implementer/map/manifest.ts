import type { RepoIndex } from "./repo-index.ts";
import type { TokenCounter } from "../tokens.ts";

/** What a repository is made of, in a few lines; the same for every task until the tree moves. */
export type Manifest = { tree: string; madeAtMs: number; lines: readonly string[] };

/** Modules that a manifest names (B7: 50 and more still fit a system prompt), and of each. */
const MODULES_MAX = 80;
const NAMES_MAX = 6;
/** Folders deep that a module begins; what lies deeper belongs to it. */
const DEPTH_MAX = 3;

/** Whether a manifest still tells of a tree: made of this very one, and within its days (B7). */
export function isCurrent(
  { tree, madeAtMs }: Pick<Manifest, "tree" | "madeAtMs">,
  now: { tree: string; nowMs: number; daysMax: number },
): boolean {
  return tree === now.tree && now.nowMs - madeAtMs < now.daysMax * DAY_MS;
}

const DAY_MS = 86_400_000;

/** @param ranked Source files, the most leaned on first: what is central is told first. */
export function manifestLines(index: RepoIndex, ranked: readonly string[]): string[] {
  const modules = new Map<string, { files: number; names: string[] }>();
  for (const path of ranked) {
    const folder = moduleOf(path);
    const module = modules.get(folder) ?? { files: 0, names: [] };
    modules.set(folder, module);
    module.files += 1;
    for (const { name } of index.definitions.get(path) ?? []) {
      if (module.names.length >= NAMES_MAX) break;
      if (!module.names.includes(name)) module.names.push(name);
    }
  }
  return [...modules].slice(0, MODULES_MAX).map(([folder, { files, names }]) => {
    const many = files === 1 ? "1 file" : `${files} files`;
    return `${folder} (${many})${names.length > 0 ? `: ${names.join(", ")}` : ""}`;
  });
}

/** As many of its lines as a budget holds; the first are the most central. */
export function renderManifest(
  lines: readonly string[],
  budgetTokens: number,
  count: TokenCounter,
): string {
  let left = budgetTokens;
  const kept: string[] = [];
  for (const line of lines) {
    left -= count(line) + 1;
    if (left < 0) break;
    kept.push(line);
  }
  return kept.join("\n");
}

function moduleOf(path: string): string {
  const folders = path.split("/").slice(0, -1).slice(0, DEPTH_MAX);
  return folders.length === 0 ? "./" : `${folders.join("/")}/`;
}
