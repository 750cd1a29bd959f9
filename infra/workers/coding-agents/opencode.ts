import type { CodingAgent } from "@nightshift/agents/ports";
import { guideOf } from "./guide.ts";
import { listenToOpencode } from "./opencode-stream.ts";
import { opened } from "./opened.ts";
import type { CodingAgentOptions } from "./options.ts";
import { codingAgents, installCommand } from "./registry.ts";
import { runCli } from "./run.ts";

const cli = {
  ...codingAgents.opencode,
  install: installCommand(codingAgents.opencode),
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
  return opened(cli, options, async ({ program, api, identity, contained, ...start }) => {
    const { home, request } = start;
    const guide = await guideOf(request.clone, ["AGENTS.md", "CLAUDE.md"]);
    const told = {
      ...settings(identity, api, contained),
      ...(guide !== null && { instructions: [guide] }),
    };
    await home.write(".config/opencode/opencode.json", JSON.stringify(told));
    const { word, hear } = listenToOpencode();
    const model = api === null ? identity.model : `${PROVIDER}/${identity.model}`;
    const args = ["run", "--format", "json", "--title", "nightshift", "--model", model];
    const end = await runCli({ ...start, hear, command: [program, ...args], env: QUIET });
    return { end, word };
  });
}

/** A provider of our own: its name stands before the model's. */
const PROVIDER = "director";

function settings(
  { model, contextTokensMax, outputTokensMax }: Identity,
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
