import { lstat, mkdir, readdir, readlink, realpath, symlink } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Clone } from "@nightshift/agents/ports";

export type Linked = {
  env: Record<string, string>;
  /** Folders of programs that belong before the PATH. */
  programs: string[];
};

/** Packages of one workspace that get their own links. */
const PACKAGES_MAX = 1_000;
/** Tools write there, so each clone has its own. */
const SCRATCH = new Set([".cache", ".vite", ".vite-temp", ".vitest", ".tmp"]);

/**
 * Links installed dependencies into a clone. `node_modules` becomes a folder of links, because
 * tools write into it and links between the packages of one workspace must lead to the clone's
 * own; a Python environment becomes one link, and the clone's sources come before those it was
 * installed from. Whatever a commit tracks at such a place is left alone.
 */
export async function linkEnvironment(
  clone: Clone,
  from: string,
  reveal: (folder: string) => void,
): Promise<Linked> {
  const linked: Linked = { env: {}, programs: [] };
  const root = await realpath(from);
  const tracked = await clone.list();
  const packages = tracked.filter((path) => /(?:^|\/)package\.json$/.test(path));
  const folders = [".", ...packages.map(dirname)];
  for (const folder of [...new Set(folders)].slice(0, PACKAGES_MAX)) {
    const source = join(from, folder, "node_modules");
    const target = join(clone.path, folder, "node_modules");
    if (!(await isFolder(source)) || (await exists(target))) continue;
    // A preparation may have made a link of a folder above, and what is revealed must not follow.
    if ((await realpath(source)) !== join(root, folder, "node_modules")) continue;
    reveal(source);
    await linkPackages({ from, to: clone.path }, source, target);
  }
  for (const name of [".venv", "venv"]) {
    const source = join(from, name);
    if (!(await isFolder(source)) || (await exists(join(clone.path, name)))) continue;
    reveal(source);
    await symlink(source, join(clone.path, name));
    linked.env = {
      VIRTUAL_ENV: source,
      PYTHONPATH: [join(clone.path, "src"), clone.path].join(":"),
      PYTHONDONTWRITEBYTECODE: "1",
    };
    linked.programs.push(join(source, "bin"));
  }
  return linked;
}

type Trees = { from: string; to: string };

async function linkPackages(trees: Trees, source: string, target: string): Promise<void> {
  await mkdir(target);
  const entries = await readdir(source, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const inner = join(source, entry.name);
      const place = join(target, entry.name);
      if (SCRATCH.has(entry.name)) return;
      if (entry.name.startsWith("@") && entry.isDirectory())
        return linkPackages(trees, inner, place);
      return symlink(await targetOf(trees, inner, entry.isSymbolicLink()), place);
    }),
  );
}

/** A link to another package of the workspace leads to that package in the clone. */
async function targetOf({ from, to }: Trees, path: string, isLink: boolean): Promise<string> {
  if (!isLink) return path;
  const target = resolve(dirname(path), await readlink(path));
  const within = relative(from, target);
  const isOwn = !within.startsWith("..") && !within.split(sep).includes("node_modules");
  return isOwn ? join(to, within) : path;
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}
