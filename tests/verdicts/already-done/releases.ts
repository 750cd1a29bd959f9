import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "@nightshift/infra/sim/install-cli";
import { z } from "zod";

const run = promisify(execFile);
const PACK_WALL_MS = 300_000;

/** A line of a published changelog, the release that brought it and the one before it. */
const Pair = z.strictObject({
  package: z.string(),
  release: z.string(),
  before: z.string(),
  line: z.string(),
});

/**
 * `pairs` were chosen: lines on something new, none on tests, documents or the like. `drawn` are
 * whatever lines of twenty other packages begin with add, support, accept and the like, most of which
 * name nothing that could be looked for. Archives by name and version, with what npm says of their
 * bytes; they are fetched, never kept here.
 */
const Pairs = z.strictObject({
  licences: z.record(z.string(), z.string()),
  archives: z.record(z.string(), z.string()),
  pairs: z.array(Pair),
  drawn: z.array(Pair),
});

const known = Pairs.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "pairs.json"), "utf8")),
);
export const { pairs, drawn } = known;
export type Pair = z.infer<typeof Pair>;

/** Folder of an unpacked release; null where it was not fetched. */
export function releaseFolder(name: string, version: string): string | null {
  const folder = join(cacheFolder(), "releases", `${name}-${version}`);
  return existsSync(folder) ? folder : null;
}

/** Fetches all of them by npm, eleven megabytes, and holds each against its digest. */
async function fetchReleases(): Promise<void> {
  const folder = join(cacheFolder(), "releases");
  await mkdir(folder, { recursive: true });
  const missing = Object.entries(known.archives).filter(
    ([name]) => !existsSync(join(folder, name)),
  );
  if (missing.length === 0) return;
  const packed = await mkdtemp(join(cacheFolder(), "packed-"));
  try {
    const asked = missing.map(([name]) => name.replace(/-(?=\d+\.\d+\.\d+$)/, "@"));
    const args = ["pack", ...asked, "--pack-destination", packed, "--loglevel=error"];
    await run("npm", args, { timeout: PACK_WALL_MS });
    for (const [name, integrity] of missing) {
      const archive = join(packed, `${name}.tgz`);
      const digest = createHash("sha512")
        .update(await readFile(archive))
        .digest("base64");
      if (`sha512-${digest}` !== integrity) throw new Error(`${name} is not what was published`);
      const unpacked = await mkdtemp(join(packed, "release-"));
      await run("tar", ["-xzf", archive, "-C", unpacked, "--strip-components=1"]);
      await rename(unpacked, join(folder, name));
    }
  } finally {
    await rm(packed, { recursive: true, force: true });
  }
}

/** Relative paths of the files of a release, sorted. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

if (import.meta.main) {
  await fetchReleases();
  process.stdout.write(`${Object.keys(known.archives).length} releases are there\n`);
}
