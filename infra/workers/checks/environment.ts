import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clone } from "@nightshift/agents/ports";
import type { ProcessResult, Sandbox } from "@nightshift/agents/sandbox";
import { z } from "zod";
import { registriesOf } from "../sandbox/egress/registries.ts";
import { linkEnvironment } from "./links.ts";
import type { Linked } from "./links.ts";
import { differingLock, lockKey } from "./locks.ts";

const PREPARE_WALL_MS = 900_000;
const PREPARE_OUTPUT_BYTES_MAX = 1024 ** 2;
/** A preparation that failed is not tried again sooner: it may take minutes to fail. */
const PREPARE_AGAIN_MS = 300_000;

type Environment =
  | ({ status: "ready"; env: Record<string, string>; note: string | null } & Pick<
      Linked,
      "programs"
    >)
  | { status: "failed"; result: ProcessResult };

export interface Environments {
  /** Links the installed dependencies of a repository into a clone, read-only in the sandbox. */
  attach(
    clone: Clone,
    repo: { path: string; prepareCommand: string | null },
    signal: AbortSignal,
  ): Promise<Environment>;
}

type Options = {
  sandbox: Sandbox;
  cacheDir: string;
  reveal: (folder: string) => void;
};

/**
 * Environments of repositories: prepared once for each state of their lock files by the director's
 * command, the only run that has a network; or, where there is no such command, what is installed
 * in the director's working copy, if its lock files are those of the commit.
 */
export function createEnvironments({ sandbox, cacheDir, reveal }: Options): Environments {
  const inFlight = new Map<string, Promise<Prepared>>();
  const failed = new Map<string, { atMs: number; failure: Prepared & { status: "failed" } }>();
  return {
    async attach(clone, repo, signal) {
      if (repo.prepareCommand === null) {
        const lock = await differingLock(clone, repo.path);
        if (lock !== null) return nothing(`${lock} differs; no dependencies were attached`);
        return ready(await linkEnvironment(clone, repo.path, reveal), {});
      }
      const { prepareCommand } = repo;
      const key = await lockKey(clone, prepareCommand);
      const before = failed.get(key);
      if (before && performance.now() - before.atMs < PREPARE_AGAIN_MS) return before.failure;
      const known = inFlight.get(key);
      const preparing = known ?? prepare({ sandbox, cacheDir, clone, prepareCommand, key, signal });
      inFlight.set(key, preparing);
      try {
        const prepared = await preparing;
        if (prepared.status === "failed") {
          if (!signal.aborted) failed.set(key, { atMs: performance.now(), failure: prepared });
          return prepared;
        }
        failed.delete(key);
        reveal(prepared.home);
        const linked = await linkEnvironment(clone, prepared.tree, reveal);
        return ready(linked, cachesIn(prepared.home));
      } finally {
        if (inFlight.get(key) === preparing) inFlight.delete(key);
      }
    },
  };
}

function nothing(note: string): Environment {
  return { status: "ready", env: {}, programs: [], note };
}

function ready({ programs, env }: Linked, caches: Record<string, string>): Environment {
  return { status: "ready", env: { ...caches, ...env }, programs, note: null };
}

type Prepared =
  | { status: "prepared"; tree: string; home: string }
  | { status: "failed"; result: ProcessResult };

const Marker = z.strictObject({ folder: z.string().regex(/^[0-9a-f-]+$/) });

/**
 * Prepares where the environment will stay, because many write down where they are; the marker,
 * renamed into place at the end, makes it valid. Whoever comes second throws its own away.
 */
async function prepare(options: {
  sandbox: Sandbox;
  cacheDir: string;
  clone: Clone;
  prepareCommand: string;
  key: string;
  signal: AbortSignal;
}): Promise<Prepared> {
  const { cacheDir, key, clone } = options;
  const marker = join(cacheDir, `${key}.json`);
  const known = await readMarker(cacheDir, marker);
  if (known) return known;
  const name = `${key}-${randomUUID()}`;
  const prepared = placesIn(join(cacheDir, name));
  await mkdir(prepared.home, { recursive: true });
  await cp(clone.path, prepared.tree, { recursive: true, verbatimSymlinks: true });
  const result = await runPreparation(options, prepared);
  if (result.exitCode === 0) {
    await keepEnvironmentOnly(prepared.tree);
    const draft = join(cacheDir, `${name}.json`);
    await writeFile(draft, JSON.stringify({ folder: name }));
    const winner = await readMarker(cacheDir, marker);
    if (!winner) {
      await rename(draft, marker);
      return prepared;
    }
    await rm(draft);
  }
  await rm(join(cacheDir, name), { recursive: true, force: true });
  return (await readMarker(cacheDir, marker)) ?? { status: "failed", result };
}

function runPreparation(
  options: { sandbox: Sandbox; prepareCommand: string; signal: AbortSignal },
  { tree, home }: { tree: string; home: string },
): Promise<ProcessResult> {
  return options.sandbox.run(["sh", "-c", options.prepareCommand], {
    cwd: tree,
    writable: [tree, home],
    network: { hosts: registriesOf(process.env) },
    // Installers of git hooks would fail on the read-only folder of git.
    env: { HOME: home, HUSKY: "0" },
    wallMs: PREPARE_WALL_MS,
    silenceMs: null,
    outputBytesMax: PREPARE_OUTPUT_BYTES_MAX,
    signal: options.signal,
  });
}

async function readMarker(cacheDir: string, marker: string) {
  const text = await readFile(marker, "utf8").catch(() => null);
  if (text === null) return null;
  const { folder } = Marker.parse(JSON.parse(text));
  return placesIn(join(cacheDir, folder));
}

function placesIn(folder: string) {
  const status = "prepared" as const;
  return { status, tree: join(folder, "tree"), home: join(folder, "home") };
}

const KEPT = new Set(["node_modules", ".venv", "venv", "vendor"]);

/** Sources of the commit that was prepared go: no check may ever run against another's files. */
async function keepEnvironmentOnly(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (KEPT.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== ".git") {
      await keepEnvironmentOnly(path);
      if ((await readdir(path)).length > 0) continue;
    }
    await rm(path, { recursive: true, force: true });
  }
}

/** Caches that package managers keep in a home; they are read without a network, too. */
function cachesIn(home: string): Record<string, string> {
  const caches = { CARGO_HOME: ".cargo", GOMODCACHE: "go/pkg/mod", BUNDLE_PATH: ".bundle" };
  const found = Object.entries(caches).filter(([, folder]) => existsSync(join(home, folder)));
  return Object.fromEntries(found.map(([name, folder]) => [name, join(home, folder)]));
}
