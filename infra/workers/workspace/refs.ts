import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { failpoint } from "../../log/failpoint.ts";
import { git } from "./git.ts";
import type { Place } from "./git.ts";
import type { Site } from "./site.ts";

/** Another git of the director may hold the lock of a ref for a moment. */
const LOCK_TRIES_MAX = 5;
const LOCK_WAIT_MS = 50;

/** The commit a ref stands at, or null. */
export async function resolveRef(site: Site, ref: string): Promise<string | null> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  const { code, stdout } = await git(site.own, args, { answers: [0, 1, 128] });
  return code === 0 ? stdout.trim() : null;
}

/**
 * Compare-and-set of a ref, as `Workspace.moveRef` promises.
 * @throws Refusal `not-allowed` when a working copy has the branch checked out.
 */
export async function moveRef(
  site: Site,
  ref: string,
  old: string | null,
  next: string,
): Promise<boolean> {
  const [copies] = await Promise.all([worktrees(site.own), refuseBadName(site, ref)]);
  const holder = copies.find(({ branch }) => branch === ref);
  if (holder)
    throw new Refusal("not-allowed", `${ref} is checked out in ${holder.path}; it is not moved`);
  failpoint("effect:move-ref:before");
  const moved = await setRef(site, ref, old, next);
  failpoint("effect:move-ref:after");
  return moved;
}

/** Points a ref of the house at a commit, wherever it stood. */
export async function pointRef(site: Site, ref: string, commit: string): Promise<void> {
  await git(site.own, ["update-ref", "--no-deref", ref, commit]);
}

export type Worktree = { path: string; head: string | null; branch: string | null };

/** Every working copy of a repository, the director's first. */
export async function worktrees(place: Place): Promise<Worktree[]> {
  const { stdout } = await git(place, ["worktree", "list", "--porcelain", "-z"]);
  const found: Worktree[] = [];
  for (const line of stdout.split("\0")) {
    const space = line.indexOf(" ");
    const [key, value] = space < 0 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)];
    const last = found.at(-1);
    if (key === "worktree") found.push({ path: value, head: null, branch: null });
    else if (key === "HEAD" && last) last.head = value;
    else if (key === "branch" && last) last.branch = value;
    else if (key === "bare") found.pop();
  }
  return found;
}

async function setRef(site: Site, ref: string, old: string | null, next: string): Promise<boolean> {
  const expected = old ?? "0".repeat(next.length);
  for (let attempt = 1; ; attempt++) {
    try {
      await git(site.own, ["update-ref", "--no-deref", ref, next, expected]);
      return true;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      if ((await resolveRef(site, ref)) !== old) return false;
      if (attempt >= LOCK_TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCK_WAIT_MS * attempt));
    }
  }
}

async function refuseBadName(site: Site, ref: string): Promise<void> {
  const plain = /^refs\/(?:heads|nightshift)\/[^-]/.test(ref);
  const { code } = await git(site.own, ["check-ref-format", ref], { answers: [0, 1] });
  if (!plain || code !== 0) throw new Refusal("not-allowed", `${ref} is no branch of ours to move`);
}
