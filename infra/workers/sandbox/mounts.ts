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
  /** Whether commits may be made in a `.git` below one of these. */
  commits: boolean;
};

type Mount = { path: string; rank: number; args: string[] };

/**
 * The file system as a program inside sees it, as arguments of bubblewrap: everything read-only,
 * temporary folders its own, hidden folders empty, then what must be seen laid over them. An outer
 * folder is mounted before an inner one, so each path is ruled by the narrowest word said of it.
 * @throws WorkerFailure `sandbox` for a writable folder that is missing or would open a hidden one.
 */
export function mountArguments(view: View): string[] {
  const temporary = existing(TEMPORARY);
  const hidden = existing(view.hidden).filter((path) => path !== "/" && !temporary.includes(path));
  const closed = [...temporary, ...hidden];
  const mounts: Mount[] = [
    ...temporary.map((path) => mount(path, 0, tmpfs(TEMPORARY_BYTES_MAX, path))),
    ...hidden.map((path) => mount(path, 0, tmpfs(HIDDEN_BYTES_MAX, path))),
    ...existing(view.masked).map((path) => mount(path, 1, masked(path))),
    ...existing(view.readable)
      .filter((path) => !closed.some((folder) => contains(path, folder)))
      .filter((path) => closed.some((folder) => contains(folder, path)))
      .map((path) => mount(path, 2, ["--ro-bind", path, path])),
    ...view.writable.flatMap((folder) => writableMounts(folder, closed, view.commits)),
  ];
  mounts.sort((a, b) => depth(a.path) - depth(b.path) || a.rank - b.rank);
  return [
    ...words("--ro-bind / / --proc /proc --dev /dev"),
    ...kernelMounts(),
    ...tmpfs(SHARED_MEMORY_BYTES_MAX, "/dev/shm"),
    ...words("--remount-ro /dev"),
    ...mounts.flatMap(({ args }) => args),
    ...hidden.flatMap((path) => ["--remount-ro", path]),
  ];
}

/**
 * Whether nobody inside sees what lies at a path: it is gone, or in a folder that appears empty, and
 * in none that is shown again there.
 */
export function hiddenBy(view: Omit<View, "masked" | "commits">): (path: string) => boolean {
  const closed = existing([...TEMPORARY, ...view.hidden]);
  const shown = existing([...view.readable, ...view.writable]);
  return (path) => {
    const place = real(path);
    if (place === null) return true;
    const lies = (folders: string[]) => folders.some((folder) => contains(folder, place));
    return lies(closed) && !lies(shown);
  };
}

const TEMPORARY = ["/tmp", "/var/tmp"];

/** Folders in which the kernel is told what to do, and files in which it tells too much. */
const KERNEL_FOLDERS = ["/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/acpi"];
const KERNEL_FILES = ["/proc/sysrq-trigger", "/proc/kcore", "/proc/keys", "/proc/timer_list"];

/**
 * Where Night Shift runs as root, uid 1000 inside is root to these files outside, capabilities or
 * not: what is written to `core_pattern` would be run by the machine itself.
 */
function kernelMounts(): string[] {
  return [
    ...KERNEL_FOLDERS.filter(isFolder).flatMap((path) => ["--ro-bind", path, path]),
    ...KERNEL_FILES.filter((path) => real(path) !== null).flatMap(masked),
  ];
}

/**
 * The folder of git inside stays read-only: configuration and hooks are not for workers. Where it
 * is the worker's own, only these are: a mount cannot be moved or removed from inside, nor can the
 * folder of git itself, so nothing takes their place.
 */
function writableMounts(folder: string, closed: readonly string[], commits: boolean): Mount[] {
  const path = real(folder);
  if (path === null) throw new WorkerFailure("sandbox", `no such folder: ${folder}`);
  const opened = path === "/" ? "/" : closed.find((hidden) => contains(path, hidden));
  if (opened !== undefined)
    throw new WorkerFailure("sandbox", `${folder} would open ${opened}, which is hidden`);
  const git = real(join(path, ".git"));
  const guard = git !== null && contains(path, git) ? git : null;
  const kept = guard === null ? [] : commits ? GIT_KEPT.map((name) => join(guard, name)) : [guard];
  return [
    mount(path, 3, ["--bind", path, path]),
    ...(guard !== null && commits ? [mount(guard, 4, ["--bind", guard, guard])] : []),
    ...existing(kept).map((place) => mount(place, 5, ["--ro-bind", place, place])),
  ];
}

/** What of git's folder decides which programs run, where objects lie, and where a push goes. */
export const GIT_KEPT = ["config", "hooks", "info", "objects/info"];

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

function masked(path: string): string[] {
  return ["--ro-bind", "/dev/null", path];
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
