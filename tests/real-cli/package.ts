import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "@nightshift/infra/sim/install-cli";

const run = promisify(execFile);

/** A library that others wrote and published with its tests: `node test`, by tape. */
const PUBLISHED = {
  name: "xtend",
  version: "4.0.2",
  integrity:
    "sha512-LKYU1iAXJXUgAXn9URjiu+MWhyUXHsvfp7mcuYm9dSUKK0/CjtrUwFAxD82/mCWbtLsGjFIad0wIsod4zrTAEQ==",
} as const;

const PACK_WALL_MS = 120_000;

/**
 * The package as it was published, in the folder that the agent CLIs are cached in.
 * @returns Path of the archive.
 */
async function fetchPackage(): Promise<string> {
  const known = await cachedPackage();
  if (known !== null) return known;
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(join(cacheFolder(), "package-unfinished-"));
  try {
    const asked = `${PUBLISHED.name}@${PUBLISHED.version}`;
    const args = ["pack", asked, "--pack-destination", folder, "--loglevel=error"];
    await run("npm", args, { timeout: PACK_WALL_MS });
    const archive = join(folder, `${PUBLISHED.name}-${PUBLISHED.version}.tgz`);
    if (!(await isIntact(archive))) throw new Error(`${asked} is not what was published`);
    await rename(archive, place());
    return place();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Path of the archive when it is in the cache and intact, else null. */
export async function cachedPackage(): Promise<string | null> {
  return (await isIntact(place())) ? place() : null;
}

/** Unpacks the archive into a folder that is there; the archive's own top folder is left out. */
export async function unpack(archive: string, folder: string): Promise<void> {
  await run("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"]);
}

function place(): string {
  return join(cacheFolder(), `${PUBLISHED.name}-${PUBLISHED.version}.tgz`);
}

async function isIntact(archive: string): Promise<boolean> {
  const bytes = await readFile(archive).catch(() => null);
  if (bytes === null) return false;
  const digest = createHash("sha512").update(bytes).digest("base64");
  return `sha512-${digest}` === PUBLISHED.integrity;
}

if (import.meta.main) process.stdout.write(`${await fetchPackage()}\n`);
