import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Clone } from "@nightshift/agents/ports";

const LOCK_FILES = new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "bun.lock",
  "uv.lock",
  "poetry.lock",
  "pdm.lock",
  "Pipfile.lock",
  "Cargo.lock",
  "go.sum",
  "Gemfile.lock",
  "composer.lock",
]);
/** What is asked for, where nothing says what was got. */
const MANIFEST = /^(?:package\.json|pyproject\.toml|setup\.(?:py|cfg)|requirements[\w.-]*\.txt)$/;
/** Files that make up one key; the largest workspaces have some hundred manifests. */
const FILES_MAX = 1_000;

/** Names the state of a commit's dependencies: same key, same environment. */
export async function lockKey(clone: Clone, prepareCommand: string): Promise<string> {
  const hash = createHash("sha256").update(prepareCommand);
  for (const path of await dependencyFiles(clone))
    hash.update(`\0${path}\0${(await clone.read(path)) ?? ""}`);
  return hash.digest("hex").slice(0, 32);
}

/** The first dependency file that is not the same in the working copy, or null. */
export async function differingLock(clone: Clone, workingCopy: string): Promise<string | null> {
  for (const path of await dependencyFiles(clone)) {
    const installed = await readFile(join(workingCopy, path), "utf8").catch(() => null);
    const wanted = await clone.read(path);
    if (wanted === installed) continue;
    const isPackage = basename(path) === "package.json";
    if (!isPackage || dependencies(wanted) !== dependencies(installed)) return path;
  }
  return null;
}

/** Lock files, or the manifests where the repository keeps no lock file. */
async function dependencyFiles(clone: Clone): Promise<string[]> {
  const tracked = await clone.list();
  const locks = tracked.filter((path) => LOCK_FILES.has(basename(path)));
  const files = locks.length > 0 ? locks : tracked.filter((path) => MANIFEST.test(basename(path)));
  return files.slice(0, FILES_MAX);
}

/** What a package.json depends on; its scripts may change without another installation. */
function dependencies(text: string | null): string | null {
  try {
    const manifest: unknown = JSON.parse(text ?? "");
    if (typeof manifest !== "object" || manifest === null) return null;
    const asked = Object.entries(manifest).filter(([key]) => /dependencies|overrides/i.test(key));
    return JSON.stringify(asked.sort(([a], [b]) => (a < b ? -1 : 1)));
  } catch {
    return text;
  }
}
