import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { type ReleasePair, releases } from "./releases.ts";

const root = dirname(dirname(import.meta.dirname));
const CACHE = join(root, "node_modules", ".cache", "nightshift-releases");
const FETCH_WALL_MS = 120_000;
const FETCHES_MAX = 4;
const FILE_BYTES_MAX = 400_000;
const LINE_CHARS_MAX = 2_000;
const runFile = promisify(execFile);

type Tree = ReadonlyMap<string, string>;
export type Fetched = { pair: ReleasePair; old: Tree; now: Tree };

const FETCH_AGAIN = "node tests/verdicts/fetch-releases.ts";
/** What a test has to say where the releases are missing. */
export const FETCH_FIRST = `fetch them once: ${FETCH_AGAIN}`;

/** Stands behind the title of what is skipped without them. */
export function unlessFetched(fetched: readonly Fetched[] | null): string {
  return fetched === null ? ` (${FETCH_FIRST})` : "";
}

/**
 * The releases that were fetched, with their texts by path; null where any of npm or PyPI is missing.
 * Those of Go are there on machines that have Go; where they are not, it is told.
 */
export function fetchedReleases(): Fetched[] | null {
  const needed = releases.filter(({ registry }) => registry !== "go");
  const isThere = (pair: ReleasePair) =>
    existsSync(folderOf(pair, pair.from)) && existsSync(folderOf(pair, pair.to));
  if (!needed.every(isThere)) return null;
  const without = releases.filter((pair) => !isThere(pair)).map(({ name }) => name);
  if (without.length > 0) {
    process.stderr.write(`without ${without.join(", ")}: they need Go, and ${FETCH_AGAIN}\n`);
  }
  return releases.filter(isThere).map((pair) => ({
    pair,
    old: readTree(folderOf(pair, pair.from)),
    now: readTree(folderOf(pair, pair.to)),
  }));
}

function folderOf({ registry, name }: ReleasePair, version: string): string {
  return join(CACHE, `${registry}-${name.replaceAll(/\W+/g, "-")}-${version}`);
}

const TEXT = /\.(?:[cm]?[jt]sx?|py|pyi|go|rb|java|rs|sh|md|json|ya?ml|toml|cfg|txt|html)$/;

/** What a person would have written: no bundles, no bytes, no version in a path. */
function readTree(folder: string): Tree {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(folder, name);
    if (!TEXT.test(name) || /\.min\.js$|\.dist-info\//.test(name)) continue;
    if (!statSync(path).isFile() || statSync(path).size > FILE_BYTES_MAX) continue;
    const text = readFileSync(path, "utf8");
    if (text.split("\n").some((line) => line.length > LINE_CHARS_MAX)) continue;
    files.set(relative(folder, path), text);
  }
  return files;
}

/** Fetches what is missing by each registry's own client; the reasons for what could not be. */
async function fetchReleases(): Promise<string[]> {
  await mkdir(CACHE, { recursive: true });
  const missing = releases
    .flatMap((pair) => [pair.from, pair.to].map((version) => ({ pair, version })))
    .filter(({ pair, version }) => !existsSync(folderOf(pair, version)));
  const failed: string[] = [];
  const fetchNext = async (): Promise<void> => {
    for (let next = missing.shift(); next; next = missing.shift()) {
      const { pair, version } = next;
      try {
        await fetchOne(pair, version);
      } catch (error) {
        const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
        failed.push(`${pair.registry} ${pair.name} ${version}: ${why}`);
      }
    }
  };
  await Promise.all(Array.from({ length: FETCHES_MAX }, fetchNext));
  return failed;
}

async function fetchOne(pair: ReleasePair, version: string): Promise<void> {
  const making = await mkdtemp(join(CACHE, "making-"));
  try {
    await fetchInto(making, pair, version);
    await rename(making, folderOf(pair, version));
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function fetchInto(
  folder: string,
  { registry, name }: ReleasePair,
  version: string,
): Promise<void> {
  const run = async (command: string, ...given: string[]) => {
    const options = { cwd: folder, encoding: "utf8", timeout: FETCH_WALL_MS } as const;
    return (await runFile(command, given, options)).stdout;
  };
  switch (registry) {
    case "npm": {
      await run("npm", "pack", "--ignore-scripts", "--loglevel=error", `${name}@${version}`);
      const packed = await onlyIn(folder);
      await run("tar", "-xzf", packed, "--strip-components=1");
      return rm(join(folder, packed));
    }
    case "pypi": {
      const python = process.env["NIGHTSHIFT_PYTHON"] || "python3";
      const asked = ["--no-deps", "--only-binary=:all:", `${name}==${version}`];
      await run(python, "-m", "pip", "download", "-q", ...asked);
      const packed = await onlyIn(folder);
      await run(python, "-m", "zipfile", "-e", packed, ".");
      return rm(join(folder, packed));
    }
    case "go": {
      const said = await run("go", "mod", "download", "-json", `${name}@${version}`);
      const { Dir } = z.object({ Dir: z.string() }).parse(JSON.parse(said));
      await cp(Dir, folder, { recursive: true, mode: 0 });
      await run("chmod", "-R", "u+w", ".");
    }
  }
}

async function onlyIn(folder: string): Promise<string> {
  const [name = ""] = await readdir(folder);
  return name;
}

if (import.meta.main) {
  const failed = await fetchReleases();
  for (const why of failed) process.stderr.write(`not fetched: ${why}\n`);
  const found = fetchedReleases();
  process.stdout.write(`${2 * (found?.length ?? 0)} releases are there\n`);
  process.exitCode = found === null ? 1 : 0;
}
