import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inspect } from "./repository.ts";

const WALL_MS = 60_000;

/**
 * Moves a branch that is checked out, as its owner would: `git merge --ff-only` in that working copy,
 * with the owner's own configuration. Only for what the director approved.
 * @returns false when the branch stands elsewhere, is checked out nowhere, or the copy is not clean.
 */
export async function fastForward(
  repo: string,
  ref: string,
  old: string,
  next: string,
): Promise<boolean> {
  const whole = await inspect(repo);
  if (!whole.isGit) return false;
  const tree = whole.worktrees.find(({ branch }) => branch === ref);
  if (tree === undefined) return false;
  const copy = await inspect(tree.path);
  if (!copy.isGit || !copy.clean || copy.head !== old) return false;
  try {
    await promisify(execFile)("git", ["merge", "--ff-only", next], {
      cwd: tree.path,
      timeout: WALL_MS,
    });
    return true;
  } catch {
    // Git says no, for instance because of a hook of the owner's: the branch stays where it is.
    return false;
  }
}
