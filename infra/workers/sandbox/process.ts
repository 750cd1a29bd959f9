import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { ProcessResult } from "@nightshift/agents/sandbox";
import { Unavailable } from "@nightshift/protocol/errors";
import { Capture } from "./capture.ts";
import { startMeter } from "./meter.ts";
import type { Meter, RunLimits } from "./meter.ts";

/** Pipes that a grandchild holds open are given up this long after the program itself ended. */
const PIPE_GRACE_MS = 250;
/** Of both streams together; nobody reads more, and draining it costs the machine of the house. */
const FLOOD_BYTES_MAX = 256 * 1024 ** 2;
/** Of a processor, on average since the last byte: less than this is waiting, not working. */
const WORKING_SHARE = 0.02;
/** Silences that one may be granted while it waits and does not work. */
const WAITING_SILENCES_MAX = 3;
/** What may be read from the status descriptor; a sandbox helper writes two short lines there. */
const STATUS_CHARACTERS_MAX = 16_384;

export type ProcessOptions = {
  cwd: string;
  env: Readonly<Record<string, string>>;
  wallMs: number;
  /** Milliseconds without a byte on either stream after which it counts as hung; null for never. */
  silenceMs: number | null;
  /** Of each stream; beyond it the middle is dropped and `cut` is set. */
  outputBytesMax: number;
  signal: AbortSignal;
  /** Standard output as it comes, whole characters; not bounded, so keep none of it. */
  onOutput?: (chunk: string) => void;
  /** Asked when it has been silent for its time: whether that is the quiet of work. */
  mayBeQuiet?: () => boolean;
  /** What the program wrote to descriptor 3 until it ended. */
  onStatus?: (text: string) => void;
  /** What the program reads from descriptor 4. */
  given?: Uint8Array;
  /** What it and all below it may use together, and the folders in which its bytes count. */
  use?: { limits: RunLimits; folders: readonly string[]; isFull?: () => boolean };
};

/**
 * Runs a program to its end, with no input, in a process group of its own that is killed with it.
 * A watchdog or an abort kills at once: the caller asked for an end, not for a farewell.
 * @throws Unavailable when the program cannot be started at all.
 */
export function runProcess(
  command: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const [program, ...args] = command;
  if (program === undefined) throw new Error("no program to run");
  if (options.signal.aborted) return Promise.resolve(neverStarted);
  const startedAtMs = performance.now();
  const stdout = new Capture(options.outputBytesMax);
  const stderr = new Capture(options.outputBytesMax);
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe", options.onStatus ? "pipe" : "ignore", given(options)],
  });
  if (options.given) hand(child, options.given);
  const watch = watchdogs(child, options);
  listen(child, { stdout, stderr, onBytes: (size) => watch.heard(size), ...options });
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      watch.stop();
      reject(new Unavailable(`cannot start ${program}`, { cause }));
    });
    ended(child, (exitCode, signal) => {
      watch.stop();
      resolve({
        exitCode,
        signal,
        timedOut: watch.timedOut(),
        silent: watch.silent(),
        stdout: stdout.text(),
        stderr: stderr.text(),
        cut: stdout.cut || stderr.cut,
        durationMs: Math.round(performance.now() - startedAtMs),
        ...watch.overLimit(),
      });
    });
  });
}

const neverStarted: ProcessResult = {
  exitCode: null,
  signal: "SIGKILL",
  timedOut: false,
  silent: false,
  stdout: "",
  stderr: "",
  cut: false,
  durationMs: 0,
};

type OverLimit = NonNullable<ProcessResult["overLimit"]>;

function watchdogs(child: ChildProcess, options: ProcessOptions) {
  let timedOut = false;
  let silent = false;
  let overLimit: OverLimit | null = null;
  let bytes = 0;
  const kill = () => killGroup(child);
  const overrun = (what: OverLimit) => {
    overLimit ??= what;
    kill();
  };
  const { use } = options;
  const meter = use && child.pid ? startMeter(child.pid, { ...use, onOverrun: overrun }) : null;
  const wall = setTimeout(() => {
    timedOut = true;
    kill();
  }, options.wallMs);
  const silence = watchSilence(options, meter, () => {
    silent = true;
    kill();
  });
  options.signal.addEventListener("abort", kill, { once: true });
  return {
    heard(size: number) {
      silence.heard();
      bytes += size;
      if (bytes > FLOOD_BYTES_MAX) overrun("output");
    },
    timedOut: () => timedOut,
    silent: () => silent,
    overLimit: () => (overLimit === null ? {} : { overLimit }),
    stop() {
      clearTimeout(wall);
      silence.stop();
      meter?.stop();
      options.signal.removeEventListener("abort", kill);
    },
  };
}

/**
 * Calls back when nothing was heard for long enough. Where the caller knows of work that makes no
 * output, it is given time as long as it uses the processor, or three times as much if it waits.
 */
function watchSilence(
  { silenceMs, mayBeQuiet }: ProcessOptions,
  meter: Meter | null,
  onSilent: () => void,
): { heard: () => void; stop: () => void } {
  if (silenceMs === null) return { heard: () => {}, stop: () => {} };
  let granted = 0;
  const timer = setTimeout(() => {
    const isWorking = meter !== null && meter.usedCpuMs() > silenceMs * WORKING_SHARE;
    granted = isWorking ? 0 : granted + 1;
    if (mayBeQuiet?.() && granted < WAITING_SILENCES_MAX) timer.refresh();
    else onSilent();
  }, silenceMs);
  return {
    heard() {
      granted = 0;
      timer.refresh();
    },
    stop: () => clearTimeout(timer),
  };
}

function given(options: ProcessOptions): "pipe" | "ignore" {
  return options.given ? "pipe" : "ignore";
}

/** A program that ended before it read has told why by its end. */
function hand(child: ChildProcess, bytes: Uint8Array): void {
  const pipe = child.stdio[4];
  if (!(pipe instanceof Writable)) return;
  pipe.on("error", () => {});
  pipe.end(bytes);
}

/** The group, not the leader alone; whoever left the group needs a PID namespace to be caught. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody is left in the group.
  }
}

function listen(
  child: ChildProcess,
  to: ProcessOptions & { stdout: Capture; stderr: Capture; onBytes: (size: number) => void },
): void {
  const decoder = new StringDecoder("utf8");
  child.stdout?.on("data", (chunk: Buffer) => {
    to.onBytes(chunk.length);
    to.stdout.add(chunk);
    to.onOutput?.(decoder.write(chunk));
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    to.onBytes(chunk.length);
    to.stderr.add(chunk);
  });
  let status = "";
  const { onStatus } = to;
  if (!onStatus) return;
  child.stdio[3]?.on("data", (chunk: Buffer) => {
    if (status.length < STATUS_CHARACTERS_MAX) status += chunk.toString("utf8");
  });
  child.once("close", () => onStatus(status));
}

/**
 * Once the program has ended its group is killed and its pipes are closed, whoever holds them. A
 * loop that was held up runs timers before it reads: what lies in the pipes by then is read first.
 */
function ended(
  child: ChildProcess,
  then: (exitCode: number | null, signal: NodeJS.Signals | null) => void,
): void {
  child.once("exit", () => {
    killGroup(child);
    const close = () => {
      for (const stream of child.stdio) stream?.destroy();
    };
    const giveUp = setTimeout(() => setImmediate(close), PIPE_GRACE_MS);
    child.once("close", () => clearTimeout(giveUp));
  });
  child.once("close", (exitCode, signal) => then(exitCode, signal));
}
