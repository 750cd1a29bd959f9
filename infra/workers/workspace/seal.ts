import type { Sealed } from "@nightshift/agents/ports";
import { failpoint } from "../../log/failpoint.ts";
import { commitTree, treeOf } from "./commit.ts";
import type { Committer } from "./commit.ts";
import { diffCommits } from "./diff.ts";
import { git } from "./git.ts";
import { pointRef } from "./refs.ts";
import { screenChanges } from "./screen.ts";
import type { Site } from "./site.ts";

/**
 * Commits a worker's tree on its base. Only the tree counts: the index and the folder of git are
 * the house's and lie where no worker could write, so what the worker staged, committed or
 * configured has no say. Objects are written straight into the repository's store, where they are
 * inert until the ref of the attempt names the commit.
 */
export async function sealTree(
  site: Site,
  committer: Committer,
  clone: { tree: string; index: string; base: string; ref: string },
  message: string,
): Promise<Sealed | null> {
  const place = { ...site.clean, workTree: clone.tree, index: clone.index };
  const { present, absent } = await screenChanges(place);
  if (present.length + absent.length === 0) return null;
  await git(place, ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"], {
    input: [...absent, ...present].map((path) => `${path}\0`).join(""),
  });
  const [{ stdout }, baseTree] = await Promise.all([
    git(place, ["write-tree"]),
    treeOf(site, clone.base),
  ]);
  const tree = stdout.trim();
  if (tree === baseTree) return null;
  const commit = await commitTree(site, committer, { tree, parents: [clone.base], message });
  failpoint("effect:seal:before");
  const [diff] = await Promise.all([
    diffCommits(site, clone.base, commit),
    pointRef(site, clone.ref, commit),
  ]);
  failpoint("effect:seal:after");
  return { commit, files: diff.files, diff: diff.text };
}
