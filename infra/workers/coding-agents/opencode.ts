import type { CodingAgent } from "@nightshift/agents/ports";
import { reveal } from "./binary.ts";
import { guideOf } from "./guide.ts";
import { openHome } from "./home.ts";
import { openPlace } from "./place.ts";
import { listenToOpencode } from "./opencode-stream.ts";
import type { CodingAgentOptions } from "./options.ts";
import { codingAgents, installCommand } from "./registry.ts";
import { outcomeOf } from "./outcome.ts";
import { runCli } from "./run.ts";

const cli = {
  ...codingAgents.opencode,
  /** Of those whom its logins are for. */
  hosts: ["opencode.ai", "api.anthropic.com", "console.anthropic.com", "api.openai.com"].concat([
    "auth.openai.com",
    "chatgpt.com",
    "api.githubcopilot.com",
    "github.com",
    "openrouter.ai",
  ]),
  upstream: "https://opencode.ai/zen/v1",
};

/** Drives opencode, headless, in a private home in the sandbox. */
export function createOpencode(options: CodingAgentOptions): CodingAgent {
  const { binary, sandbox, env, blobs, clock, homes, command: _command, ...rest } = options;
  const { tapped, ...identity } = rest;
  return {
    ...identity,
    async work(request, workOptions) {
      const program = reveal(binary, {
        sandbox,
        path: process.env["PATH"],
        mend: installCommand(cli),
      });
      const home = await openHome(homes);
      const place = await openPlace(cli, { env, home, clock, tapped, signal: workOptions.signal });
      try {
        const contained = sandbox.kind !== "off";
        const guide = await guideOf(request.clone, ["AGENTS.md", "CLAUDE.md"]);
        const told = {
          ...settings(identity, place.api, contained),
          ...(guide !== null && { instructions: [guide] }),
        };
        await home.write(".config/opencode/opencode.json", JSON.stringify(told));
        const { word, hear } = listenToOpencode();
        const model = place.api === null ? identity.model : `${PROVIDER}/${identity.model}`;
        const args = ["run", "--format", "json", "--title", "nightshift", "--model", model];
        const run = {
          ...place.run,
          sandbox,
          home,
          request,
          options: workOptions,
          hear,
          command: [program, ...args],
          env: QUIET,
        };
        const end = await runCli(run);
        const result = outcomeOf({ run, end, word, identity, cli, ...place.told });
        return { ...result, transcript: await blobs.put(end.transcript) };
      } finally {
        await place.close();
        await home.close();
      }
    },
  };
}

/** A provider of our own: its name stands before the model's. */
const PROVIDER = "director";

function settings(
  { model, contextTokensMax, outputTokensMax }: CodingAgentOptions | Identity,
  api: { url: string; key: string } | null,
  contained: boolean,
) {
  const limit = { context: contextTokensMax + outputTokensMax, output: outputTokensMax };
  const options = api && { baseURL: api.url, apiKey: api.key };
  const provider = { npm: "@ai-sdk/openai-compatible", name: PROVIDER, options };
  return {
    $schema: "https://opencode.ai/config.json",
    autoupdate: false,
    share: "disabled",
    permission: contained ? "allow" : { edit: "allow", bash: "deny", webfetch: "deny" },
    ...(api !== null && {
      small_model: `${PROVIDER}/${model}`,
      provider: { [PROVIDER]: { ...provider, models: { [model]: { name: model, limit } } } },
    }),
  };
}

type Identity = Pick<CodingAgentOptions, "model" | "contextTokensMax" | "outputTokensMax">;

/** The repository's own settings are not read: they could name another address for the model. */
const QUIET = {
  OPENCODE_DISABLE_PROJECT_CONFIG: "1",
  OPENCODE_DISABLE_AUTOUPDATE: "1",
  OPENCODE_DISABLE_MODELS_FETCH: "1",
  OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
};
