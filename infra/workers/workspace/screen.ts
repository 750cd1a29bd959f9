import { lstat, readlink, realpath } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";
import { fields, git } from "./git.ts";
import type { Place } from "./git.ts";
import { isGitFolder } from "./paths.ts";

/** What one attempt may change; more than that nobody reviews. */
const CHANGED_FILES_MAX = 5_000;
const CHANGED_BYTES_MAX = 50 * 1024 ** 2;
/** Repositories that a worker made inside its clone, e.g. by a project generator. */
const NESTED_MAX = 20;
const LIST_BYTES_MAX = 32 * 1024 ** 2;

export type Changed = { present: string[]; absent: string[] };

/**
 * What a worker changed in its tree, fit to be committed: regular files and links that stay
 * inside. Files of nested repositories count, their folders of git do not; ignored files do not.
 * @throws WorkerFailure `unusable-answer` for anything else.
 */
export async function screenChanges(place: Place & { workTree: string }): Promise<Changed> {
  const paths = await listChanges(place);
  if (paths.length > CHANGED_FILES_MAX)
    throw unusable(`${paths.length} files changed; at most ${CHANGED_FILES_MAX} are taken`);
  const changed: Changed = { present: [], absent: [] };
  const root = await realpath(place.workTree);
  let bytes = 0;
  for (const path of paths) {
    const stat = await lstat(join(root, path)).catch(() => null);
    // A folder stands where a file was: what is in it is listed by itself.
    if (stat === null || stat.isDirectory()) {
      changed.absent.push(path);
      continue;
    }
    if (stat.isSymbolicLink()) await refuseLinkOut(root, path);
    else if (!stat.isFile()) throw unusable(`${path} is neither a file nor a link`);
    bytes += stat.size;
    if (bytes > CHANGED_BYTES_MAX)
      throw unusable(`more than ${CHANGED_BYTES_MAX} bytes changed; that is not taken`);
    changed.present.push(path);
  }
  return changed;
}

async function listChanges(place: Place & { workTree: string }): Promise<string[]> {
  const args = ["-z", "--modified", "--deleted", "--others", "--exclude-standard"];
  const found = await listFiles(place, args);
  const paths = new Set<string>();
  const nested = found.filter((path) => path.endsWith("/"));
  for (const path of found) if (!path.endsWith("/")) paths.add(path);
  for (let at = 0; at < nested.length; at++) {
    if (nested.length > NESTED_MAX) throw unusable("too many repositories inside the repository");
    const folder = nested[at] ?? "";
    const index = `${place.index ?? place.gitDir}.none`;
    const inside = { ...place, workTree: join(place.workTree, folder), index };
    for (const path of await listFiles(inside, ["-z", "--others", "--exclude-standard"])) {
      if (path.endsWith("/")) nested.push(folder + path);
      else paths.add(folder + path);
    }
  }
  return [...paths].filter((path) => !path.split("/").some(isGitFolder));
}

async function listFiles(place: Place, args: readonly string[]): Promise<string[]> {
  const { stdout, cut } = await git(place, ["ls-files", ...args], {
    outputBytesMax: LIST_BYTES_MAX,
  });
  if (cut) throw unusable("far too many files changed");
  if (stdout.includes("\uFFFD")) throw unusable("the name of a changed file is not UTF-8");
  return fields(stdout);
}

/** Also refuses `..` after a name: that name may be a link, and the text then lies. */
async function refuseLinkOut(root: string, path: string): Promise<void> {
  const target = await readlink(join(root, path));
  const plain = normalize(target).replace(/\/$/, "") === target.replace(/\/$/, "");
  const lexical = normalize(join(dirname(path), target));
  const leaves = lexical === ".." || lexical.startsWith("../");
  const landed = await realpath(join(root, path)).catch(() => null);
  const inside = landed === null || landed === root || landed.startsWith(root + sep);
  const intoGit = lexical.split("/").some(isGitFolder);
  if (target.startsWith("/") || leaves || !plain || !inside || intoGit)
    throw unusable(`${path} is a link that leads out of the clone`);
}

function unusable(message: string): WorkerFailure {
  return new WorkerFailure("unusable-answer", message);
}
