import { availableParallelism } from "node:os";
import {
  type FileText,
  type RuleReader,
  unreadable,
} from "@nightshift/agents/verifier/rule-reader";
import type { Finding } from "@nightshift/agents/verifier/rules/finding";
import { Unavailable } from "@nightshift/protocol/errors";
import { ReadingProcesses } from "./reading-processes.ts";
import { createTurns } from "./turns.ts";

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

const CHANGE_LATE = "the change took too long to be read to its end";

/** One change that is read: `until` ends every wait for it, `signal` or `late` says why. */
type Change = {
  hosts: string[];
  signal: AbortSignal;
  late: AbortSignal;
  until: AbortSignal;
};

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
  const turns = createTurns(processes);
  const readers = new ReadingProcesses(heapMb);
  let idle: NodeJS.Timeout | undefined;
  let isClosed = false;

  const mustBeOpen = () => {
    if (isClosed) throw new Unavailable("the house was closed before the change was read");
  };
  const read = async (file: FileText, { hosts, signal, late, until }: Change) => {
    for (let tries = 1; ; tries += 1) {
      // One that was idle may have been ended meanwhile: what a file does shows in a new one.
      const one = tries === 1 ? readers.take() : readers.start();
      const told = await one.ask({ ...file, hosts }, { wallMs: fileWallMs, signal: until });
      if ("findings" in told) {
        readers.giveBack(one);
        return told.findings;
      }
      signal.throwIfAborted();
      mustBeOpen();
      if (late.aborted) return [unreadable(CHANGE_LATE)];
      if (told.isLate) return [unreadable(`it could not be read in ${fileWallMs / 1_000} s`)];
      if (tries === TRIES_MAX) return [unreadable(`it ended its reader: ${told.ended}`)];
    }
  };
  const inTurn = async (file: FileText, change: Change): Promise<readonly Finding[]> => {
    if (!(await turns.begin(change.until))) {
      change.signal.throwIfAborted();
      return [unreadable(CHANGE_LATE)];
    }
    clearTimeout(idle);
    try {
      change.signal.throwIfAborted();
      mustBeOpen();
      if (change.late.aborted) return [unreadable(CHANGE_LATE)];
      return await read(file, change);
    } finally {
      if (turns.end()) idle = setTimeout(() => readers.endAll(), IDLE_MS).unref();
    }
  };

  return {
    async read(files, { hosts, signal }) {
      const late = AbortSignal.timeout(changeWallMs);
      const until = AbortSignal.any([signal, late]);
      const change = { hosts: [...hosts], signal, late, until };
      return Promise.all(files.map((file) => inTurn(file, change)));
    },
    close() {
      isClosed = true;
      clearTimeout(idle);
      readers.endAll();
    },
  };
}
