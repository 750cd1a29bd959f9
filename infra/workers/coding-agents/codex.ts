import { join } from "node:path";
import type { CodingAgent } from "@nightshift/agents/ports";
import { believable } from "../models/reset.ts";
import { readRollout } from "./codex-rollout.ts";
import type { Rollout } from "./codex-rollout.ts";
import { listenToCodex } from "./codex-stream.ts";
import type { CodexTale } from "./codex-stream.ts";
import type { CodingAgentOptions } from "./options.ts";
import { opened } from "./opened.ts";
import type { OwnWord } from "./outcome.ts";
import { codingAgents, installCommand } from "./registry.ts";
import type { Place } from "./place.ts";
import { runCli } from "./run.ts";

/** Of its maker: the model by key or by subscription, and where a login is renewed. */
const HOSTS = ["api.openai.com", "chatgpt.com", "auth.openai.com"];

const cli = {
  ...codingAgents.codex,
  install: installCommand(codingAgents.codex),
  hosts: HOSTS,
  upstream: "https://api.openai.com/v1",
  tellsCuts: true,
};

/** Drives Codex, headless, in a private home in the sandbox. */
export function createCodex(options: CodingAgentOptions): CodingAgent {
  const { clock = { now: Date.now } } = options;
  return opened(cli, options, async ({ program, api, identity, contained, ...start }) => {
    await start.home.write(".codex/config.toml", configFor(api));
    const { tale, hear } = listenToCodex();
    const end = await runCli({
      ...start,
      hear,
      command: [program, ...argumentsFor(identity.model, contained)],
      env: api === null ? {} : { [KEY]: api.key },
    });
    const rollout = await readRollout(join(start.home.path, ".codex"));
    return { end, word: wordOf(tale, rollout, clock.now()) };
  });
}

/**
 * Codex's own sandbox is off inside ours: it would ask the kernel for namespaces that a contained
 * process does not get, and then no command runs, with exit code 0. Ours contains it; where the
 * director has switched ours off, Codex's is all there is.
 */
function argumentsFor(model: string, contained: boolean): string[] {
  const boundary = contained
    ? ["--dangerously-bypass-approvals-and-sandbox"]
    : ["--sandbox", "workspace-write"];
  return ["exec", "--json", ...boundary, "--skip-git-repo-check", "--model", model, "-"];
}

/** The variable in which Codex finds the key. */
const KEY = "OPENAI_API_KEY";
/**
 * With a key, a provider of our own: its streams are not retried, for Codex would wait out the
 * hour of a limit without a byte; a request that fails on the server's side is, twice.
 */
function configFor(api: Place["api"]): string {
  const general = ["check_for_update_on_startup = false", 'cli_auth_credentials_store = "file"'];
  const quiet = ["[analytics]", "enabled = false"];
  if (api === null) return toml([...general, ...quiet]);
  return toml([
    'model_provider = "director"',
    ...general,
    ...quiet,
    "[model_providers.director]",
    'name = "director"',
    `base_url = ${JSON.stringify(api.url)}`,
    `env_key = "${KEY}"`,
    'wire_api = "responses"',
    "request_max_retries = 2",
    "stream_max_retries = 0",
  ]);
}

function toml(lines: string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function wordOf(tale: CodexTale, rollout: Rollout, nowMs: number): OwnWord {
  const cut = tale.failure === CUT;
  const usage = tale.usage ?? rollout.usage;
  return {
    summary: tale.summary,
    end: cut ? "truncated" : tale.completed ? "finished" : null,
    usage: usage && { ...usage, cacheWriteTokens: 0 },
    windows: rollout.windows,
    failure: tale.completed || cut ? null : failureOf(rollout, tale, nowMs),
  };
}

/** Codex has no name for it: the whole message of the failed turn, which no model can write. */
const CUT = "Incomplete response returned, reason: max_output_tokens";

function failureOf(
  { failure, status, resetsAtMs }: Rollout,
  tale: CodexTale,
  nowMs: number,
): OwnWord["failure"] {
  if (failure === "usage_limit_exceeded" || status === 429)
    return { kind: "limit", resetsAtMs: believable(resetsAtMs, nowMs) };
  if (failure === "unauthorized" || status === 401 || status === 403) return { kind: "sign-in" };
  if (tale.failure === null) return null;
  return { kind: "crash", text: `Codex failed: ${tale.failure}` };
}
