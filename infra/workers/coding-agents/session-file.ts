import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Of the end of a session's file; what matters of a failed turn is in its last lines. */
const SESSION_BYTES_MAX = 4 * 1024 * 1024;
/** `sessions/2026/11/21/rollout-….jsonl`. */
const DEPTH_MAX = 4;
const ENTRIES_MAX = 100;

/**
 * The lines of the newest session that a CLI wrote down below a folder of its private home; none
 * where there is no such file. The newest is the last by its path.
 */
export async function lastSession(folder: string, top: string): Promise<string[]> {
  const newest = (await filesBelow(folder, top)).sort().at(-1);
  return newest === undefined ? [] : (await endOf(newest)).split("\n");
}

/** The worker could write there: only plain folders and files are followed, and only a few. */
async function filesBelow(folder: string, top: string): Promise<string[]> {
  let folders = [folder];
  const files: string[] = [];
  for (let depth = 0; depth <= DEPTH_MAX; depth += 1) {
    const below: string[] = [];
    for (const folder of folders.slice(0, ENTRIES_MAX)) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const entry of entries.slice(0, ENTRIES_MAX)) {
        const path = join(folder, entry.name);
        if (depth === 0 && entry.name !== top) continue;
        if (entry.isDirectory()) below.push(path);
        if (entry.isFile() && entry.name.endsWith(".jsonl")) files.push(path);
      }
    }
    folders = below;
  }
  return files;
}

async function endOf(path: string): Promise<string> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, SESSION_BYTES_MAX);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(length),
      position: size - length,
    });
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await file.close();
  }
}
