import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "../config/director.ts";
import { codingAgents, installCommand, type CodingAgentEntry } from "./coding-agents/registry.ts";
import { pathFolders } from "./sandbox/environment.ts";
import { findProgram } from "./sandbox/limits.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a worker could be asked to work: what is missing, and the command that mends it. */
export type Readiness = { worker: string; model: string } & (
  | { ready: true; by: string }
  | { ready: false; missing: string; mend: string }
);

/** Looks for keys, programs and logins; asks nobody, and never looks at a key. */
export function readinessOf(worker: Worker, env: Environment): Readiness {
  const { name, model, kind } = worker;
  switch (kind) {
    case "anthropic":
    case "openai":
      return { worker: name, model, ...keyed(worker, env) };
    case "acp":
    case "program":
      return { worker: name, model, ...commanded(worker, env) };
    case "claude-code":
    case "codex":
    case "gemini":
    case "opencode":
    case "qwen":
    case "copilot":
      return { worker: name, model, ...installed(worker, env, codingAgents[kind]) };
  }
}

type Answer = { ready: true; by: string } | { ready: false; missing: string; mend: string };

function keyed({ kind, apiKeyEnv, apiKeyEnvs, tier, baseUrl }: Worker, env: Environment): Answer {
  const each = (apiKeyEnvs ?? []).map((variable) => variableAnswer(variable, env));
  const first = each.find(({ ready }) => !ready) ?? each[0];
  if (first) return first;
  const variable = apiKeyEnv ?? (kind === "anthropic" ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY");
  const answer = variableAnswer(variable, env);
  return !answer.ready && tier === "local" ? { ready: true, by: baseUrl ?? "local" } : answer;
}

/** An agent CLI runs in the sandbox: it sees a key or a login only where the settings name it. */
function installed(worker: Worker, env: Environment, known: CodingAgentEntry): Answer {
  const { program, login, signInCommand } = known;
  const { binary, apiKeyEnv, oauthTokenEnv, loginHome, baseUrl } = worker;
  const path = findProgram(binary ?? program, pathFolders(env["PATH"]));
  if (path === null) {
    const mend = installCommand(known);
    return { ready: false, missing: `${binary ?? program} is not installed`, mend };
  }
  const variable = apiKeyEnv ?? oauthTokenEnv;
  if (variable !== undefined) return variableAnswer(variable, env, `${path}, `);
  if (loginHome !== undefined) {
    const file = join(loginHome, login);
    if (existsSync(file)) return { ready: true, by: `${path}, ${file}` };
    return { ready: false, missing: `${file} is not there`, mend: signInCommand };
  }
  if (baseUrl !== undefined) return { ready: true, by: `${path}, ${baseUrl}` };
  const mend = `write loginHome: ${env["HOME"] ?? "<home>"} (after: ${signInCommand}) or apiKeyEnv into its settings`;
  return { ready: false, missing: `${path} is given neither a login nor a key`, mend };
}

/** Nobody knows how to sign in to it: it is ready when its program is there, and its key. */
function commanded({ command, apiKeyEnv, name }: Worker, env: Environment): Answer {
  const [program = ""] = command ?? [];
  const path = program === "" ? null : findProgram(program, pathFolders(env["PATH"]));
  if (path !== null) return apiKeyEnv ? variableAnswer(apiKeyEnv, env, `${path}, `) : isReady(path);
  const missing = program === "" ? `${name} has no command` : `${program} is not installed`;
  const mend = program === "" ? 'write command: ["<program>", …] into its settings' : null;
  return { ready: false, missing, mend: mend ?? `install ${program}` };
}

function isReady(by: string): Answer {
  return { ready: true, by };
}

function variableAnswer(variable: string, env: Environment, before = ""): Answer {
  const isSet = (env[variable] ?? "") !== "";
  if (isSet) return { ready: true, by: `${before}$${variable}` };
  return { ready: false, missing: `$${variable} is not set`, mend: `export ${variable}=…` };
}
