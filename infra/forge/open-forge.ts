import { join } from "node:path";
import type { Forge } from "@nightshift/agents/forge";
import { BadInput } from "@nightshift/protocol/errors";
import { REPOSITORY_FILE, type ForgeConfig } from "../config/repository.ts";
import type { Repository } from "../repositories.ts";
import { pathFolders } from "../workers/sandbox/environment.ts";
import { findProgram } from "../workers/sandbox/limits.ts";
import { byCli } from "./by-cli.ts";
import { byHttp } from "./by-http.ts";
import { gitea } from "./gitea.ts";
import { github, type Requests } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { fetchCommit, pushBranch, type Remote } from "./push.ts";
import type { Transport } from "./transport.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The forges of the repositories that name one, by repository. */
export function openForges(
  repositories: readonly Repository[],
  env: Environment,
  signal: AbortSignal,
): ReadonlyMap<string, Forge> {
  const forges = new Map<string, Forge>();
  for (const { plan, config } of repositories) {
    if (config.forge) forges.set(plan.id, openForge(plan.path, config.forge, env, signal));
  }
  return forges;
}

/**
 * A forge as the repository's settings name it: by HTTP with the token of a variable, else by `gh`
 * or `glab` where one is there.
 * @param signal Ends whatever is asked of it.
 * @throws BadInput where neither is.
 */
export function openForge(
  path: string,
  config: ForgeConfig,
  env: Environment,
  signal = new AbortController().signal,
): Forge {
  const token = config.tokenEnv === undefined ? undefined : env[config.tokenEnv];
  const remote: Remote = {
    path,
    name: config.remote,
    login: token ? { user: USERS[config.kind], token, at: `${webOf(config)}/` } : null,
    signal,
  };
  return {
    ...requestsOf(config, transportOf(path, config, token, { env, signal })),
    push: (branch, commit, mine) => pushBranch(remote, branch, commit, mine),
    bring: (commit) => fetchCommit(remote, commit),
  };
}

function requestsOf(config: ForgeConfig, ask: Transport): Requests {
  const { kind, repository, base } = config;
  switch (kind) {
    case "github":
      return github(ask, { repository, base });
    case "gitlab":
      return gitlab(ask, { repository, base });
    case "gitea":
    case "forgejo":
      return gitea(ask, { kind, repository, base });
  }
}

function transportOf(
  path: string,
  config: ForgeConfig,
  token: string | undefined,
  { env, signal }: { env: Environment; signal: AbortSignal },
): Transport {
  const where = join(path, REPOSITORY_FILE);
  const { kind, tokenEnv } = config;
  if (token) return byHttp(apiOf(config), headersOf(kind, token), signal);
  if (tokenEnv !== undefined) {
    throw new BadInput(`forge: ${tokenEnv} is not set`, where, `export ${tokenEnv}=…`);
  }
  const cli = kind === "github" ? "gh" : kind === "gitlab" ? "glab" : null;
  if (cli !== null && findProgram(cli, pathFolders(env["PATH"])) !== null) {
    return byCli(cli, config.url === undefined ? null : new URL(config.url).host, env, signal);
  }
  const message = `forge: no way in${cli === null ? "" : `: ${cli} is not installed`}`;
  throw new BadInput(message, where, `name a variable with a token, tokenEnv, in ${where}`);
}

/** As whom a token signs in to git over HTTPS. */
const USERS = {
  github: "x-access-token",
  gitlab: "oauth2",
  gitea: "oauth2",
  forgejo: "oauth2",
} as const;

function headersOf(kind: ForgeConfig["kind"], token: string): Record<string, string> {
  switch (kind) {
    case "github":
      return { authorization: `Bearer ${token}`, "x-github-api-version": "2022-11-28" };
    case "gitlab":
      return { "private-token": token };
    case "gitea":
    case "forgejo":
      return { authorization: `token ${token}` };
  }
}

/** Where people and git find it. */
function webOf({ kind, url }: ForgeConfig): string {
  if (url !== undefined) return new URL(url).origin;
  return kind === "gitlab" ? "https://gitlab.com" : "https://github.com";
}

function apiOf(config: ForgeConfig): string {
  const web = webOf(config);
  switch (config.kind) {
    case "github":
      return config.url === undefined ? "https://api.github.com/" : `${web}/api/v3/`;
    case "gitlab":
      return `${web}/api/v4/`;
    case "gitea":
    case "forgejo":
      return `${web}/api/v1/`;
  }
}
