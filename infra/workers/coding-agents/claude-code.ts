import type { CodingAgent } from "@nightshift/agents/ports";
import { believable } from "../models/reset.ts";
import { listenToClaude } from "./claude-stream.ts";
import type { ClaudeTale } from "./claude-stream.ts";
import { guideOf } from "./guide.ts";
import type { CodingAgentOptions, SignIn } from "./options.ts";
import { opened } from "./opened.ts";
import type { OwnWord } from "./outcome.ts";
import { codingAgents, installCommand } from "./registry.ts";
import type { Place } from "./place.ts";
import { runCli } from "./run.ts";

/** Of its maker: the model, and where a login is renewed. */
const HOSTS = ["api.anthropic.com", "platform.claude.com", "console.anthropic.com"];

const cli = {
  ...codingAgents["claude-code"],
  install: installCommand(codingAgents["claude-code"]),
  hosts: HOSTS,
  upstream: "https://api.anthropic.com",
  tellsCuts: true,
};

/** Claude Code's own, for a server that fails; ten by default. */
const RETRIES = "2";

/** Drives Claude Code, headless, in a private home in the sandbox. */
export function createClaudeCode(options: CodingAgentOptions): CodingAgent {
  const { env, clock = { now: Date.now } } = options;
  return opened(cli, options, async ({ program, api, identity, contained, ...start }) => {
    const { tale, hear } = listenToClaude();
    const args = [
      ...argumentsFor(identity.model, contained),
      ...(await guideArguments(start.request.clone)),
    ];
    const end = await runCli({
      ...start,
      hear,
      command: [program, ...args],
      env: { ...QUIET, ...credentials(api, env), ...limits(identity.outputTokensMax) },
    });
    return { end, word: wordOf(tale, clock.now()) };
  });
}

/**
 * Partial messages are asked for, so that a long thought is no silence. Settings and servers that
 * lie in the clone are not read: they could name another address for the key. Commands are allowed
 * only where the sandbox contains them; a worktree of its own would be outside what is judged.
 */
function argumentsFor(model: string, contained: boolean): string[] {
  const told = "-p --output-format stream-json --verbose --include-partial-messages";
  const rules = "--permission-mode acceptEdits --setting-sources user --strict-mcp-config";
  const denied = ["--disallowedTools", "EnterWorktree,ScheduleWakeup,CronCreate"];
  const allowed = contained ? ["--allowedTools", "Bash"] : [];
  return [...told.split(" "), ...rules.split(" "), "--model", model, ...denied, ...allowed];
}

/** What the repository tells its agents comes with its settings, so it is handed over alone. */
async function guideArguments(clone: string): Promise<string[]> {
  const guide = await guideOf(clone, ["CLAUDE.md"]);
  return guide === null ? [] : ["--append-system-prompt-file", guide];
}

const QUIET = {
  DISABLE_TELEMETRY: "1",
  DISABLE_AUTOUPDATER: "1",
  DISABLE_ERROR_REPORTING: "1",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
};

function limits(outputTokensMax: number): Record<string, string> {
  const maximum = String(outputTokensMax);
  return { CLAUDE_CODE_MAX_RETRIES: RETRIES, CLAUDE_CODE_MAX_OUTPUT_TOKENS: maximum };
}

function credentials(api: Place["api"], { oauthToken, baseUrl }: SignIn): Record<string, string> {
  if (api !== null) return { ANTHROPIC_API_KEY: api.key, ANTHROPIC_BASE_URL: api.url };
  return {
    ...(oauthToken !== undefined && { CLAUDE_CODE_OAUTH_TOKEN: oauthToken }),
    ...(baseUrl !== undefined && { ANTHROPIC_BASE_URL: baseUrl }),
  };
}

function wordOf(tale: ClaudeTale, nowMs: number): OwnWord {
  const { result, windows } = tale;
  const cut = tale.cut || result?.cut === true;
  const told = result?.refused ? "refused" : "finished";
  return {
    summary: result?.summary ?? "",
    end: cut ? "truncated" : result && told,
    usage: result?.usage ?? tale.usage,
    ...(result && { costMicroUsd: result.costMicroUsd }),
    windows,
    failure: failureOf(tale, nowMs),
  };
}

function failureOf({ result, refusedKey, limit }: ClaudeTale, nowMs: number): OwnWord["failure"] {
  const failed = result === null || result.failed;
  if (refusedKey || (result?.failed && result.status === 401)) return { kind: "sign-in" };
  if (failed && (limit !== null || result?.limited))
    return { kind: "limit", resetsAtMs: believable(limit?.resetsAtMs ?? null, nowMs) };
  if (!result?.failed || result.refused) return null;
  return { kind: "crash", text: `Claude Code failed: ${result.summary}` };
}
