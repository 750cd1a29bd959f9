import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { writeLog, type Entry } from "@nightshift/projections/written-log";
import { openLog } from "../log/sqlite/store.ts";
import { pathsOf, type Paths } from "../config/paths.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const WALL_MS = 20_000;

type Answer = { code: number | null; stdout: string; stderr: string };

type Started = {
  answer: Promise<Answer>;
  /** Resolves once standard error holds the words. */
  said: (words: string) => Promise<void>;
  /** The same of standard output. */
  saidOnStdout: (words: string) => Promise<void>;
  signal: (name: NodeJS.Signals) => void;
};

/** Where it runs, what its environment has besides, what is piped in, and its most time. */
type RunOptions = { cwd?: string; env?: Record<string, string>; input?: string; wallMs?: number };

/** A director with a private home and one repository, in a folder that nothing else uses. */
export type Director = {
  root: string;
  repo: string;
  paths: Paths;
  env: Record<string, string>;
  /** Runs the real command line, in the repository unless told otherwise, without a terminal. */
  nightshift(args: readonly string[], options?: RunOptions): Promise<Answer>;
  /** The same, for what is to be interrupted. */
  start(args: readonly string[]): Started;
  git(...args: string[]): Promise<string>;
  /** Writes a file of the repository. */
  write(path: string, text: string): void;
  read(path: string): string;
  /** Position of the last event of the log. */
  head(): Promise<bigint>;
  close(): void;
};

/** Files of the repository as of its first commit. */
const FILES = {
  "package.json": '{ "name": "small", "type": "module", "scripts": { "test": "node --test" } }\n',
  "index.js": "export const one = 1;\n",
};
const SETTINGS = "test: npm test\nsandbox: off\n";

/** @param files On top of a package with a test script; `null` leaves one out. */
export async function openDirector(
  files: Readonly<Record<string, string | null>> = {},
): Promise<Director> {
  const root = mkdtempSync(join(tmpdir(), "nightshift-cli-"));
  const repo = join(root, "small");
  const env = environmentIn(root);
  mkdirSync(env.HOME, { recursive: true });
  mkdirSync(repo);
  const git = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)("git", ["-C", repo, ...args], { env });
    return stdout.trim();
  };
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  };
  const all = { ...FILES, "nightshift.config.yaml": SETTINGS, ...files };
  for (const [path, text] of Object.entries(all)) if (text !== null) write(path, text);
  await git("init", "--quiet", "--initial-branch", "main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "Begin");
  const paths = pathsOf(env);
  return {
    root,
    repo,
    paths,
    env,
    nightshift: (args, { cwd = repo, env: more, input, wallMs } = {}) =>
      start(args, { env: { ...env, ...more }, cwd, input, wallMs }).answer,
    start: (args) => start(args, { env, cwd: repo }),
    git,
    write,
    read: (path) => readFileSync(join(repo, path), "utf8"),
    async head() {
      const store = await openLog(paths.log);
      const head = await store.head();
      await store.close();
      return head;
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Fills the director's log with what happened, as if a night had written it. */
export async function writeHistory({ paths }: Director, entries: readonly Entry[]): Promise<void> {
  const store = await openLog(paths.log);
  // All at once, so that the log writes them as one group: their order is that of the calls.
  await Promise.all(
    writeLog(entries).map((recorded) => {
      const { id, atMs, actor, causation, correlation, event, stream, revision } = recorded;
      const pending = { id, atMs, actor, causation, correlation, event };
      return store.append(stream, [pending], { revision, timeoutMs: 5_000 });
    }),
  );
  await store.close();
}

function environmentIn(root: string) {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: join(root, "home"),
    XDG_CONFIG_HOME: join(root, "config"),
    XDG_STATE_HOME: join(root, "state"),
    XDG_CACHE_HOME: join(root, "cache"),
    LANG: "C.UTF-8",
    TZ: "UTC",
    NO_COLOR: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Director",
    GIT_AUTHOR_EMAIL: "director@localhost",
    GIT_COMMITTER_NAME: "Director",
    GIT_COMMITTER_EMAIL: "director@localhost",
  };
}

function start(
  args: readonly string[],
  {
    env,
    cwd,
    input = "",
    wallMs = WALL_MS,
  }: {
    env: NodeJS.ProcessEnv;
    cwd: string;
    input?: string | undefined;
    wallMs?: number | undefined;
  },
): Started {
  const child = spawn(process.execPath, [MAIN, ...args], { env, cwd, timeout: wallMs });
  const told = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (told.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (told.stderr += chunk.toString()));
  // Who has ended already reads no more: what it answered is what counts.
  child.stdin.on("error", () => child.stdin.destroy());
  child.stdin.end(input);
  const answer = new Promise<Answer>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...told }));
  });
  const said = async (words: string) => {
    while (!told.stderr.includes(words)) await once(child.stderr, "data");
  };
  const saidOnStdout = async (words: string) => {
    while (!told.stdout.includes(words)) await once(child.stdout, "data");
  };
  return { answer, said, saidOnStdout, signal: (name) => void child.kill(name) };
}
