import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Workspace } from "@nightshift/agents/ports";
import { openClone } from "./clone.ts";
import { NIGHT_SHIFT } from "./commit.ts";
import type { Committer } from "./commit.ts";
import { diffCommits } from "./diff.ts";
import { fields, git } from "./git.ts";
import type { Person } from "./git.ts";
import { isAncestor, mergeCommit, revertCommit } from "./merge.ts";
import { checkPath, FILE_BYTES_MAX } from "./paths.ts";
import { Pool } from "./pool.ts";
import { moveRef, resolveRef } from "./refs.ts";
import { removeTree } from "./remove.ts";
import { locate } from "./site.ts";
import type { Site } from "./site.ts";

export interface HouseWorkspace extends Workspace {
  /**
   * Removes clones that processes left which are no more; call it when a night starts.
   * @returns How many it removed.
   */
  sweep(): Promise<number>;
  /** Removes the trees kept for further clones; clones that are open stay. */
  close(): Promise<void>;
}

export type WorkspaceOptions = {
  /** Absolute folder of the house for clones and its own git folders; fastest on a memory disk. */
  root: string;
  /** Author and committer of every commit; Night Shift by default. */
  person?: Person;
  nowMs?: () => number;
  /** Told each folder of objects a clone borrows, so that a sandbox can leave it readable. */
  reveal?: (folder: string) => void;
};

/** Repositories remembered at once; a night works on far fewer. */
const SITES_MAX = 256;

/** Git on this machine, by its own program. */
export function createWorkspace(options: WorkspaceOptions): HouseWorkspace {
  const { root, person = NIGHT_SHIFT, nowMs = Date.now, reveal = () => {} } = options;
  const committer: Committer = { person, nowMs };
  const clones = join(root, "clones");
  const pool = new Pool();
  const sites = new Map<string, Promise<Site>>();
  const site = (repo: string) => remembered(sites, repo, () => locate(root, repo));

  return {
    async open(repo, commit, attempt) {
      const found = await site(repo);
      found.objectFolders.forEach(reveal);
      return openClone(found, committer, pool, {
        parent: join(clones, `${process.pid}`),
        commit,
        attempt,
      });
    },
    sweep: () => sweep(clones),
    close: () => pool.drain(),
    resolve: async (repo, ref) => resolveRef(await site(repo), ref),
    list: async (repo, commit) => listFiles(await site(repo), commit),
    show: async (repo, commit, path) => showFile(await site(repo), commit, path),
    diff: async (repo, from, to) => diffCommits(await site(repo), from, to),
    merge: async (repo, onto, commit, message) =>
      mergeCommit(await site(repo), committer, { onto, commit, message }),
    revert: async (repo, onto, commit, message) =>
      revertCommit(await site(repo), committer, { onto, commit, message }),
    moveRef: async (repo, ref, old, next) => moveRef(await site(repo), ref, old, next),
    contains: async (repo, commit, ancestor) => isAncestor(await site(repo), ancestor, commit),
  };
}

function remembered(
  sites: Map<string, Promise<Site>>,
  repo: string,
  find: () => Promise<Site>,
): Promise<Site> {
  const known = sites.get(repo);
  if (known) return known;
  if (sites.size >= SITES_MAX) sites.clear();
  const found = find();
  sites.set(repo, found);
  found.catch(() => sites.delete(repo));
  return found;
}

async function listFiles(site: Site, commit: string): Promise<string[]> {
  const args = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit];
  const { stdout } = await git(site.clean, args);
  return fields(stdout).sort();
}

/** A path that is no path of a tree names nothing there. */
async function showFile(site: Site, commit: string, path: string): Promise<string | null> {
  const name = checkPath(path).join("/");
  const { code, stdout, cut } = await git(site.clean, ["cat-file", "blob", `${commit}:${name}`], {
    answers: [0, 128],
    outputBytesMax: FILE_BYTES_MAX,
  });
  const isText = code === 0 && !cut && !stdout.slice(0, 8_000).includes("\0");
  return isText ? stdout : null;
}

async function sweep(clones: string): Promise<number> {
  await mkdir(clones, { recursive: true });
  const left = (await readdir(clones)).filter((name) => /^\d+$/.test(name) && isGone(Number(name)));
  for (const name of left) await removeTree(join(clones, name));
  return left.length;
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
