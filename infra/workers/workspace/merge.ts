import type { Merge } from "@nightshift/agents/ports";
import { commitTree, treeOf } from "./commit.ts";
import type { Committer } from "./commit.ts";
import { fields, git } from "./git.ts";
import type { Site } from "./site.ts";

/** Merges a commit onto another in the object store: no working copy and no ref is touched. */
export async function mergeCommit(
  site: Site,
  committer: Committer,
  { onto, commit, message }: { onto: string; commit: string; message: string },
): Promise<Merge> {
  const [there, merged] = await Promise.all([
    isAncestor(site, commit, onto),
    mergeTrees(site, onto, commit),
  ]);
  if (there) return { status: "merged", commit: onto, alreadyThere: true };
  if (merged.status === "conflict") return merged;
  const parents = [onto, commit];
  const made = await commitTree(site, committer, { tree: merged.tree, parents, message });
  return { status: "merged", commit: made, alreadyThere: false };
}

/**
 * Takes the changes of a commit back on top of another; those of a merge are what it brought to
 * its first parent. Git 2.38 lets nobody name the base of such a merge, so three commits that
 * nothing will ever point to give the three trees the history in which that base is the base.
 */
export async function revertCommit(
  site: Site,
  committer: Committer,
  { onto, commit, message }: { onto: string; commit: string; message: string },
): Promise<Merge> {
  const [after, before, now] = await Promise.all([
    treeOf(site, commit),
    treeOf(site, `${commit}^1`).then((tree) => tree ?? emptyTree(site)),
    treeOf(site, onto),
  ]);
  if (after === null || now === null) throw new Error(`no such commit: ${commit} or ${onto}`);
  const staged = { person: committer.person, nowMs: () => 0 };
  const base = await commitTree(site, staged, { tree: after, parents: [], message: "base" });
  const parents = [base];
  const [ours, theirs] = await Promise.all([
    commitTree(site, staged, { tree: now, parents, message: "ours" }),
    commitTree(site, staged, { tree: before, parents, message: "theirs" }),
  ]);
  const merged = await mergeTrees(site, ours, theirs);
  if (merged.status === "conflict") return merged;
  if (merged.tree === now) return { status: "merged", commit: onto, alreadyThere: true };
  const made = await commitTree(site, committer, { tree: merged.tree, parents: [onto], message });
  return { status: "merged", commit: made, alreadyThere: false };
}

/** Whether `ancestor` is contained in `commit`. */
export async function isAncestor(site: Site, ancestor: string, commit: string): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", ancestor, commit];
  const { code } = await git(site.clean, args, { answers: [0, 1] });
  return code === 0;
}

type MergedTrees = { status: "clean"; tree: string } | { status: "conflict"; paths: string[] };

async function mergeTrees(site: Site, ours: string, theirs: string): Promise<MergedTrees> {
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"];
  const { code, stdout } = await git(site.clean, [...args, ours, theirs], { answers: [0, 1] });
  const [tree = "", ...paths] = fields(stdout);
  return code === 0 ? { status: "clean", tree } : { status: "conflict", paths };
}

async function emptyTree(site: Site): Promise<string> {
  const { stdout } = await git(site.clean, ["mktree"]);
  return stdout.trim();
}
