import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "../../config/director.ts";
import type { FoundWorker } from "../models/detect.ts";
import { pathFolders } from "../sandbox/environment.ts";
import { findProgram } from "../sandbox/limits.ts";
import { codingAgentKinds, codingAgents, installCommand } from "./registry.ts";
import type { CodingAgentKind } from "./registry.ts";

/**
 * The agent CLIs of a PATH, each with what it still lacks. A login is preferred to a token, and that
 * to a key: it is paid for. Nothing is run, and a key is looked for, never looked at.
 * @param options.home Where logins are looked for; null looks for none.
 */
export function detectCodingAgents(options: {
  env: Readonly<Record<string, string | undefined>>;
  home: string | null;
}): FoundWorker[] {
  const path = pathFolders(options.env["PATH"]);
  return codingAgentKinds.map((kind) => found(kind, path, options));
}

function found(
  kind: CodingAgentKind,
  path: readonly string[],
  { env, home }: Parameters<typeof detectCodingAgents>[0],
): FoundWorker {
  const entry = codingAgents[kind];
  const { program, model, login, keyVariable } = entry;
  const { addressVariable, tokenVariable, signInCommand } = entry;
  const isSet = (variable: string) => (env[variable] ?? "") !== "";
  const binary = findProgram(program, path);
  const worker: Worker = { name: kind, kind, model, ...(binary !== null && { binary }) };
  if (binary === null) {
    const missing = `${program} is not on PATH`;
    return { worker, from: "PATH", missing, mend: installCommand(entry) };
  }
  if (home !== null && existsSync(join(home, login))) {
    const signedIn = { ...worker, account: `${kind}-login`, loginHome: home };
    return { worker: signedIn, from: binary, missing: null, mend: null };
  }
  // What is meant for a proxy must not be sent to the maker instead.
  const address = env[addressVariable] ? { baseUrl: env[addressVariable] } : {};
  if (tokenVariable !== null && isSet(tokenVariable)) {
    const account = `${kind}-login`;
    const subscribed = { ...worker, account, oauthTokenEnv: tokenVariable, ...address };
    return { worker: subscribed, from: binary, missing: null, mend: null };
  }
  if (isSet(keyVariable)) {
    const keyed = { ...worker, account: `${kind}-key`, apiKeyEnv: keyVariable, ...address };
    return { worker: keyed, from: binary, missing: null, mend: null };
  }
  const missing = `${program} is not signed in, and ${keyVariable} is not set`;
  return { worker, from: binary, missing, mend: signInCommand };
}
