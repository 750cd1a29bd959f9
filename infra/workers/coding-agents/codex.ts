import { join } from "node:path";
import type { CodingAgent } from "@nightshift/agents/ports";
import { believable } from "../models/reset.ts";
import { reveal } from "./binary.ts";
import { readRollout } from "./codex-rollout.ts";
import type { Rollout } from "./codex-rollout.ts";
import { listenToCodex } from "./codex-stream.ts";
import type { CodexTale } from "./codex-stream.ts";
import { openHome } from "./home.ts";
import type { CodingAgentOptions } from "./options.ts";
import { outcomeOf } from "./outcome.ts";
import type { OwnWord } from "./outcome.ts";
import { codingAgents, installCommand } from "./registry.ts";
import { openPlace } from "./place.ts";
import type { Place } from "./place.ts";
import { runCli } from "./run.ts";
import type { CliRun } from "./run.ts";

/** Of its maker: the model by key or by subscription, and where a login is renewed. */
const HOSTS = ["api.openai.com", "chatgpt.com", "auth.openai.com"];

const CLI = {
  ...codingAgents.codex,
  hosts: HOSTS,
  upstream: "https://api.openai.com/v1",
  tellsCuts: true,
};

/** Drives Codex, headless, in a private home in the sandbox. */
export function createCodex(options: CodingAgentOptions): CodingAgent {
  const { binary, sandbox, env, blobs, clock = { now: Date.now }, homes, ...rest } = options;
  const { command: _command, tapped, ...identity } = rest;
  return {
    ...identity,
    async work(request, workOptions) {
      const mend = installCommand(CLI);
      const program = reveal(binary, { sandbox, path: process.env["PATH"], mend });
      const home = await openHome(homes);
      const place = await openPlace(CLI, { env, home, clock, tapped, signal: workOptions.signal });
      try {
        await home.write(".codex/config.toml", configFor(place.api));
        const { tale, hear } = listenToCodex();
        const run: CliRun = {
          ...place.run,
          sandbox,
          home,
          request,
          options: workOptions,
          hear,
          command: [program, ...argumentsFor(identity.model, sandbox.kind !== "off")],
          env: place.api === null ? {} : { [KEY]: place.api.key },
        };
        const end = await runCli(run);
        const rollout = await readRollout(join(home.path, ".codex"));
        const word = wordOf(tale, rollout, clock.now());
        const result = outcomeOf({ run, end, word, identity, cli: CLI, ...place.told });
        return { ...result, transcript: await blobs.put(end.transcript) };
      } finally {
        await place.close();
        await home.close();
      }
    },
  };
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
