import { LimitReached, WorkerFailure } from "@nightshift/agents/ports";
import type { CodingAgent } from "@nightshift/agents/ports";
import type { ProcessResult } from "@nightshift/agents/sandbox";
import { mask } from "../models/mask.ts";
import type { CliSandbox } from "./binary.ts";
import type { PrivateHome } from "./home.ts";
import { readEvents } from "./json-events.ts";
import type { JsonEvent } from "./json-events.ts";
import { splitLines } from "./lines.ts";
import { openRecord } from "./record.ts";

/** Standard output is read as it comes; this much is kept for when something went wrong. */
const OUTPUT_BYTES_MAX = 64 * 1024;

/** What a driver makes of one event. */
export type Heard = {
  /** A line of progress for the director. */
  note?: string;
  /** The rest is not worth waiting or paying for: the CLI is stopped. */
  stop?: boolean;
  /** Too many or too small to be kept in the transcript. */
  skip?: boolean;
};

export type CliStart = {
  sandbox: CliSandbox;
  home: PrivateHome;
  /** The program, by its real path, and its arguments. */
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Hosts of its model and of its sign-in: all that it may reach beside those of the settings. */
  hosts: readonly string[];
  /** Never to be seen in a transcript, a note or an error. */
  secrets: readonly string[];
  request: Parameters<CodingAgent["work"]>[0];
  options: Parameters<CodingAgent["work"]>[1];
  /** When it is over, whoever said so: the director, the wire, or who hears the CLI. */
  ended: AbortSignal;
  /** Ends it at once: its processes, and what its model still answers. */
  end: () => void;
  /** Asked when it was silent for its time: whether that is the quiet of a command at work. */
  mayBeQuiet?: () => boolean;
};

export type CliRun = CliStart & { hear: (event: JsonEvent) => Heard };

export type CliEnd = {
  result: ProcessResult;
  transcript: string;
};

/**
 * Runs an agent CLI in the sandbox to its end, event by event. The prompt goes through a file, as
 * an argument has a maximum that a large prompt exceeds, and standard input must not stay open.
 * @throws WorkerFailure `cancelled`, or `sandbox` when it could not be started.
 */
export async function runCli(run: CliRun): Promise<CliEnd> {
  const record = openRecord(run);
  const events = readEvents((event) => {
    const { note, stop = false, skip = false } = run.hear(event);
    if (!skip) record.keep(event);
    if (note !== undefined) record.note(note);
    if (stop) run.end();
  });
  const lines = splitLines(events);
  await run.home.write("prompt", run.request.prompt);
  const input = `${run.home.path}/prompt`;
  const result = await start(run, { input, onOutput: lines.feed });
  lines.end();
  const complaint = result.stderr.trim();
  if (complaint !== "") record.keep({ type: "nightshift.stderr", text: complaint });
  const { refusedHosts } = result;
  if (refusedHosts) record.keep({ type: "nightshift.refused-hosts", hosts: refusedHosts });
  return { result, transcript: record.transcript() };
}

/**
 * Starts a CLI with its standard input from a file or a named pipe.
 * @throws WorkerFailure `cancelled`, or `sandbox` when it could not be started.
 */
export async function start(
  run: CliStart,
  talk: { input: string; onOutput: (chunk: string) => void },
): Promise<ProcessResult> {
  const { home, request, options, ended } = run;
  const { programs, env } = request.surroundings ?? { programs: [], env: {} };
  // PATH is known only inside, so a shell puts the programs of the repository before it.
  const script = 'input=$1; PATH="$2$PATH"; export PATH; shift 2; exec "$@" <"$input"';
  const first = programs.map((folder) => `${folder}:`).join("");
  const result = await run.sandbox.run(
    ["/bin/sh", "-c", script, "sh", talk.input, first, ...run.command],
    {
      cwd: request.clone,
      writable: [request.clone, home.path],
      network: { hosts: run.hosts },
      commits: true,
      env: { ...env, ...home.env, ...run.env },
      wallMs: request.wallMs,
      silenceMs: request.silenceMs,
      outputBytesMax: OUTPUT_BYTES_MAX,
      signal: AbortSignal.any([options.signal, ended]),
      onOutput: talk.onOutput,
      mayBeQuiet: () => run.mayBeQuiet?.() === true || options.mayBeQuiet?.() === true,
    },
  );
  if (options.signal.aborted) throw new WorkerFailure("cancelled", "the work was cancelled");
  return result;
}

/** What ended a CLI that did not tell of an end itself. */
export function silentEnd(
  { result }: Pick<CliEnd, "result">,
  { request, secrets }: Pick<CliStart, "request" | "secrets">,
): WorkerFailure {
  if (result.silent) return new WorkerFailure("hang", `no byte for ${request.silenceMs} ms`);
  if (result.timedOut) return new WorkerFailure("timeout", `not done after ${request.wallMs} ms`);
  if (result.overLimit)
    return new WorkerFailure("sandbox", `it went over its ${result.overLimit}, and was ended`);
  const how = result.signal === null ? `with code ${result.exitCode}` : `by ${result.signal}`;
  const said = mask(result.stderr.trim(), secrets).slice(-300);
  return new WorkerFailure("crash", `it ended ${how} and told no result${said && `: ${said}`}`);
}

/** A limit or a failure that the CLI itself told by name. */
export function toldFailure(
  failure:
    | { kind: "limit"; resetsAtMs: number | null; why?: "network" }
    | { kind: "sign-in" | "crash"; text: string },
  { account, secrets }: { account: string; secrets: readonly string[] },
): LimitReached | WorkerFailure {
  if (failure.kind === "limit") return new LimitReached(account, failure.resetsAtMs, failure.why);
  return new WorkerFailure(failure.kind, mask(failure.text, secrets).slice(0, 300));
}
