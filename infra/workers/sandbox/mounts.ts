import { realpathSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";

/** Memory a program may fill with temporary files; they count as memory of the machine. */
const TEMPORARY_BYTES_MAX = 1024 ** 3;
const SHARED_MEMORY_BYTES_MAX = 256 * 1024 ** 2;
/** A hidden folder holds nothing but the places where something else is shown. */
const HIDDEN_BYTES_MAX = 1024 ** 2;

export type View = {
  /** Folders that appear empty. */
  hidden: readonly string[];
  /** Files that appear empty. */
  masked: readonly string[];
  /** Folders and files that stay readable though they lie below a hidden one. */
  readable: readonly string[];
  /** Folders that may be written to. */
  writable: readonly string[];
};

type Mount = { path: string; rank: number; args: string[] };

/**
 * The file system as a program inside sees it, as arguments of bubblewrap: everything read-only,
 * temporary folders its own, hidden folders empty, then what must be seen laid over them. An outer
 * folder is mounted before an inner one, so each path is ruled by the narrowest word said of it.
 * @throws WorkerFailure `sandbox` for a writable folder that is missing or would open a hidden one.
 */
export function mountArguments(view: View): string[] {
  const temporary = existing(["/tmp", "/var/tmp"]);
  const hidden = existing(view.hidden).filter((path) => path !== "/" && !temporary.includes(path));
  const closed = [...temporary, ...hidden];
  const mounts: Mount[] = [
    ...temporary.map((path) => mount(path, 0, tmpfs(TEMPORARY_BYTES_MAX, path))),
    ...hidden.map((path) => mount(path, 0, tmpfs(HIDDEN_BYTES_MAX, path))),
    ...existing(view.masked).map((path) => mount(path, 1, ["--ro-bind", "/dev/null", path])),
    ...existing(view.readable)
      .filter((path) => !closed.some((folder) => contains(path, folder)))
      .filter((path) => closed.some((folder) => contains(folder, path)))
      .map((path) => mount(path, 2, ["--ro-bind", path, path])),
    ...view.writable.flatMap((folder) => writableMounts(folder, closed)),
  ];
  mounts.sort((a, b) => depth(a.path) - depth(b.path) || a.rank - b.rank);
  return [
    ...words("--ro-bind / / --proc /proc --dev /dev"),
    ...tmpfs(SHARED_MEMORY_BYTES_MAX, "/dev/shm"),
    ...words("--remount-ro /dev"),
    ...mounts.flatMap(({ args }) => args),
    ...hidden.flatMap((path) => ["--remount-ro", path]),
  ];
}

/** The folder of git inside stays read-only: hooks and configuration are not for workers. */
function writableMounts(folder: string, closed: readonly string[]): Mount[] {
  const path = real(folder);
  if (path === null) throw new WorkerFailure("sandbox", `no such folder: ${folder}`);
  const opened = path === "/" ? "/" : closed.find((hidden) => contains(path, hidden));
  if (opened !== undefined)
    throw new WorkerFailure("sandbox", `${folder} would open ${opened}, which is hidden`);
  const git = real(join(path, ".git"));
  const guard = git !== null && contains(path, git) ? git : null;
  return [
    mount(path, 3, ["--bind", path, path]),
    ...(guard ? [mount(guard, 4, ["--ro-bind", guard, guard])] : []),
  ];
}

/**
 * What has to be readable for a program to start: the folder it really lies in, or, where it was
 * installed by a JavaScript package manager, the whole tree of packages it belongs to.
 */
export function homeOfProgram(program: string): string[] {
  const target = real(program);
  if (target === null) return [];
  const packages = [program, target].map(packageTree).filter((tree) => tree !== null);
  return [...packages, target.includes(`${sep}node_modules${sep}`) ? target : dirname(target)];
}

/** What has to be readable for a folder of a PATH to work. */
export function homeOfPathFolder(folder: string): string[] {
  const tree = packageTree(folder);
  if (tree !== null) return [tree];
  const library = join(dirname(folder), "lib", "node_modules");
  return folder.endsWith(`${sep}bin`) ? [folder, library] : [folder];
}

function packageTree(path: string): string | null {
  const at = `${path}${sep}`.indexOf(`${sep}node_modules${sep}`);
  return at < 0 ? null : path.slice(0, at + `${sep}node_modules`.length);
}

function tmpfs(bytes: number, path: string): string[] {
  return ["--size", String(bytes), "--tmpfs", path];
}

function mount(path: string, rank: number, args: string[]): Mount {
  return { path, rank, args };
}

/** Arguments that are written in one line because none holds a space. */
export function words(line: string): string[] {
  return line.split(" ");
}

/** Real paths of those that exist, each once. */
function existing(paths: readonly string[]): string[] {
  return [...new Set(paths.map(real).filter((path) => path !== null))];
}

/** The path without links, or null where there is nothing. */
export function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Whether `inner` is `outer` or lies below it; both absolute and without links. */
export function contains(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer === "/" ? "/" : `${outer}${sep}`);
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function depth(path: string): number {
  return path.split(sep).length;
}
