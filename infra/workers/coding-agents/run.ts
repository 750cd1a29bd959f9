import { LimitReached, WorkerFailure } from "@nightshift/agents/ports";
import type { CodingAgent, ProcessResult } from "@nightshift/agents/ports";
import { mask } from "../models/mask.ts";
import type { CliSandbox } from "./binary.ts";
import type { PrivateHome } from "./home.ts";
import { readEvents } from "./json-events.ts";
import type { JsonEvent } from "./json-events.ts";
import { splitLines } from "./lines.ts";

/** Kept of what the CLI told; the rest is counted and dropped. */
const TRANSCRIPT_CHARACTERS_MAX = 4 * 1024 * 1024;
/** Standard output is read as it comes; this much is kept for when something went wrong. */
const OUTPUT_BYTES_MAX = 64 * 1024;
const NOTES_MAX = 1_000;
const NOTE_CHARACTERS_MAX = 160;

/** What a driver makes of one event. */
export type Heard = {
  /** A line of progress for the director. */
  note?: string;
  /** The rest is not worth waiting or paying for: the CLI is stopped. */
  stop?: boolean;
  /** Too many or too small to be kept in the transcript. */
  skip?: boolean;
};

export type CliRun = {
  sandbox: CliSandbox;
  home: PrivateHome;
  /** The program, by its real path, and its arguments; the prompt comes by standard input. */
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Never to be seen in a transcript, a note or an error. */
  secrets: readonly string[];
  request: Parameters<CodingAgent["work"]>[0];
  options: Parameters<CodingAgent["work"]>[1];
  hear: (event: JsonEvent) => Heard;
};

export type CliEnd = {
  result: ProcessResult;
  /** Whether the driver stopped it. */
  stopped: boolean;
  transcript: string;
};

/**
 * Runs an agent CLI in the sandbox to its end, event by event. The prompt goes through a file, as
 * an argument has a maximum that a large prompt exceeds, and standard input must not stay open.
 * @throws WorkerFailure `cancelled`, or `sandbox` when it could not be started.
 */
export async function runCli(run: CliRun): Promise<CliEnd> {
  const { home, request, options, secrets } = run;
  const controller = new AbortController();
  const signal = AbortSignal.any([options.signal, controller.signal]);
  const kept = keeper();
  kept.add(JSON.stringify({ type: "nightshift.prompt", prompt: request.prompt }));
  let notes = 0;
  const events = readEvents((event) => {
    const { note, stop = false, skip = false } = run.hear(event);
    if (!skip) kept.add(JSON.stringify(event));
    if (note !== undefined && (notes += 1) <= NOTES_MAX) options.onProgress(tidy(note, run));
    if (stop) controller.abort();
  });
  const lines = splitLines(events);
  await home.write("prompt", request.prompt);
  const { programs, env } = request.surroundings ?? { programs: [], env: {} };
  // PATH is known only inside, so a shell puts the programs of the repository before it.
  const script = 'prompt=$1; PATH="$2$PATH"; export PATH; shift 2; exec "$@" <"$prompt"';
  const first = programs.map((folder) => `${folder}:`).join("");
  const shell = ["/bin/sh", "-c", script, "sh", `${home.path}/prompt`, first, ...run.command];
  const result = await run.sandbox.run(shell, {
    cwd: request.clone,
    writable: [request.clone, home.path],
    network: true,
    env: { ...env, ...home.env, ...run.env },
    wallMs: request.wallMs,
    silenceMs: request.silenceMs,
    outputBytesMax: OUTPUT_BYTES_MAX,
    signal,
    onOutput: lines.feed,
  });
  lines.end();
  if (options.signal.aborted) throw new WorkerFailure("cancelled", "the work was cancelled");
  const complaint = result.stderr.trim();
  if (complaint !== "") kept.add(JSON.stringify({ type: "nightshift.stderr", text: complaint }));
  return { result, stopped: controller.signal.aborted, transcript: mask(kept.text(), secrets) };
}

/** What ended a CLI that did not tell of an end itself. */
export function silentEnd(
  { result }: CliEnd,
  { request, secrets }: Pick<CliRun, "request" | "secrets">,
): WorkerFailure {
  if (result.silent) return new WorkerFailure("hang", `no byte for ${request.silenceMs} ms`);
  if (result.timedOut) return new WorkerFailure("timeout", `not done after ${request.wallMs} ms`);
  const how = result.signal === null ? `with code ${result.exitCode}` : `by ${result.signal}`;
  const said = mask(result.stderr.trim(), secrets).slice(-300);
  return new WorkerFailure("crash", `it ended ${how} and told no result${said && `: ${said}`}`);
}

/** A limit or a failure that the CLI itself told by name. */
export function toldFailure(
  failure:
    | { kind: "limit"; resetsAtMs: number | null }
    | { kind: "sign-in" | "crash"; text: string },
  { account, secrets }: { account: string; secrets: readonly string[] },
): LimitReached | WorkerFailure {
  if (failure.kind === "limit") return new LimitReached(account, failure.resetsAtMs);
  return new WorkerFailure(failure.kind, mask(failure.text, secrets).slice(0, 300));
}

/** One line, without the path of the clone and without control characters. */
function tidy(note: string, { request, secrets }: CliRun): string {
  const short = mask(note, secrets).replaceAll(`${request.clone}/`, "");
  return short.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").slice(0, NOTE_CHARACTERS_MAX);
}

function keeper() {
  const lines: string[] = [];
  let size = 0;
  let dropped = 0;
  return {
    add(line: string) {
      if (size + line.length > TRANSCRIPT_CHARACTERS_MAX) dropped += 1;
      else {
        size += line.length + 1;
        lines.push(line);
      }
    },
    text: () =>
      [...lines, ...(dropped > 0 ? [JSON.stringify({ type: "nightshift.dropped", dropped })] : [])]
        .map((line) => `${line}\n`)
        .join(""),
  };
}
