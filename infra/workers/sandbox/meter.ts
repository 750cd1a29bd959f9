import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What all processes of one run may use together. */
export type RunLimits = {
  memoryBytesMax: number;
  /** Processes and their threads. */
  processesMax: number;
  /** Of the folders that it may write to. */
  diskBytesMax: number;
};

/** What of it was overrun. */
type Overrun = "memory" | "processes" | "disk";

export type Meter = {
  /** Milliseconds of processor time that its processes have used since this was last asked. */
  usedCpuMs(): number;
  stop(): void;
};

const LOOK_EVERY_MS = 250;
/** A glance at the whole machine costs next to nothing, and calls for a look where it grows. */
const GLANCE_EVERY_MS = 50;
/** Looking takes a twentieth of the time at most, however many processes there are. */
const REST_FACTOR = 20;
/** The disk is walked once this much of it is gone; a walk costs a second where files are many. */
const WALK_AFTER_BYTES = 128 * 1024 ** 2;
const WALK_ENTRIES_MAX = 400_000;
/** What is left for the director, unless less was free at the start: then half of that. */
const FREE_BYTES_MIN = 1024 ** 3;
const FREE_FILES_MIN = 10_000;
const PROCESSES_LOOKED_AT_MAX = 20_000;

/**
 * Looks four times a second at what a process and all below it use, and tells the first limit that
 * is used up or overrun. Between two looks a program may use more: limits of the kernel hold for one
 * process, these for all together, on machines that give ordinary users no control groups. Where
 * `/proc` is missing (macOS) nothing but the disk is looked at.
 */
export function startMeter(pid: number, { limits, folders, isFull, onOverrun }: Watched): Meter {
  let usedTicks = 0;
  let toldTicks = 0;
  const disks = folders.map((folder) => watchDisk(folder, limits.diskBytesMax));
  let tasksBefore = tasksOfMachine();
  const look = () => {
    const startedAtMs = performance.now();
    const { pids, threads, residentBytes, ticks } = use(pid);
    usedTicks = Math.max(usedTicks, ticks);
    if (threads >= limits.processesMax || isFull?.()) onOverrun("processes");
    // Pages that several processes share are counted for each of them: looked at again, exactly.
    else if (residentBytes > limits.memoryBytesMax && ownBytes(pids) > limits.memoryBytesMax)
      onOverrun("memory");
    for (const disk of disks) disk(() => onOverrun("disk"));
    const tookMs = performance.now() - startedAtMs;
    tasksBefore = tasksOfMachine();
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(LOOK_EVERY_MS, tookMs * REST_FACTOR));
  };
  let timer = setTimeout(look, LOOK_EVERY_MS);
  const glances = setInterval(() => {
    if (tasksOfMachine() - tasksBefore > limits.processesMax / 2) look();
  }, GLANCE_EVERY_MS);
  return {
    usedCpuMs() {
      usedTicks = Math.max(usedTicks, use(pid).ticks);
      const ms = (usedTicks - toldTicks) * TICK_MS;
      toldTicks = usedTicks;
      return ms;
    },
    stop() {
      clearTimeout(timer);
      clearInterval(glances);
    },
  };
}

type Watched = {
  limits: RunLimits;
  folders: readonly string[];
  /** Whether the kernel refused it another process. */
  isFull?: () => boolean;
  onOverrun: (what: Overrun) => void;
};

/** `USER_HZ`, which Linux has fixed at 100 towards programs. */
const TICK_MS = 10;
const PAGE_BYTES = 4_096;

type Use = { pids: number[]; threads: number; residentBytes: number; ticks: number };

/** All below a process; whoever is orphaned inside a PID namespace stays below its first process. */
function use(root: number): Use {
  const total: Use = { pids: [], threads: 0, residentBytes: 0, ticks: 0 };
  const open = [root];
  while (open.length > 0 && total.pids.length < PROCESSES_LOOKED_AT_MAX) {
    const pid = open.pop() ?? root;
    const fields = statOf(pid);
    if (fields === null) continue;
    total.pids.push(pid);
    // utime, stime, and those of children that were waited for; num_threads; rss. The first here
    // is field 3.
    for (const field of [11, 12, 13, 14]) total.ticks += Number(fields[field] ?? 0);
    total.threads += Number(fields[17] ?? 0);
    total.residentBytes += Number(fields[21] ?? 0) * PAGE_BYTES;
    open.push(...childrenOf(pid));
  }
  return total;
}

/** Processes and threads of this machine, or 0 where it does not tell. */
function tasksOfMachine(): number {
  return Number(/\/(\d+) /.exec(read("/proc/loadavg") ?? "")?.[1] ?? 0);
}

function statOf(pid: number): string[] | null {
  const text = read(`/proc/${pid}/stat`);
  // The name of a program may hold spaces and brackets; what follows the last one does not.
  return text === null ? null : text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** Children hang on the thread that made them. */
function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`) ?? "").split(" ").filter(Boolean).map(Number),
  );
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Each page divided by those who share it; what may not be looked at is counted in full. */
function ownBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const told = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? "")?.[1];
    const resident = () => Number(statOf(pid)?.[21] ?? 0) * PAGE_BYTES;
    return sum + (told === undefined ? resident() : Number(told) * 1_024);
  }, 0);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}

/** Asks the file system, which costs nothing, and walks only when much of it is gone. */
function watchDisk(folder: string, bytesMax: number): (tell: () => void) => void {
  const atStart = freeOf(folder);
  if (atStart === null) return () => {};
  const bytesMin = Math.min(FREE_BYTES_MIN, atStart.bytes / 2);
  const filesMin = Math.min(FREE_FILES_MIN, atStart.files / 2);
  let walkedAt = atStart.bytes;
  let walking = false;
  const walk = async (tell: () => void) => {
    const bytes = await bytesBelow(folder, bytesMax);
    walking = false;
    if (bytes > bytesMax) tell();
  };
  return (tell) => {
    const free = freeOf(folder);
    if (free === null || walking) return;
    const gone = atStart.bytes - free.bytes;
    // Files that were removed and are held open are in no folder, but their place is taken.
    if (free.bytes < bytesMin || free.files < filesMin || gone > 2 * bytesMax) return tell();
    if (walkedAt - free.bytes < WALK_AFTER_BYTES) return;
    walking = true;
    walkedAt = free.bytes;
    void walk(tell);
  };
}

function freeOf(folder: string): { bytes: number; files: number } | null {
  try {
    const { bavail, bsize, ffree, files } = statfsSync(folder);
    // Some file systems have no fixed number of files, and tell none.
    return { bytes: bavail * bsize, files: files === 0 ? Infinity : ffree };
  } catch {
    return null;
  }
}

/** Bytes that the files below a folder take; it stops counting beyond the maximum. */
async function bytesBelow(root: string, bytesMax: number): Promise<number> {
  let bytes = 0;
  let entries = 0;
  const open = [root];
  while (open.length > 0 && bytes <= bytesMax && entries < WALK_ENTRIES_MAX) {
    const folder = open.pop() ?? root;
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      entries += 1;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) bytes += await allocated(path);
    }
  }
  return bytes;
}

async function allocated(path: string): Promise<number> {
  const stat = await lstat(path).catch(() => null);
  return (stat?.blocks ?? 0) * 512;
}
