import { constants } from "node:fs";
import { lstat, mkdir, open, readFile, realpath, rm } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";

/** A file larger than this is no text that an agent reads or writes. */
export const FILE_BYTES_MAX = 10 * 1024 ** 2;
const PATH_CHARACTERS_MAX = 4_096;

/**
 * The parts of a path that a worker named, if it can only mean a place inside its clone.
 * @throws WorkerFailure `unusable-answer` for an absolute path, a `..`, a NUL, and whatever any
 * file system takes for `.git`.
 */
export function checkPath(path: string): string[] {
  const refuse = (why: string) => {
    throw new WorkerFailure("unusable-answer", `${JSON.stringify(path.slice(0, 200))} ${why}`);
  };
  if (path === "" || path.length > PATH_CHARACTERS_MAX) refuse("is no path");
  if (path.includes("\0")) refuse("holds a NUL");
  if (path.startsWith("/")) refuse("is absolute");
  const parts = path.split("/");
  for (const part of parts) {
    if (part === "" || part === ".") refuse("is not written plainly");
    if (part === "..") refuse("leaves the clone");
    if (isGitFolder(part)) refuse("lies in the folder of git");
  }
  return parts;
}

/** macOS ignores some characters, Windows trailing dots and spaces, streams and short names. */
export function isGitFolder(part: string): boolean {
  const bare = part.replaceAll(IGNORED_BY_MACOS, "").toLowerCase();
  return /^(?:\.git|git~\d+)[. ]*(?::.*)?$/.test(bare);
}

const IGNORED_BY_MACOS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Text of a file of the tree; null where there is none, or no text of a bearable size. */
export async function readInside(tree: string, path: string): Promise<string | null> {
  checkPath(path);
  const root = await realpath(tree);
  const target = await realpath(join(root, path)).catch(() => null);
  if (target === null) return null;
  if (!target.startsWith(`${root}${sep}`))
    throw new WorkerFailure("unusable-answer", `${path} leads out of the clone`);
  checkPath(target.slice(root.length + 1));
  const stat = await lstat(target);
  if (!stat.isFile() || stat.size > FILE_BYTES_MAX) return null;
  const bytes = await readFile(target);
  return looksBinary(bytes) ? null : bytes.toString("utf8");
}

/** Writes a file of the tree and the folders above it. @throws WorkerFailure as `Clone` says. */
export async function writeInside(tree: string, path: string, text: string): Promise<void> {
  await refuseLinks(tree, checkPath(path));
  if (Buffer.byteLength(text) > FILE_BYTES_MAX)
    throw new WorkerFailure("unusable-answer", `${path} would be larger than a text file`);
  const target = join(tree, path);
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    await mkdir(dirname(target), { recursive: true });
    const flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK;
    const file = await open(target, flags, 0o644);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (!isPathTrouble(cause)) throw cause;
    throw new WorkerFailure("unusable-answer", `${path} cannot be written there`, { cause });
  }
}

/** Removes a file or a folder of the tree; nothing where there is none. */
export async function removeInside(tree: string, path: string): Promise<void> {
  const parts = checkPath(path);
  await refuseLinks(tree, parts.slice(0, -1));
  await rm(join(tree, path), { recursive: true, force: true });
}

/** Git and this file agree on what is binary: a NUL among the first 8,000 bytes. */
function looksBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8_000).includes(0);
}

async function refuseLinks(tree: string, parts: readonly string[]): Promise<void> {
  for (let length = 1; length <= parts.length; length++) {
    const path = parts.slice(0, length).join("/");
    const stat = await lstat(join(tree, path)).catch(() => null);
    if (stat === null) return;
    if (stat.isSymbolicLink())
      throw new WorkerFailure(
        "unusable-answer",
        `${path} is a link; nothing is written through it`,
      );
  }
}

/** The answer asked for something that file systems do not do, rather than the disk failing. */
function isPathTrouble(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const codes = ["EISDIR", "ENOTDIR", "EEXIST", "ENAMETOOLONG", "ELOOP", "ENXIO", "EINVAL"];
  return codes.includes(code);
}
