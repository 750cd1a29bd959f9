import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "../config/director.ts";
import { pathFolders } from "../workers/sandbox/environment.ts";
import { findProgram } from "../workers/sandbox/limits.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A worker that could be set up here, and what tells so. */
export type FoundWorker = { worker: Worker; from: string };

const BY_KEY: readonly { variable: string; workers: readonly Worker[] }[] = [
  {
    variable: "ANTHROPIC_API_KEY",
    workers: [
      {
        name: "sonnet",
        kind: "anthropic",
        model: "claude-sonnet-4-5",
        account: "anthropic",
        apiKeyEnv: "ANTHROPIC_API_KEY",
      },
      {
        name: "haiku",
        kind: "anthropic",
        model: "claude-haiku-4-5",
        account: "anthropic",
        apiKeyEnv: "ANTHROPIC_API_KEY",
      },
    ],
  },
  {
    variable: "OPENAI_API_KEY",
    workers: [
      {
        name: "gpt",
        kind: "openai",
        model: "gpt-5",
        account: "openai",
        apiKeyEnv: "OPENAI_API_KEY",
      },
      {
        name: "gpt-mini",
        kind: "openai",
        model: "gpt-5-mini",
        account: "openai",
        apiKeyEnv: "OPENAI_API_KEY",
      },
    ],
  },
];

/** Agent CLIs by their program: where its login lies, and the key that it takes instead. */
const BY_PROGRAM = [
  {
    program: "claude",
    login: ".claude",
    variable: "ANTHROPIC_API_KEY",
    worker: { name: "claude-code", kind: "claude-code", model: "claude-sonnet-4-5" },
  },
  {
    program: "codex",
    login: ".codex",
    variable: "OPENAI_API_KEY",
    worker: { name: "codex", kind: "codex", model: "gpt-5-codex" },
  },
] as const;

/** Keys in the environment and agent CLIs on PATH. A key is looked for, never looked at. */
export function findWorkers(env: Environment): FoundWorker[] {
  const path = pathFolders(env["PATH"]);
  const isSet = (variable: string) => (env[variable] ?? "") !== "";
  const keyed = BY_KEY.filter(({ variable }) => isSet(variable)).flatMap(({ variable, workers }) =>
    workers.map((worker) => ({ worker, from: `$${variable}` })),
  );
  const installed = BY_PROGRAM.flatMap(({ program, login, variable, worker }): FoundWorker[] => {
    const from = findProgram(program, path);
    if (from === null) return [];
    const home = env["HOME"] ?? "";
    // A subscription is already paid for; a key costs by the token.
    if (existsSync(join(home, login))) return [{ worker: { ...worker, loginHome: home }, from }];
    return [{ worker: isSet(variable) ? { ...worker, apiKeyEnv: variable } : worker, from }];
  });
  return [...keyed, ...installed];
}
