import { randomUUID } from "node:crypto";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clone } from "@nightshift/agents/ports";
import type { Committer } from "./commit.ts";
import { fields, git } from "./git.ts";
import { readInside, removeInside, writeInside } from "./paths.ts";
import { removeTree } from "./remove.ts";
import { sealTree } from "./seal.ts";
import { configuration } from "./site.ts";
import type { Site } from "./site.ts";

/**
 * A clone for one attempt: `<folder>/tree` is the worker's, and all that decides what is committed
 * lies beside it, where the worker cannot write.
 */
export async function openClone(
  site: Site,
  committer: Committer,
  { parent, commit, attempt }: { parent: string; commit: string; attempt: string },
): Promise<Clone> {
  if (!/^[a-z0-9-]+$/.test(attempt)) throw new Error(`not an id: ${JSON.stringify(attempt)}`);
  const folder = join(parent, `${attempt.slice(0, 60)}-${randomUUID().slice(0, 8)}`);
  const tree = join(folder, "tree");
  const index = join(folder, "index");
  await mkdir(tree, { recursive: true });
  const place = { ...site.clean, workTree: tree, index };
  try {
    await git(place, ["read-tree", "--reset", "-u", commit]);
    await layVisibleGit(site, { tree, index, commit });
  } catch (error) {
    await removeTree(folder);
    throw error;
  }
  return {
    path: tree,
    base: commit,
    async list() {
      const { stdout } = await git(place, ["ls-files", "-z"]);
      return fields(stdout).sort();
    },
    read: (path) => readInside(tree, path),
    write: (path, text) => writeInside(tree, path, text),
    remove: (path) => removeInside(tree, path),
    seal: (message) => {
      const ref = `refs/nightshift/attempts/${attempt}`;
      return sealTree(site, committer, { tree, index, base: commit, ref }, message);
    },
    close: () => removeTree(folder),
  };
}

/**
 * The folder of git that the worker sees: enough for `git status`, `git diff` and `git log`. The
 * house never reads it.
 */
async function layVisibleGit(
  site: Site,
  { tree, index, commit }: { tree: string; index: string; commit: string },
): Promise<void> {
  const folder = join(tree, ".git");
  await mkdir(join(folder, "objects", "info"), { recursive: true });
  await mkdir(join(folder, "refs"));
  await mkdir(join(folder, "info"));
  const { objects, shallow } = site.clean;
  await Promise.all([
    writeFile(join(folder, "HEAD"), `${commit}\n`),
    writeFile(join(folder, "config"), configuration(site.objectFormat)),
    writeFile(join(folder, "info", "exclude"), "node_modules\n.venv\n"),
    writeFile(join(folder, "objects", "info", "alternates"), `${objects}\n`),
    copyFile(index, join(folder, "index")),
    ...(shallow ? [copyFile(shallow, join(folder, "shallow"))] : []),
  ]);
}
