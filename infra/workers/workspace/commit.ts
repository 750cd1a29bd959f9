import { git } from "./git.ts";
import type { Person } from "./git.ts";
import type { Site } from "./site.ts";

/** Who commits and when; the clock of a simulation tells other times than that of a real night. */
export type Committer = { person: Person; nowMs: () => number };

export const NIGHT_SHIFT: Person = { name: "Night Shift", email: "nightshift@localhost" };
const MESSAGE_CHARACTERS_MAX = 65_536;

/** Makes a commit of a tree; no branch moves. */
export async function commitTree(
  site: Site,
  { person, nowMs }: Committer,
  what: { tree: string; parents: readonly string[]; message: string },
): Promise<string> {
  const parents = what.parents.flatMap((parent) => ["-p", parent]);
  const { stdout } = await git(site.clean, ["commit-tree", what.tree, ...parents, "-F", "-"], {
    input: `${what.message.replaceAll("\0", "").slice(0, MESSAGE_CHARACTERS_MAX)}\n`,
    person: { ...person, atMs: nowMs() },
  });
  return stdout.trim();
}

/** The tree of a commit, or of the parent named by a suffix such as `^1`; null where none is. */
export async function treeOf(site: Site, commit: string): Promise<string | null> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{tree}`];
  const { code, stdout } = await git(site.clean, args, { answers: [0, 1] });
  return code === 0 ? stdout.trim() : null;
}
