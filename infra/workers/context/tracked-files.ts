import { hash } from "node:crypto";
import { Unavailable } from "@nightshift/protocol/errors";
import { git, type Place } from "../workspace/git.ts";
import type { ObjectReader } from "./object-reader.ts";

/** A tracked file of a commit; the same content has the same id. */
export type TrackedFile = { path: string; id: string; bytes: number };

/** The files of a commit, sorted by path; `tree` tells one such list from another. */
export type Tracked = { commit: string; tree: string; files: readonly TrackedFile[] };

/** Files of one commit that are listed; beyond it is no repository that people work on. */
const FILES_MAX = 200_000;

/**
 * The files of a commit; links and submodules are none.
 * @param before A commit whose files are known: then git tells only what differs from it.
 */
export async function trackedFiles(
  place: Place,
  commit: string,
  objects: ObjectReader,
  before: Tracked | null = null,
): Promise<Tracked> {
  if (before?.commit === commit) return before;
  const files = (before && (await filesSince(place, before, commit, objects))) ?? null;
  return listOf(commit, files ?? (await allFiles(place, commit)));
}

function listOf(commit: string, all: readonly TrackedFile[]): Tracked {
  const files = all.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, FILES_MAX);
  const tree = hash("sha256", files.map(({ path, id }) => `${id} ${path}`).join("\0"));
  return { commit, tree, files };
}

async function allFiles(place: Place, commit: string): Promise<TrackedFile[]> {
  const listed = await git(place, ["ls-tree", "-r", "-z", "--long", commit]);
  const files: TrackedFile[] = [];
  for (const entry of listed.stdout.split("\0")) {
    const tab = entry.indexOf("\t");
    const [mode = "", , id = "", bytes = "0"] = entry.slice(0, tab).split(/ +/);
    if (tab < 0 || !isFile(mode)) continue;
    files.push({ path: entry.slice(tab + 1), id, bytes: Number(bytes) });
  }
  return files;
}

/** Null where git cannot tell, such as after the earlier commit was thrown away. */
async function filesSince(
  place: Place,
  before: Tracked,
  commit: string,
  objects: ObjectReader,
): Promise<TrackedFile[] | null> {
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"];
  let told: string;
  try {
    told = (await git(place, [...args, before.commit, commit])).stdout;
  } catch (error) {
    if (error instanceof Unavailable) return null;
    throw error;
  }
  const files = new Map(before.files.map((file) => [file.path, file]));
  const fresh: { path: string; id: string }[] = [];
  const parts = told.split("\0");
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, mode = "", , id = ""] = (parts[at] ?? "").split(" ");
    const path = parts[at + 1] ?? "";
    files.delete(path);
    if (isFile(mode)) fresh.push({ path, id });
  }
  const sizes = await objects.sizes(fresh.map(({ id }) => id));
  for (const [at, { path, id }] of fresh.entries()) {
    files.set(path, { path, id, bytes: sizes[at] ?? 0 });
  }
  return [...files.values()];
}

/** Neither a link nor a submodule, and not gone. */
function isFile(mode: string): boolean {
  return mode.startsWith("100");
}
