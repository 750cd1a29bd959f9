import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "../config/director.ts";
import { pathFolders } from "../workers/sandbox/environment.ts";
import { findProgram } from "../workers/sandbox/limits.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a worker could be asked to work: what is missing, and the command that mends it. */
export type Readiness = { worker: string; model: string } & (
  | { ready: true; by: string }
  | { ready: false; missing: string; mend: string }
);

/** Looks for keys, programs and logins; asks nobody, and never looks at a key. */
export function readinessOf(worker: Worker, env: Environment): Readiness {
  const { name, model } = worker;
  switch (worker.kind) {
    case "anthropic":
    case "openai":
      return { worker: name, model, ...keyed(worker, env) };
    case "claude-code":
      return { worker: name, model, ...installed(worker, env, CLAUDE) };
    case "codex":
      return { worker: name, model, ...installed(worker, env, CODEX) };
  }
}

type Program = { program: string; login: string; install: string; signIn: string };

const CLAUDE: Program = {
  program: "claude",
  login: ".claude",
  install: "npm install -g @anthropic-ai/claude-code",
  signIn: "claude /login",
};
const CODEX: Program = {
  program: "codex",
  login: ".codex",
  install: "npm install -g @openai/codex",
  signIn: "codex login",
};

type Answer = { ready: true; by: string } | { ready: false; missing: string; mend: string };

function keyed({ kind, apiKeyEnv, tier, baseUrl }: Worker, env: Environment): Answer {
  const variable = apiKeyEnv ?? (kind === "anthropic" ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY");
  if ((env[variable] ?? "") !== "") return { ready: true, by: `$${variable}` };
  if (tier === "local") return { ready: true, by: baseUrl ?? "local" };
  return { ready: false, missing: `$${variable} is not set`, mend: `export ${variable}=…` };
}

/** An agent CLI runs in the sandbox: it sees a key or a login only where the settings name it. */
function installed(worker: Worker, env: Environment, known: Program): Answer {
  const { program, login, install, signIn } = known;
  const { binary, apiKeyEnv, loginHome, baseUrl } = worker;
  const path = findProgram(binary ?? program, pathFolders(env["PATH"]));
  if (path === null)
    return { ready: false, missing: `${binary ?? program} is not installed`, mend: install };
  if (apiKeyEnv !== undefined) {
    const set = (env[apiKeyEnv] ?? "") !== "";
    if (set) return { ready: true, by: `${path}, $${apiKeyEnv}` };
    return { ready: false, missing: `$${apiKeyEnv} is not set`, mend: `export ${apiKeyEnv}=…` };
  }
  if (loginHome !== undefined) {
    const folder = join(loginHome, login);
    if (existsSync(folder)) return { ready: true, by: `${path}, ${folder}` };
    return { ready: false, missing: `${folder} is not there`, mend: signIn };
  }
  if (baseUrl !== undefined) return { ready: true, by: `${path}, ${baseUrl}` };
  const mend = `write loginHome: ${env["HOME"] ?? "<home>"} (after: ${signIn}) or apiKeyEnv into its settings`;
  return { ready: false, missing: `${path} is given neither a login nor a key`, mend };
}
