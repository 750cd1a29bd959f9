import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { ProcessResult } from "@nightshift/agents/ports";
import { Unavailable } from "@nightshift/protocol/errors";
import { Capture } from "./capture.ts";

/** Pipes that a grandchild holds open are given up this long after the program itself ended. */
const PIPE_GRACE_MS = 250;
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
  /** What the program wrote to descriptor 3 until it ended. */
  onStatus?: (text: string) => void;
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
    stdio: ["ignore", "pipe", "pipe", options.onStatus ? "pipe" : "ignore"],
  });
  const watch = watchdogs(child, options);
  listen(child, { stdout, stderr, onBytes: watch.heard, ...options });
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

function watchdogs(child: ChildProcess, options: ProcessOptions) {
  let timedOut = false;
  let silent = false;
  const kill = () => killGroup(child);
  const wall = setTimeout(() => {
    timedOut = true;
    kill();
  }, options.wallMs);
  const silence =
    options.silenceMs === null
      ? undefined
      : setTimeout(() => {
          silent = true;
          kill();
        }, options.silenceMs);
  options.signal.addEventListener("abort", kill, { once: true });
  return {
    heard: () => silence?.refresh(),
    timedOut: () => timedOut,
    silent: () => silent,
    stop() {
      clearTimeout(wall);
      clearTimeout(silence);
      options.signal.removeEventListener("abort", kill);
    },
  };
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
  to: ProcessOptions & { stdout: Capture; stderr: Capture; onBytes: () => void },
): void {
  const decoder = new StringDecoder("utf8");
  child.stdout?.on("data", (chunk: Buffer) => {
    to.onBytes();
    to.stdout.add(chunk);
    to.onOutput?.(decoder.write(chunk));
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    to.onBytes();
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

/** Once the program has ended its group is killed and its pipes are closed, whoever holds them. */
function ended(
  child: ChildProcess,
  then: (exitCode: number | null, signal: NodeJS.Signals | null) => void,
): void {
  child.once("exit", () => {
    killGroup(child);
    const giveUp = setTimeout(() => {
      for (const stream of child.stdio) stream?.destroy();
    }, PIPE_GRACE_MS);
    child.once("close", () => clearTimeout(giveUp));
  });
  child.once("close", (exitCode, signal) => then(exitCode, signal));
}
