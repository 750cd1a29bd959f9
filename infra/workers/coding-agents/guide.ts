import { lstat } from "node:fs/promises";
import { join } from "node:path";

const GUIDE_BYTES_MAX = 64 * 1024;

/**
 * What a repository tells its agents, for a CLI that must not read the repository's settings: the
 * path of the first of these that is a plain file of a size that is read; null where none is.
 */
export async function guideOf(clone: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(clone, name);
    const file = await lstat(path).catch(() => null);
    if (file?.isFile() && file.size <= GUIDE_BYTES_MAX) return path;
  }
  return null;
}
