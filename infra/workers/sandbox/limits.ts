import { accessSync, constants } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import type { RunLimits } from "./meter.ts";

const FILE_BYTES_MAX = 2 * 1024 ** 3;
/** Of written memory of one process; V8 and Go reserve far more addresses than they ever use. */
const MEMORY_BYTES_MAX = 8 * 1024 ** 3;

/** Of all processes together; half of the machine, where that is less. */
const RUN_MEMORY_BYTES_MAX = 12 * 1024 ** 3;
/**
 * Processes and their threads. Builds and test runners start some for each processor; a fork bomb
 * ends here.
 */
const RUN_PROCESSES_MIN = 512;
const PROCESSES_FOR_EACH_PROCESSOR = 64;
const RUN_DISK_BYTES_MAX = 10 * 1024 ** 3;
/** The director's own programs come first. */
const NICENESS = 5;

/** What all processes of one run may use together on this machine. */
export function runLimits(): RunLimits {
  return {
    memoryBytesMax: Math.min(RUN_MEMORY_BYTES_MAX, totalmem() / 2),
    processesMax: Math.max(
      RUN_PROCESSES_MIN,
      PROCESSES_FOR_EACH_PROCESSOR * availableParallelism(),
    ),
    diskBytesMax: RUN_DISK_BYTES_MAX,
  };
}

/**
 * The same command under limits of the kernel, each for one process, by `prlimit` of util-linux;
 * unchanged without it. Processor time is bounded by the wall, and comes after the director's.
 * @param processesMax Of the user's processes and threads in this namespace; null outside of one,
 * where the kernel counts all of the director's. It holds for nobody who is root outside.
 */
export function limited(
  command: readonly string[],
  path: readonly string[],
  processesMax: number | null,
): string[] {
  const prlimit = findProgram("prlimit", path);
  const nice = findProgram("nice", path);
  if (prlimit === null) return [...command];
  return [
    ...(nice === null ? [] : [nice, "-n", String(NICENESS)]),
    prlimit,
    "--core=0",
    `--fsize=${FILE_BYTES_MAX}`,
    `--data=${MEMORY_BYTES_MAX}`,
    ...(processesMax === null ? [] : [`--nproc=${processesMax}`]),
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
