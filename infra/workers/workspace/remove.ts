import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

const REMOVE_WALL_MS = 120_000;
const run = promisify(execFile);

/**
 * Removes a tree that a worker filled, whatever it left: folders without permissions, and nests
 * deeper than a path can name. Links are removed, never followed.
 */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    const limits = { timeout: REMOVE_WALL_MS };
    await run("chmod", ["-R", "u+rwX", "--", folder], limits).catch(() => {});
    await run("rm", ["-rf", "--", folder], limits);
  }
}
