import { chmod, copyFile, mkdir, mkdtemp } from "node:fs/promises";
import { readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";
import { BadInput } from "@nightshift/protocol/errors";

export type PrivateHome = {
  path: string;
  /** What the CLI finds of itself and its surroundings; the sandbox adds the way to programs. */
  env: Record<string, string>;
  write(path: string, text: string): Promise<void>;
  /** Copies the CLI's own login in. @throws BadInput where there is none. */
  copyLogin(from: string, paths: readonly string[], mend: string): Promise<void>;
  /** Removes it with all that was copied into it. */
  close(): Promise<void>;
};

/**
 * A home folder for one run of a CLI: nothing of the director's own is seen, nothing is kept. Its
 * temporary folder lies inside it, for Codex refuses to work with a home below the temporary one.
 */
export async function openHome(parent: string = tmpdir()): Promise<PrivateHome> {
  const path = await realpath(await mkdtemp(join(parent, "nightshift-home-")));
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text, { mode: 0o600 });
  };
  await mkdir(join(path, "tmp"));
  return {
    path,
    env: {
      HOME: path,
      TMPDIR: join(path, "tmp"),
      XDG_CONFIG_HOME: join(path, ".config"),
      XDG_CACHE_HOME: join(path, ".cache"),
      XDG_DATA_HOME: join(path, ".local/share"),
      XDG_STATE_HOME: join(path, ".local/state"),
    },
    write,
    async copyLogin(from, paths, mend) {
      for (const name of paths) {
        const to = join(path, name);
        await mkdir(dirname(to), { recursive: true });
        await copyFile(join(from, name), to).catch((cause: unknown) => {
          throw new BadInput("the agent CLI is not signed in", join(from, name), mend, { cause });
        });
        await chmod(to, 0o600);
      }
    },
    close: () => removeTree(path),
  };
}

/** Folders in which a worker may have locked itself; more than this is not unlocked. */
const FOLDERS_MAX = 10_000;

/** @throws WorkerFailure `sandbox` when something of it stays: a login may lie in it. */
async function removeTree(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  await remove().catch(async () => {
    await unlock(path);
    await remove().catch((cause: unknown) => {
      throw new WorkerFailure("sandbox", "a private home could not be removed", { cause });
    });
  });
}

/** Makes folders removable again that the worker has taken the rights of. */
async function unlock(path: string): Promise<void> {
  const folders = [path];
  for (let i = 0; i < folders.length && i < FOLDERS_MAX; i += 1) {
    const folder = folders[i] ?? path;
    await chmod(folder, 0o700).catch(() => {});
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) if (entry.isDirectory()) folders.push(join(folder, entry.name));
  }
}
