import { WorkerFailure } from "@nightshift/agents/ports";
import type { CodingAgent, CodingResult } from "@nightshift/agents/ports";
import type { ModelIdentity } from "../models/anthropic.ts";
import { mask } from "../models/mask.ts";
import { costOf } from "../models/profiles.ts";
import { believable } from "../models/reset.ts";
import { reveal } from "./binary.ts";
import { listenToClaude } from "./claude-stream.ts";
import type { ClaudeTale } from "./claude-stream.ts";
import { guideOf } from "./guide.ts";
import { openHome } from "./home.ts";
import type { CodingAgentOptions, SignIn } from "./options.ts";
import { signedOut } from "./outcome.ts";
import { codingAgents, installCommand } from "./registry.ts";
import { openPlace } from "./place.ts";
import type { Place } from "./place.ts";
import { runCli, silentEnd, toldFailure } from "./run.ts";
import type { CliEnd, CliRun } from "./run.ts";
import type { Tapped } from "./tap/tap.ts";

/** Of its maker: the model, and where a login is renewed. */
const HOSTS = ["api.anthropic.com", "platform.claude.com", "console.anthropic.com"];

const CLI = {
  ...codingAgents["claude-code"],
  hosts: HOSTS,
  upstream: "https://api.anthropic.com",
  tellsCuts: true,
};

const SUMMARY_CHARACTERS_MAX = 20_000;
/** Claude Code's own, for a server that fails; ten by default. */
const RETRIES = "2";

/** Drives Claude Code, headless, in a private home in the sandbox. */
export function createClaudeCode(options: CodingAgentOptions): CodingAgent {
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
        const { tale, hear } = listenToClaude();
        const run: CliRun = {
          ...place.run,
          sandbox,
          home,
          request,
          options: workOptions,
          hear,
          command: [
            program,
            ...argumentsFor(identity.model, sandbox.kind !== "off"),
            ...(await guideArguments(request.clone)),
          ],
          env: { ...QUIET, ...credentials(place, env), ...limits(identity.outputTokensMax) },
        };
        const end = await runCli(run);
        const { tapped: wire } = place.told;
        const told = { run, identity, env, wire, nowMs: clock.now() };
        const result = resultOf(tale, end, told);
        return { ...result, transcript: await blobs.put(end.transcript) };
      } finally {
        await place.close();
        await home.close();
      }
    },
  };
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

function credentials({ api }: Place, { oauthToken, baseUrl }: SignIn): Record<string, string> {
  if (api !== null) return { ANTHROPIC_API_KEY: api.key, ANTHROPIC_BASE_URL: api.url };
  return {
    ...(oauthToken !== undefined && { CLAUDE_CODE_OAUTH_TOKEN: oauthToken }),
    ...(baseUrl !== undefined && { ANTHROPIC_BASE_URL: baseUrl }),
  };
}

type Told = {
  run: CliRun;
  identity: ModelIdentity;
  env: SignIn;
  wire: Tapped | null;
  nowMs: number;
};

/** An exit code of 0 proves nothing and is not looked at. */
function resultOf(
  tale: ClaudeTale,
  end: CliEnd,
  { run, identity, env, wire, nowMs }: Told,
): Omit<CodingResult, "transcript"> {
  const { result, usage: heard } = tale;
  const told = { account: identity.account, secrets: run.secrets };
  const failed = result === null || result.failed;
  if (wire?.refusedKey || tale.refusedKey || (result?.failed && result.status === 401))
    throw toldFailure({ kind: "sign-in", text: signedOut(CLI) }, told);
  if (wire?.limit) throw toldFailure({ kind: "limit", ...wire.limit }, told);
  if (failed && (tale.limit !== null || result?.limited)) {
    const resetsAtMs = believable(tale.limit?.resetsAtMs ?? null, nowMs);
    throw toldFailure({ kind: "limit", resetsAtMs }, told);
  }
  const cut = tale.cut || result?.cut === true;
  if (!cut && result === null) throw silentEnd(end, run);
  if (!cut && result?.refused)
    throw new WorkerFailure("unusable-answer", "the model refused to answer");
  if (!cut && result?.failed)
    throw toldFailure({ kind: "crash", text: `Claude Code failed: ${result.summary}` }, told);
  const { cacheWriteTokens, ...usage } = result?.usage ?? heard;
  const table = costOf(identity.price, { ...usage, cacheWriteTokens });
  const paid = env.apiKey === undefined ? "subscription" : "billed";
  return {
    ...(tale.windows.length > 0 && { windows: tale.windows }),
    summary: mask(result?.summary ?? "", run.secrets).slice(0, SUMMARY_CHARACTERS_MAX),
    stopReason: cut ? "truncated" : "finished",
    usage,
    costMicroUsd: result ? result.costMicroUsd : table,
    costKind: result === null && paid === "billed" && !identity.priceKnown ? "estimated" : paid,
  };
}
