import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { REPOSITORY_FILE } from "../../config/repository.ts";
import type { RehearsalTask } from "./row.ts";

const git = promisify(execFile);

/** A fresh director with a fresh repository, in a folder that nothing else uses. */
export type Stage = {
  root: string;
  repo: string;
  /** What a process of this director runs with: a private home, no key of anyone. */
  env: Record<string, string>;
};

/** Lays out the sample library as git history, the backlog, and the director's settings. */
export async function layOut(options: {
  sample: string;
  backlog: readonly RehearsalTask[];
  modelServer: string;
  sandbox: "required" | "off";
  agents: unknown[];
}): Promise<Stage> {
  // The path is told to agents and kept in the log: nothing in it says what this is.
  const root = await mkdtemp(join(tmpdir(), "nightshift-"));
  const repo = join(root, "pocketful");
  const env = {
    // The sample runs under the Node that runs this, whatever the host has installed.
    PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
    HOME: join(root, "home"),
    XDG_CONFIG_HOME: join(root, "config"),
    XDG_STATE_HOME: join(root, "state"),
    XDG_CACHE_HOME: join(root, "cache"),
    LANG: "C.UTF-8",
    TZ: "UTC",
    REHEARSAL_KEY: "not-a-key",
  };
  await mkdir(env.HOME, { recursive: true });
  await cp(options.sample, repo, { recursive: true });
  await writeFile(join(repo, REPOSITORY_FILE), stringify(repositoryConfig(options.sandbox)));
  await history(repo);
  await writeFile(join(root, "backlog.yaml"), stringify(options.backlog.map(entry)));
  const folder = join(root, "config", "nightshift");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "config.yaml"), stringify(directorConfig(options)));
  return { root, repo, env };
}

function repositoryConfig(sandbox: "required" | "off") {
  return {
    name: "pocketful",
    test: 'node --test "test/*.test.ts"',
    merge: "when-green",
    sealed: ["scripts/**"],
    sandbox,
    parallel: 3,
    overlap: true,
  };
}

/** Two models of different makers, a spare one on an account of its own, and one that hangs. */
function directorConfig({ modelServer, agents }: { modelServer: string; agents: unknown[] }) {
  const key = { apiKeyEnv: "REHEARSAL_KEY" };
  const openai = { kind: "openai", baseUrl: `${modelServer}/v1`, ...key };
  const anthropic = { kind: "anthropic", baseUrl: modelServer, ...key };
  return {
    timeZone: "UTC",
    budget: { dayUsd: 20, weekTokens: 20_000_000 },
    workers: [
      { name: "sonnet", model: "claude-sonnet-5-5", account: "anthropic", ...anthropic },
      { name: "gpt", model: "gpt-5", account: "openai", ...openai },
      { name: "spare", model: "gpt-5-mini", account: "spare", ...openai },
      { name: "quiet", model: "gpt-quiet", account: "quiet", family: "gpt", ...openai },
      { name: "haiku", model: "claude-haiku-5-5", account: "anthropic", ...anthropic },
      { name: "gpt-judge", model: "gpt-5-mini", account: "openai", ...openai },
    ],
    agents,
    // Half of this backlog are attacks and accidents: judged by ten in a row they would, rightly,
    // pull the quality brake, and the second half of the table would never be played.
    settings: { workerSilenceMs: 3_000, triesMax: 2, brakeWindowTasks: 50 },
  };
}

/** The library's history, as if it had grown: sources, then tests, then the rest. */
async function history(repo: string): Promise<void> {
  const run = (...args: string[]) =>
    git("git", ["-C", repo, ...args], {
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: "Pocketful",
        GIT_AUTHOR_EMAIL: "pocketful@localhost",
        GIT_COMMITTER_NAME: "Pocketful",
        GIT_COMMITTER_EMAIL: "pocketful@localhost",
      },
    });
  await run("init", "--quiet", "--initial-branch", "main");
  for (const [message, paths] of [
    ["Begin the library", ["package.json", "README.md", "src"]],
    ["Test what is there", ["test"]],
    ["Keep tests of known bugs", ["pending"]],
    ["Gate the length of modules", ["scripts"]],
    ["Let the night work here", [REPOSITORY_FILE]],
  ] as const) {
    await run("add", "--", ...paths);
    await run("commit", "--quiet", "-m", message);
  }
}

/** A task as a director writes it into a backlog file. */
function entry({ name, title, text, category, priority, output, ...rest }: RehearsalTask) {
  const { success, files, scope, model } = rest;
  return {
    name,
    title,
    text,
    category,
    priority,
    output,
    success,
    ...(files && { files }),
    ...(scope && { scope }),
    ...(model && { model }),
  };
}
