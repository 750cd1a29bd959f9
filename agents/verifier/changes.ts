import type { Workspace } from "../ports.ts";

/** One path that differs between two commits. Texts are null where there is none, or only bytes. */
export type Change = {
  path: string;
  status: "added" | "modified" | "deleted";
  before: string | null;
  after: string | null;
  /** A symbolic link or another repository: git's mode 120000 or 160000. */
  special: "link" | "repository" | null;
};

export const CHANGED_FILES_MAX = 2_000;

/**
 * What a commit changes, told by the trees of both commits and not by the shape of a diff: a
 * rename is one path deleted and one added, and no attribute of the repository can hide a line.
 * @returns null where more than 2,000 paths changed.
 */
export async function changesOf(
  workspace: Workspace,
  repo: string,
  base: string,
  commit: string,
): Promise<Change[] | null> {
  const [before, after, diff] = await Promise.all([
    workspace.list(repo, base),
    workspace.list(repo, commit),
    workspace.diff(repo, base, commit),
  ]);
  const [old, now] = [new Set(before), new Set(after)];
  const specials = specialsIn(diff.text);
  const paths = new Set([
    ...before.filter((path) => !now.has(path)),
    ...after.filter((path) => !old.has(path)),
    ...diff.files.map(({ path }) => path).filter((path) => old.has(path) && now.has(path)),
  ]);
  if (paths.size > CHANGED_FILES_MAX) return null;
  const changes: Change[] = [];
  for (const path of [...paths].sort()) {
    changes.push({
      path,
      status: !old.has(path) ? "added" : now.has(path) ? "modified" : "deleted",
      before: old.has(path) ? await workspace.show(repo, base, path) : null,
      after: now.has(path) ? await workspace.show(repo, commit, path) : null,
      special: now.has(path) ? (specials.get(path) ?? null) : null,
    });
  }
  // A name that git had to quote: the path is not known exactly, the link is there all the same.
  for (const [path, special] of specials) {
    if (paths.has(path)) continue;
    changes.push({ path, status: "added", before: null, after: null, special });
  }
  return changes;
}

/** Links and repositories in a diff, by path. Lines of content begin with a sign. */
function specialsIn(diff: string): Map<string, "link" | "repository"> {
  const found = new Map<string, "link" | "repository">();
  let path = "";
  for (const line of diff.split("\n")) {
    const header = /^diff --git "?a\/.* "?b\/(.*?)"?$/.exec(line);
    if (header) path = header[1] ?? "";
    const mode = /^(?:new file mode|new mode|index [\da-f]+\.\.[\da-f]+) (120000|160000)$/.exec(
      line,
    );
    if (mode) found.set(path, mode[1] === "120000" ? "link" : "repository");
  }
  return found;
}

/** Lines without blanks around them; empty ones are left out. */
export function linesOf(text: string | null): string[] {
  if (text === null) return [];
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Lines of `all` that are not in `known`, each as often as it is there more. */
export function moreIn(all: readonly string[], known: readonly string[]): string[] {
  const left = countsOf(known);
  return all.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}

export function countsOf(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
