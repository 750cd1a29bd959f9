import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { wayOut } from "@nightshift/infra/workers/sandbox/way-out";
import { unpack } from "./package.ts";

const MAIN = fileURLToPath(import.meta.resolve("@nightshift/infra/cli/main"));
const WALL_MS = 240_000;

export type Ran = { code: number | null; stdout: string; stderr: string };

/** A director with a private home, and a published package as a repository of one commit. */
export type Director = {
  root: string;
  home: string;
  /** Its folder for temporary files. */
  temporary: string;
  repo: string;
  /** Types a command of Night Shift, somewhere outside the repository. */
  nightshift(...args: string[]): Promise<Ran>;
  /** The same in another shell, in which neither key nor token is set. */
  inAnotherShell(...args: string[]): Promise<Ran>;
  git(...args: string[]): Promise<string>;
  /** Clones a branch afresh and runs the package's own tests there, without Night Shift. */
  testAt(branch: string): Promise<Ran>;
  /** Processes that still have anything to do with this director; empty where nobody can tell. */
  processes(): Promise<string[]>;
  /** Whether a text stands in any file that this director's nights left, other than by its own hand. */
  keeps(text: string): Promise<boolean>;
  close(): Promise<void>;
};

/**
 * @param cli Path of the agent CLI, which is all that a director would have on PATH beside Node.
 * @param signIn Variables with keys, tokens and addresses.
 */
export async function openDirector(
  { archive, cli }: { archive: string; cli: string },
  signIn: Readonly<Record<string, string>>,
): Promise<Director> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "nightshift-published-")));
  const [home, temporary, repo] = [join(root, "home"), join(root, "tmp"), join(root, "xtend")];
  for (const folder of [home, temporary, repo]) await mkdir(folder);
  const env = environmentIn(root, { home, temporary, cli });
  const git = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)("git", ["-C", repo, ...args], { env });
    return stdout.trim();
  };
  await unpack(archive, repo);
  await git("init", "--quiet", "--initial-branch", "main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "As published");
  return {
    root,
    home,
    temporary,
    repo,
    git,
    nightshift: (...args) => runIn(root, { ...env, ...signIn }, process.execPath, [MAIN, ...args]),
    inAnotherShell: (...args) => runIn(root, env, process.execPath, [MAIN, ...args]),
    async testAt(branch) {
      const fresh = await mkdtemp(join(root, "fresh-"));
      await git("clone", "--quiet", "--no-local", "--branch", branch, repo, fresh);
      const installed = await runIn(fresh, env, "npm", ["install", "--no-audit", "--no-fund"]);
      return installed.code === 0 ? runIn(fresh, env, "npm", ["test"]) : installed;
    },
    processes: () => processesOf(root),
    keeps: (text) => keeps(root, text),
    close: () => rm(root, { recursive: true, force: true }),
  };
}

/** Nothing of the environment that the test runs in but the way to programs and to the registry. */
function environmentIn(
  root: string,
  { home, temporary, cli }: { home: string; temporary: string; cli: string },
): Record<string, string> {
  return {
    ...wayOut(process.env).variables,
    PATH: [dirname(cli), dirname(process.execPath), process.env["PATH"] ?? ""].join(":"),
    HOME: home,
    TMPDIR: temporary,
    XDG_CONFIG_HOME: join(root, "config"),
    XDG_STATE_HOME: join(root, "state"),
    XDG_CACHE_HOME: join(root, "cache"),
    LANG: "C.UTF-8",
    TZ: "UTC",
    NO_COLOR: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Owner",
    GIT_AUTHOR_EMAIL: "owner@localhost",
    GIT_COMMITTER_NAME: "Owner",
    GIT_COMMITTER_EMAIL: "owner@localhost",
  };
}

function runIn(
  cwd: string,
  env: Record<string, string>,
  program: string,
  args: readonly string[],
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, timeout: WALL_MS });
    const told = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (told.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (told.stderr += chunk.toString()));
    child.stdin.end();
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...told }));
  });
}

/** Where the kernel tells it: whoever was started with this director's folders in the environment. */
async function processesOf(root: string): Promise<string[]> {
  const ids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const read = (file: string) => readFile(`/proc/${id}/${file}`, "utf8").catch(() => "");
      const [environment, command] = await Promise.all([read("environ"), read("cmdline")]);
      const words = command.split("\0");
      // Sandboxes of others hide the sockets that they find on the machine, this director's too.
      const names = words.some((word, at) => word.includes(root) && words[at - 1] !== "/dev/null");
      return names || environment.includes(root) ? [`${id} ${words.join(" ").slice(0, 200)}`] : [];
    }),
  );
  return found.flat();
}

async function keeps(root: string, text: string): Promise<boolean> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const bytes = await readFile(join(entry.parentPath, entry.name));
    if (bytes.includes(text)) return true;
  }
  return false;
}
