import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Enough for a build with many workers; a fork bomb ends here. Counted inside alone. */
const PROCESSES_MAX = 4_096;
const FILE_BYTES_MAX = 2 * 1024 ** 3;
/** Of written memory of one process; V8 and Go reserve far more addresses than they ever use. */
const MEMORY_BYTES_MAX = 8 * 1024 ** 3;

/**
 * The same command under limits of the kernel, by `prlimit` of util-linux; unchanged without it.
 * @param countProcesses Outside a user namespace the kernel counts all processes of the director.
 */
export function limited(
  command: readonly string[],
  path: readonly string[],
  { countProcesses }: { countProcesses: boolean },
): string[] {
  const prlimit = findProgram("prlimit", path);
  if (prlimit === null) return [...command];
  return [
    prlimit,
    "--core=0",
    `--fsize=${FILE_BYTES_MAX}`,
    `--data=${MEMORY_BYTES_MAX}`,
    ...(countProcesses ? [`--nproc=${PROCESSES_MAX}`] : []),
    "--",
    ...command,
  ];
}

/** Absolute path of a program as a shell would find it, or null. */
export function findProgram(name: string, path: readonly string[]): string | null {
  const places = name.includes("/") ? [name] : path.map((folder) => join(folder, name));
  return places.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
