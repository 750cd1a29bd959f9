import { availableParallelism } from "node:os";
import {
  type FileText,
  type RuleReader,
  unreadable,
} from "@nightshift/agents/verifier/rule-reader";
import type { Finding } from "@nightshift/agents/verifier/rules/finding";
import { Unavailable } from "@nightshift/protocol/errors";
import { ReadingProcess } from "./reading-process.ts";

/** Most processes that read at once, however many attempts are verified. */
const PROCESSES_MAX = 2;
/** A file of 2,000,000 letters takes some seconds, on a busy machine some ten. */
const FILE_WALL_MS = 60_000;
/** What one change may take, its turns with others included. */
const CHANGE_WALL_MS = 300_000;
/** Most memory of a process's heap, in MiB; a file of 2,000,000 letters takes some hundred. */
const HEAP_MB = 512;
/** Processes end when they were not needed for so long, and give their memory back. */
const IDLE_MS = 30_000;
/** A process that ended may have been ended by others, as when memory is short. */
const TRIES_MAX = 2;

type Limits = {
  processes?: number;
  heapMb?: number;
  fileWallMs?: number;
  changeWallMs?: number;
};

/**
 * Reads files in processes of their own: what a file does to its reader ends there, and while large
 * ones are read the house goes on.
 */
export function createRuleReader(limits: Limits = {}): RuleReader & { close(): void } {
  const processes = limits.processes ?? Math.min(PROCESSES_MAX, availableParallelism());
  const { heapMb = HEAP_MB, fileWallMs = FILE_WALL_MS, changeWallMs = CHANGE_WALL_MS } = limits;
  const all = new Set<ReadingProcess>();
  const free: ReadingProcess[] = [];
  const waiting: (() => void)[] = [];
  let taken = 0;
  let idle: NodeJS.Timeout | undefined;
  let isClosed = false;

  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (taken === processes) await new Promise<void>((resolve) => void waiting.push(resolve));
    else taken += 1;
    clearTimeout(idle);
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else taken -= 1;
      if (taken === 0) idle = setTimeout(endAll, IDLE_MS).unref();
    }
  };
  const mustBeOpen = () => {
    if (isClosed) throw new Unavailable("the house was closed before the change was read");
  };
  const endAll = () => {
    for (const one of all) one.end();
    all.clear();
    free.length = 0;
  };
  const read = async (file: FileText, hosts: string[]): Promise<readonly Finding[]> => {
    for (let tries = 1; ; tries += 1) {
      const one = free.pop() ?? new ReadingProcess(heapMb);
      all.add(one);
      const told = await one.ask({ ...file, hosts }, fileWallMs);
      if ("findings" in told) {
        free.push(one);
        return told.findings;
      }
      all.delete(one);
      mustBeOpen();
      if (told.isLate) return [unreadable(`it could not be read in ${fileWallMs / 1_000} s`)];
      if (tries === TRIES_MAX) return [unreadable(`it ended its reader: ${told.ended}`)];
    }
  };

  return {
    async read(files, { hosts, signal }) {
      const late = AbortSignal.timeout(changeWallMs);
      const known = [...hosts];
      const one = async (file: FileText) => {
        signal.throwIfAborted();
        mustBeOpen();
        if (late.aborted) return [unreadable("the change took too long to be read to its end")];
        return read(file, known);
      };
      return Promise.all(files.map((file) => inTurn(() => one(file))));
    },
    close() {
      isClosed = true;
      clearTimeout(idle);
      endAll();
    },
  };
}
