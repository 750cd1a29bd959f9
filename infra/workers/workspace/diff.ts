import type { FileChange } from "@nightshift/protocol/attempt";
import { fields, git } from "./git.ts";
import type { Site } from "./site.ts";

/** Characters of a diff; what is longer ends with `DIFF_CUT`, and nobody can vouch for the rest. */
const DIFF_BYTES_MAX = 2 * 1024 ** 2;
const DIFF_CUT = "\n[the diff goes on; it is cut here]\n";
/** Paths in one command line. */
const PATHS_AT_ONCE = 1_000;

const EMPTY_TREE = {
  sha1: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  sha256: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};
const PLAIN = ["--no-ext-diff", "--no-textconv", "--no-color", "-M", "-r", "--full-index"];

/**
 * What differs between two commits or trees: a unified diff for readers, counts for rules.
 * @param known Lines of files of `from`, as far as they have been counted.
 */
export async function diffCommits(
  site: Site,
  from: string,
  to: string,
  known: ReadonlyMap<string, number> = new Map(),
): Promise<{ text: string; files: FileChange[] }> {
  const [text, files] = await Promise.all([
    patch(site, from, to),
    changedFiles(site, from, to, known),
  ]);
  return { text, files };
}

/** Paths are quoted as git does: a name with a line break in it cannot forge a line of the diff. */
async function patch(site: Site, from: string, to: string): Promise<string> {
  const { stdout, cut } = await git(site.clean, ["diff-tree", "-p", ...PLAIN, from, to], {
    outputBytesMax: DIFF_BYTES_MAX,
  });
  return cut ? stdout + DIFF_CUT : stdout;
}

async function changedFiles(
  site: Site,
  from: string,
  to: string,
  known: ReadonlyMap<string, number>,
): Promise<FileChange[]> {
  const args = ["diff-tree", "-z", "--raw", "--numstat", ...PLAIN, from, to];
  const { stdout } = await git(site.clean, args);
  const changes = parseChanges(fields(stdout));
  const old = changes.filter(({ status }) => status !== "added").map(({ oldPath }) => oldPath);
  const unknown = old.filter((path) => !known.has(path));
  const lines = new Map([...known, ...(await linesOf(site, from, unknown))]);
  return changes.map(({ path, status, addedLines, removedLines, oldPath }) => {
    return { path, status, addedLines, removedLines, baseLines: lines.get(oldPath) ?? 0 };
  });
}

type Change = Omit<FileChange, "baseLines"> & { oldPath: string };

const STATUS: Record<string, FileChange["status"]> = { A: "added", D: "deleted", R: "renamed" };

/** Raw records come first, each with its status; then, in the same order, the counts. */
function parseChanges(parts: readonly string[]): Change[] {
  const named: { status: FileChange["status"]; oldPath: string; path: string }[] = [];
  let at = 0;
  while (parts[at]?.startsWith(":")) {
    const letter = parts[at]?.split(" ")[4]?.charAt(0) ?? "";
    const oldPath = parts[at + 1] ?? "";
    const isRename = letter === "R";
    const path = isRename ? (parts[at + 2] ?? "") : oldPath;
    named.push({ status: STATUS[letter] ?? "modified", oldPath, path });
    at += isRename ? 3 : 2;
  }
  const counts: { addedLines: number; removedLines: number }[] = [];
  while (at < parts.length) {
    const [added = "", removed = "", path = ""] = (parts[at] ?? "").split("\t");
    counts.push({ addedLines: count(added), removedLines: count(removed) });
    at += path === "" ? 3 : 1;
  }
  return named.map(({ status, oldPath, path }, index) => {
    const { addedLines, removedLines } = counts[index] ?? { addedLines: 0, removedLines: 0 };
    return { status, oldPath, path, addedLines, removedLines };
  });
}

/** Git writes `-` for a binary file. */
function count(text: string): number {
  return text === "-" ? 0 : Number.parseInt(text, 10) || 0;
}

/** Lines of files at a commit: what git says would be added to an empty tree. */
export async function linesOf(
  site: Site,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, number>> {
  const lines = new Map<string, number>();
  const empty = EMPTY_TREE[site.objectFormat];
  for (let at = 0; at < paths.length; at += PATHS_AT_ONCE) {
    const some = paths.slice(at, at + PATHS_AT_ONCE);
    const args = ["diff-tree", "-r", "-z", "--numstat", "--no-renames", "--no-textconv"];
    const { stdout } = await git(site.clean, [...args, empty, commit, "--", ...some]);
    for (const record of fields(stdout)) {
      const [added = "", , ...path] = record.split("\t");
      lines.set(path.join("\t"), count(added));
    }
  }
  return lines;
}
