import { lstatSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fields, git } from "./git.ts";
import type { Place } from "./git.ts";
import { removeTree } from "./remove.ts";

/** Trees kept for the next clone of the same repository; as many as work at once, seldom more. */
const IDLE_MAX = 4;

/**
 * Trees of closed clones, to be used again: making two thousand files anew costs up to a second on
 * a disk where as many were removed, making sure of those that are there costs some milliseconds.
 */
export class Pool {
  readonly #idle = new Map<string, string[]>();

  take(repository: string): string | null {
    return this.#idle.get(repository)?.pop() ?? null;
  }

  /** @returns false when enough are kept, and the folder is still the caller's to remove. */
  give(repository: string, folder: string): boolean {
    const idle = this.#idle.get(repository) ?? [];
    if (idle.length >= IDLE_MAX) return false;
    this.#idle.set(repository, [...idle, folder]);
    return true;
  }

  /** Removes what is kept. */
  async drain(): Promise<void> {
    const folders = [...this.#idle.values()].flat();
    this.#idle.clear();
    for (const folder of folders) await removeTree(folder);
  }
}

/**
 * Makes a used tree exactly that of a commit. A worker had it, so nothing about it is believed:
 * what the commit does not track is removed, and what it tracks is read and hashed, whatever size
 * and times it pretends to have. The index is made new.
 */
export async function restoreTree(
  place: Place & { workTree: string; index: string },
  commit: string,
): Promise<void> {
  await rm(place.index, { force: true });
  const [{ stdout }] = await Promise.all([
    git(place, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]),
    git(place, ["read-tree", commit]),
  ]);
  const tracked = new Set(fields(stdout));
  await removeForeign(place.workTree, "", tracked, foldersOf(tracked));
  await git(place, ["update-index", "-q", "--refresh"], { answers: [0, 1] });
  await git(place, ["checkout-index", "--all", "--force", "--index"]);
}

function foldersOf(tracked: ReadonlySet<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of tracked) {
    for (let at = dirname(path); at !== "." && !folders.has(at); at = dirname(at)) folders.add(at);
  }
  return folders;
}

/** Removes links, pipes and files that a commit does not track, and second names of one file. */
async function removeForeign(
  root: string,
  folder: string,
  tracked: ReadonlySet<string>,
  folders: ReadonlySet<string>,
): Promise<void> {
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && folders.has(path)) await removeForeign(root, path, tracked, folders);
    else if (!tracked.has(path) || !isPlain(join(root, path))) await removeTree(join(root, path));
  }
}

function isPlain(path: string): boolean {
  const stat = lstatSync(path);
  return stat.isSymbolicLink() || (stat.isFile() && stat.nlink === 1);
}
