import type { Sealed } from "@nightshift/agents/ports";
import { failpoint } from "../../log/failpoint.ts";
import { commitTree, treeOf } from "./commit.ts";
import type { Committer } from "./commit.ts";
import { diffCommits, linesOf } from "./diff.ts";
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
  const paths = [...absent, ...present];
  const [lines, baseTree] = await Promise.all([
    linesOf(site, clone.base, paths),
    treeOf(site, clone.base),
    git(place, ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"], {
      input: paths.map((path) => `${path}\0`).join(""),
    }),
  ]);
  const tree = (await git(place, ["write-tree"])).stdout.trim();
  if (tree === baseTree) return null;
  const [commit, diff] = await Promise.all([
    recordTree(site, committer, { ...clone, tree }, message),
    diffCommits(site, clone.base, tree, lines),
  ]);
  return { commit, files: diff.files, diff: diff.text };
}

/** The commit that the ref of the attempt names from now on. */
async function recordTree(
  site: Site,
  committer: Committer,
  { tree, base, ref }: { tree: string; base: string; ref: string },
  message: string,
): Promise<string> {
  const commit = await commitTree(site, committer, { tree, parents: [base], message });
  failpoint("effect:seal:before");
  await pointRef(site, ref, commit);
  failpoint("effect:seal:after");
  return commit;
}
