import { existsSync, lstatSync, rmSync, utimesSync, writeFileSync } from "node:fs";
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
 * Makes a used tree exactly that of a commit. A worker had it: what the commit does not track is
 * removed, and what it tracks is written anew wherever the kernel noted a change since the house
 * last wrote its index, which lies out of the worker's reach. Size and times a worker can pretend,
 * the time of change (ctime) it cannot; a disk that keeps none has every file read and hashed.
 * @returns The tracked paths.
 */
export async function restoreTree(
  place: Place & { workTree: string; index: string },
  commit: string,
): Promise<string[]> {
  const args = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit];
  const paths = fields((await git(place, args)).stdout);
  const tracked = new Set(paths);
  await removeForeign(place.workTree, "", tracked, foldersOf(tracked));
  if (!keepsChangeTimes(dirname(place.index))) await rm(place.index, { force: true });
  if (existsSync(place.index)) await git(place, ["read-tree", "--reset", "-u", commit]);
  else await writeByContent(place, commit);
  return paths;
}

async function writeByContent(place: Place, commit: string): Promise<void> {
  await git(place, ["read-tree", commit]);
  await git(place, ["update-index", "-q", "--refresh"], { answers: [0, 1] });
  await git(place, ["checkout-index", "--all", "--force", "--index"]);
}

/** Whether setting the times of a file back leaves a trace, as it does on nearly every disk. */
function keepsChangeTimes(folder: string): boolean {
  const file = join(folder, "probe");
  writeFileSync(file, "");
  utimesSync(file, 1, 1);
  const { ctimeMs, mtimeMs } = lstatSync(file);
  rmSync(file);
  return ctimeMs !== mtimeMs;
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
