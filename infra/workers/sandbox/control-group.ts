import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A group of the kernel's for one run, whose processes it counts and holds to a maximum. */
export type ControlGroup = {
  /** The same command, begun inside. */
  entering(command: readonly string[]): string[];
  /** Whether another process was asked for and refused. */
  isFull(): boolean;
  /** Call it when all processes are gone; one that lingers leaves an empty folder for the next. */
  remove(): Promise<void>;
};

/** Where the kernel's counter of processes is: version 1, or 2 where nothing else is mounted. */
const PLACES = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"];
const NAME = "nightshift-";
const REMOVALS_MAX = 40;
const REMOVE_EVERY_MS = 25;

/**
 * Opens one, or answers null where the machine lets nobody but itself do so. It is for a house that
 * runs as root: there the kernel holds no program to a number of processes by any other means,
 * while for every other user the limit that `limited` sets is enough.
 * @param processesMax Processes and their threads, as the kernel counts.
 */
export function openControlGroup(
  processesMax: number,
  places: readonly string[] = PLACES,
): ControlGroup | null {
  for (const place of places) {
    const folder = join(place, `${NAME}${process.pid}-${randomUUID()}`);
    try {
      if (!existsSync(join(place, "cgroup.procs"))) continue;
      sweep(place);
      mkdirSync(folder);
      writeFileSync(join(folder, "pids.max"), String(processesMax), { flag: "r+" });
      return groupIn(folder);
    } catch {
      remove(folder);
    }
  }
  return null;
}

/** A shell moves itself, then becomes the command; what cannot enter is not started. */
const ENTER = 'echo $$ > "$0" && exec "$@"';

function groupIn(folder: string): ControlGroup {
  return {
    entering: (command) => ["/bin/sh", "-c", ENTER, join(folder, "cgroup.procs"), ...command],
    isFull() {
      const refused = /^max (\d+)$/m.exec(read(join(folder, "pids.events")))?.[1];
      return Number(refused ?? 0) > 0;
    },
    async remove() {
      for (let tries = 0; tries < REMOVALS_MAX && !remove(folder); tries += 1)
        await pause(REMOVE_EVERY_MS);
    },
  };
}

/** What a house that was killed left; one with a process in it cannot be removed. */
function sweep(place: string): void {
  for (const name of readdirSync(place).filter((entry) => entry.startsWith(NAME))) {
    const owner = /^nightshift-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) remove(join(place, name));
  }
}

/** @returns Whether it is gone. */
function remove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
