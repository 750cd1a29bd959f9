import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Enough to see that something changed in any repository; a larger one is looked at in part. */
const ENTRIES_MAX = 20_000;
const LOOKED_OVER = new Set(["node_modules", ".venv", "venv", "target", ".cache"]);

/**
 * A word for the state of a working tree: another one where a file was written, made or removed,
 * or a commit was made. It looks at times of change, which no program can set.
 */
export async function stampOf(root: string): Promise<string> {
  let entries = 0;
  let newestMs = 0;
  const open = [root];
  while (open.length > 0 && entries < ENTRIES_MAX) {
    const folder = open.pop() ?? root;
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (LOOKED_OVER.has(entry.name)) continue;
      entries += 1;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) open.push(path);
      else newestMs = Math.max(newestMs, (await lstat(path).catch(() => null))?.ctimeMs ?? 0);
    }
  }
  return `${entries} ${newestMs}`;
}
