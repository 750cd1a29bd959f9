import { randomUUID } from "node:crypto";
import { copyFile, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clone } from "@nightshift/agents/ports";
import type { Committer } from "./commit.ts";
import { fields, git } from "./git.ts";
import type { Place } from "./git.ts";
import { readInside, removeInside, writeInside } from "./paths.ts";
import { restoreTree } from "./pool.ts";
import type { Pool } from "./pool.ts";
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
  pool: Pool,
  { parent, commit, attempt }: { parent: string; commit: string; attempt: string },
): Promise<Clone> {
  if (!/^[a-z0-9-]+$/.test(attempt)) throw new Error(`not an id: ${JSON.stringify(attempt)}`);
  const folder = join(parent, `${attempt.slice(0, 60)}-${randomUUID().slice(0, 8)}`);
  const tree = join(folder, "tree");
  const index = join(folder, "index");
  const place = { ...site.clean, workTree: tree, index };
  const repository = site.clean.gitDir;
  const used = pool.take(repository);
  const restored = used === null ? null : await reuse(used, folder, place, commit);
  if (restored === null) await checkOut(place, commit);
  await layVisibleGit(site, { tree, index, commit });
  let isOpen = true;
  let listed = restored;
  return {
    path: tree,
    base: commit,
    async list() {
      listed ??= fields((await git(place, ["ls-files", "-z"])).stdout);
      return listed.toSorted();
    },
    read: (path) => readInside(tree, path),
    write: (path, text) => writeInside(tree, path, text),
    remove: (path) => removeInside(tree, path),
    seal: (message) => {
      listed = null;
      const ref = `refs/nightshift/attempts/${attempt}`;
      return sealTree(site, committer, { tree, index, base: commit, ref }, message);
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      if (!pool.give(repository, folder)) await removeTree(folder);
    },
  };
}

/** Who a worker's own commits are by; none of them leaves the clone. */
const WORKER = "[user]\n\tname = worker\n\temail = worker@localhost\n";

type TreePlace = Place & { workTree: string; index: string };

async function checkOut(place: TreePlace, commit: string): Promise<void> {
  await mkdir(place.workTree, { recursive: true });
  try {
    await git(place, ["read-tree", "--reset", "-u", commit]);
  } catch (error) {
    await removeTree(dirname(place.workTree));
    throw error;
  }
}

/** A used tree that cannot be made right is thrown away: null, else its tracked paths. */
async function reuse(
  used: string,
  folder: string,
  place: TreePlace,
  commit: string,
): Promise<string[] | null> {
  try {
    await rename(used, folder);
    return await restoreTree(place, commit);
  } catch {
    await Promise.all([removeTree(used), removeTree(folder)]);
    return null;
  }
}

/**
 * The folder of git that the worker sees: enough for `git status`, `git log` and commits of its
 * own. The house never reads it.
 */
async function layVisibleGit(
  site: Site,
  { tree, index, commit }: { tree: string; index: string; commit: string },
): Promise<void> {
  const folder = join(tree, ".git");
  await mkdir(join(folder, "objects", "info"), { recursive: true });
  for (const name of ["refs", "info", "hooks"]) await mkdir(join(folder, name));
  const { objects, shallow } = site.clean;
  await Promise.all([
    writeFile(join(folder, "HEAD"), `${commit}\n`),
    writeFile(join(folder, "config"), `${configuration(site.objectFormat)}${WORKER}`),
    writeFile(join(folder, "info", "exclude"), "node_modules\n.venv\n/venv\n"),
    writeFile(join(folder, "objects", "info", "alternates"), `${objects}\n`),
    copyFile(index, join(folder, "index")),
    ...(shallow ? [copyFile(shallow, join(folder, "shallow"))] : []),
  ]);
}
