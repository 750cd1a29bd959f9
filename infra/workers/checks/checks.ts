import { randomUUID } from "node:crypto";
import { WorkerFailure } from "@nightshift/agents/ports";
import type { Environments } from "@nightshift/agents/environments";
import type { Checks } from "@nightshift/agents/ports";
import type { Clone, TestRun, Workspace } from "@nightshift/agents/ports";
import type { ProcessResult, Sandbox } from "@nightshift/agents/sandbox";
import { createEnvironments } from "./environment.ts";
import { readResults, tailOf } from "./results.ts";

/** Of why nothing was run, in a verdict; the rest is in what the run printed. */
const NOT_RUN_CHARS_MAX = 1_500;
/** A preparation that is refused one host often asks for many. */
const HOSTS_TOLD_MAX = 5;
/** Of each stream: the beginning and the end of a longer one are kept. */
const OUTPUT_BYTES_MAX = 4 * 1024 ** 2;
/** Of a report of coverage; some 30,000 files fit into it. */
const REPORT_CHARS_MAX = 4 * 1024 ** 2;

export type ChecksOptions = {
  workspace: Workspace;
  sandbox: Sandbox;
  /** Absolute folder of the house for prepared environments; it grows by one for each lock file. */
  cacheDir: string;
  /** Told each folder of an environment, so that the sandbox leaves it readable. */
  reveal?: (folder: string) => void;
};

/** Checks, and the environments they run in, for whoever works in a clone. */
export type HouseChecks = Checks & Environments;

/**
 * Runs commands of a repository in fresh checkouts inside the sandbox, without network but with a
 * loopback of their own. What a worker left in its clone has no part in it.
 */
export function createChecks({ workspace, sandbox, cacheDir, reveal }: ChecksOptions): HouseChecks {
  const environments = createEnvironments({ sandbox, cacheDir, reveal: reveal ?? (() => {}) });
  return {
    sandboxed: sandbox.kind !== "off",
    async prepare(clone, repo, { signal }) {
      const environment = await environments.attach(clone, repo, signal);
      if (environment.status === "ready") return environment;
      throw new WorkerFailure("sandbox", whyNotPrepared(environment.result));
    },
    async run(repo, commit, command, { wallMs, signal, measured, edits = [] }) {
      const name = `check-${randomUUID().slice(0, 8)}`;
      const clone = await workspace.open(repo.path, commit, name);
      try {
        const environment = await environments.attach(clone, repo, signal);
        if (environment.status === "failed") return notPrepared(environment.result);
        for (const { path, text } of edits) await clone.write(path, text);
        const line = measured?.command ?? command;
        const result = await sandbox.run(withPath(environment.programs, line), {
          cwd: clone.path,
          writable: [clone.path],
          network: false,
          env: environment.env,
          wallMs,
          silenceMs: null,
          outputBytesMax: OUTPUT_BYTES_MAX,
          signal,
        });
        const run = testRun(result, clone.path, environment.note);
        const report = measured ? await reportIn(clone, measured.report) : null;
        return report === null ? run : { ...run, report };
      } finally {
        await clone.close();
      }
    },
  };
}

/** A report is the tests' to write, and they are not trusted: a link or a flood is no report. */
async function reportIn(clone: Clone, path: string): Promise<string | null> {
  try {
    const text = await clone.read(path);
    if (text === null || text.length > REPORT_CHARS_MAX) return null;
    return text.replaceAll(`${clone.path}/`, "");
  } catch (error) {
    if (error instanceof WorkerFailure) return null;
    throw error;
  }
}

/** PATH is known only inside, so a shell puts the programs of the environment before it. */
function withPath(programs: readonly string[], command: string): string[] {
  if (programs.length === 0) return ["sh", "-c", command];
  const line = 'PATH="$1:$PATH"; export PATH; exec sh -c "$2"';
  return ["sh", "-c", line, "sh", programs.join(":"), command];
}

/** The place of the checkout differs from run to run and tells nobody anything. */
function testRun(result: ProcessResult, checkout: string, note: string | null): TestRun {
  const output = `${result.stdout}\n${result.stderr}`.replaceAll(checkout, ".");
  const tail = tailOf(
    result.overLimit ? `${output}\n[it went over its ${result.overLimit}]` : output,
  );
  return {
    exitCode: result.exitCode,
    timedOut: result.timedOut || result.silent,
    ...readResults(output),
    tail: note === null || result.exitCode === 0 ? tail : tailOf(`${tail}\n[${note}]`),
    durationMs: result.durationMs,
  };
}

function whyNotPrepared({ stdout, stderr, refusedHosts = [], overLimit }: ProcessResult): string {
  const hosts = refusedHosts.slice(0, HOSTS_TOLD_MAX).join(", ");
  const refused = hosts && `\nit may not reach ${hosts}: name them under workerHosts`;
  const over = overLimit ? `\nit went over its ${overLimit}` : "";
  const said = tailOf(`${stdout}\n${stderr}`);
  return tailOf(`the environment could not be prepared:\n${said}${refused}${over}`);
}

/** Nothing was tested: the counts are unknown and the exit code is that of the preparation. */
function notPrepared(result: ProcessResult): TestRun {
  const why = whyNotPrepared(result);
  return {
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    passed: null,
    failed: null,
    failures: [],
    successes: [],
    tail: why,
    durationMs: result.durationMs,
    notRun: why.slice(0, NOT_RUN_CHARS_MAX),
  };
}
