import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serveLog, type ServedLog } from "./served-log.ts";
import { layOut, type Stage } from "./stage.ts";
import { rowsOf } from "./rows.ts";

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const MAIN = here("../../cli/main.ts");
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;

/** Two implementers, one of them and the assessor in processes of their own. */
const AGENTS = [
  { name: "planner", role: "planner", workers: ["haiku"] },
  { name: "implementer", role: "implementer", workers: ["sonnet", "spare"] },
  { name: "implementer-b", role: "implementer", workers: ["gpt", "quiet"], process: "own" },
  { name: "verifier", role: "verifier" },
  { name: "assessor", role: "assessor", workers: ["haiku", "gpt-judge"], process: "own" },
  { name: "evolver", role: "evolver" },
];

export type Rehearsal = {
  stage: Stage;
  /** The process that serves the log, where one does. */
  gateway: ServedLog | undefined;
  /** Runs a command of Night Shift as this director, e.g. `run`; its progress goes to `onLine`. */
  nightshift: (args: readonly string[], how?: Running) => Promise<Ran>;
  /** Holds what happened against what was expected, in a process that knows only git and the log. */
  check(): Promise<{ ok: boolean; rows: unknown[] }>;
  close(options?: { keep?: boolean }): Promise<void>;
};

type Running = {
  onLine?: (line: string) => void;
  /** On top of the director's environment, e.g. a fail point. */
  env?: Readonly<Record<string, string>>;
  /** Told the process, so that it can be ended from outside. */
  onStart?: (process: { pid: number | undefined; kill(signal: NodeJS.Signals): void }) => void;
};

export type Ran = { code: number | null; stdout: string; stderr: string; peakBytes: number | null };

/** Lays out a director, a repository and a scripted model server; every command then is the real one. */
export async function openRehearsal(options: {
  seed: number;
  sandbox: "required" | "off";
  /** Only these rows; all of them where none is named. */
  rows?: readonly number[];
  /** Everybody in one process: for what is not about processes. */
  oneProcess?: boolean;
  /** The client library by which the log is reached, behind a gateway in another process. */
  log?: "esdb" | "kurrentdb" | undefined;
}): Promise<Rehearsal> {
  const { rows, oneProcess = false } = options;
  const backlog = rowsOf(options.seed).backlog.filter(({ row }) => rows?.includes(row) ?? true);
  const server = await startServer(options.seed);
  const stage = await layOut({
    sample: here("../sample"),
    backlog,
    modelServer: server.url,
    sandbox: options.sandbox,
    agents: oneProcess ? AGENTS.map((agent) => ({ ...agent, process: "shared" })) : AGENTS,
  });
  const served = options.log && (await serveLog(stage, options.log));
  const env = served ? { ...stage.env, NIGHTSHIFT_LOG: served.where } : stage.env;
  return {
    stage,
    gateway: served,
    nightshift: (args, how) => nightshift({ ...stage, env }, args, how),
    async check() {
      const log = join(stage.root, "state", "nightshift", "log.sqlite");
      const args = [here("check/main.ts"), "--log", log, "--repo", stage.repo, "--json"];
      const { stdout } = await run(process.execPath, args, { maxBuffer: OUTPUT_BYTES_MAX }).catch(
        // Exit code 1 says that a row is not as expected; the table is there all the same.
        (error: { stdout: string }) => error,
      );
      return JSON.parse(stdout);
    },
    async close({ keep = false } = {}) {
      server.stop();
      served?.stop();
      if (!keep) await rm(stage.root, { recursive: true, force: true });
    },
  };
}

async function startServer(seed: number): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, [here("server-main.ts"), String(seed), "0"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [url] = await Promise.race([
    once(lines, "line"),
    once(child, "exit").then(() => {
      throw new Error("the model server did not start");
    }),
  ]);
  return {
    url: String(url),
    stop() {
      child.stdin.destroy();
      child.kill("SIGTERM");
    },
  };
}

function nightshift(
  { repo, env }: Stage,
  args: readonly string[],
  { onLine = () => {}, env: more = {}, onStart = () => {} }: Running = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: repo, env: { ...env, ...more } });
    onStart({ pid: child.pid, kill: (signal) => void child.kill(signal) });
    let stdout = "";
    let stderr = "";
    const memory = watchMemory(child.pid);
    child.stdout.on(
      "data",
      (chunk: Buffer) => (stdout = `${stdout}${chunk.toString()}`.slice(-OUTPUT_BYTES_MAX)),
    );
    createInterface({ input: child.stderr }).on("line", (line) => {
      stderr = `${stderr}${line}\n`.slice(-OUTPUT_BYTES_MAX);
      onLine(line);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr, peakBytes: memory.stop() }));
  });
}

const LOOK_EVERY_MS = 100;

/** The most memory a process had resident, as the kernel tells it; null where it tells nothing. */
function watchMemory(pid: number | undefined): { stop(): number | null } {
  let peakBytes: number | null = null;
  const look = () => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      if (kilobytes !== undefined) peakBytes = Number(kilobytes) * 1_024;
    } catch {
      // It has ended, or this is no Linux: what was seen before stands.
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return peakBytes;
    },
  };
}
