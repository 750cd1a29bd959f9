import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";
import type { Blobs, CodingAgent, CodingResult } from "@nightshift/agents/ports";
import type { Clock } from "@nightshift/protocol/clock";
import type { ModelIdentity } from "../models/anthropic.ts";
import { mask } from "../models/mask.ts";
import { costOf } from "../models/profiles.ts";
import { believable } from "../models/reset.ts";
import { reveal } from "./binary.ts";
import type { CliSandbox } from "./binary.ts";
import { listenToClaude } from "./claude-stream.ts";
import type { ClaudeTale } from "./claude-stream.ts";
import { openHome } from "./home.ts";
import type { PrivateHome } from "./home.ts";
import { runCli, silentEnd, toldFailure } from "./run.ts";
import type { CliEnd, CliRun } from "./run.ts";

export type CodingAgentOptions = ModelIdentity & {
  /** A path, or a name that is looked up on PATH. */
  binary: string;
  sandbox: CliSandbox;
  env: SignIn;
  blobs: Blobs;
  clock?: Pick<Clock, "now">;
  /** Where private homes are made; the temporary folder by default. */
  homes?: string;
};

/** How a CLI signs in: by a key, by a long-lived token, or by a copy of its own login. */
export type SignIn = {
  apiKey?: string;
  baseUrl?: string;
  /** Claude Code only: what `claude setup-token` prints. */
  oauthToken?: string;
  /** Home folder in which the CLI was signed in. */
  loginHome?: string;
};

const SUMMARY_CHARACTERS_MAX = 20_000;
/** Claude Code's own, for a server that fails; ten by default. */
const RETRIES = "2";

/** Drives Claude Code, headless, in a private home in the sandbox. */
export function createClaudeCode(options: CodingAgentOptions): CodingAgent {
  const { binary, sandbox, env, blobs, clock = { now: Date.now }, homes, ...identity } = options;
  const secrets = [env.apiKey, env.oauthToken].filter((secret) => secret !== undefined);
  return {
    ...identity,
    async work(request, workOptions) {
      const mend = "npm install --global @anthropic-ai/claude-code";
      const program = reveal(binary, { sandbox, path: process.env["PATH"], mend });
      const home = await openHome(homes);
      try {
        await signIn(home, env);
        const { tale, hear } = listenToClaude();
        const run: CliRun = {
          sandbox,
          home,
          secrets,
          request,
          options: workOptions,
          hear,
          command: [
            program,
            ...argumentsFor(identity.model, sandbox.kind !== "off"),
            ...(await guideOf(request.clone)),
          ],
          env: { ...QUIET, ...credentials(env), ...limits(identity.outputTokensMax) },
        };
        const end = await runCli(run);
        const result = resultOf(tale, end, { run, identity, env, nowMs: clock.now() });
        return { ...result, transcript: await blobs.put(end.transcript) };
      } finally {
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

const GUIDE_BYTES_MAX = 64 * 1024;

/** What the repository tells its agents comes with its settings, so it is handed over alone. */
async function guideOf(clone: string): Promise<string[]> {
  const path = join(clone, "CLAUDE.md");
  const file = await lstat(path).catch(() => null);
  const fits = file !== null && file.isFile() && file.size <= GUIDE_BYTES_MAX;
  return fits ? ["--append-system-prompt-file", path] : [];
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

function credentials({ apiKey, oauthToken, baseUrl }: SignIn): Record<string, string> {
  return {
    ...(apiKey !== undefined && { ANTHROPIC_API_KEY: apiKey }),
    ...(oauthToken !== undefined && { CLAUDE_CODE_OAUTH_TOKEN: oauthToken }),
    ...(baseUrl !== undefined && { ANTHROPIC_BASE_URL: baseUrl }),
  };
}

async function signIn(home: PrivateHome, env: SignIn): Promise<void> {
  if (env.loginHome === undefined || env.apiKey !== undefined) return;
  await home.copyLogin(env.loginHome, [CLAUDE_LOGIN], "run claude and sign in with /login");
}

/** Where Claude Code keeps its login, below the home folder; macOS keeps it in the keychain. */
export const CLAUDE_LOGIN = ".claude/.credentials.json";

type Told = { run: CliRun; identity: ModelIdentity; env: SignIn; nowMs: number };

/** An exit code of 0 proves nothing and is not looked at. */
function resultOf(
  tale: ClaudeTale,
  end: CliEnd,
  { run, identity, env, nowMs }: Told,
): Omit<CodingResult, "transcript"> {
  const { result, usage: heard } = tale;
  const told = { account: identity.account, secrets: run.secrets };
  const failed = result === null || result.failed;
  if (tale.refusedKey || (result?.failed && result.status === 401))
    throw toldFailure({ kind: "sign-in", text: "Claude Code is not signed in" }, told);
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
    summary: mask(result?.summary ?? "", run.secrets).slice(0, SUMMARY_CHARACTERS_MAX),
    stopReason: cut ? "truncated" : "finished",
    usage,
    costMicroUsd: result ? result.costMicroUsd : table,
    costKind: result === null && paid === "billed" && !identity.priceKnown ? "estimated" : paid,
  };
}
