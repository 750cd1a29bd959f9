import type { CodingAgent } from "@nightshift/agents/ports";
import { createAcp } from "./acp/driver.ts";
import type { AcpCli } from "./acp/driver.ts";
import { readJournal } from "./copilot-journal.ts";
import type { CodingAgentOptions } from "./options.ts";
import { codingAgents } from "./registry.ts";

const copilot: AcpCli = {
  ...codingAgents.copilot,
  hosts: ["api.github.com", "github.com", "api.githubcopilot.com", "*.githubcopilot.com"],
  upstream: "https://api.openai.com/v1",
  journal: readJournal,
  async setUp({ model, outputTokensMax, contained, api, token }) {
    const leave = contained ? ["--allow-all-tools"] : [];
    return {
      args: ["--acp", "--no-auto-update", ...leave, "--model", model],
      env: {
        COPILOT_AUTO_UPDATE: "false",
        ...(token !== null && { COPILOT_GITHUB_TOKEN: token }),
        ...(api !== null && {
          COPILOT_OFFLINE: "true",
          COPILOT_MODEL: model,
          COPILOT_PROVIDER_BASE_URL: api.url,
          COPILOT_PROVIDER_API_KEY: api.key,
          COPILOT_PROVIDER_MAX_OUTPUT_TOKENS: String(outputTokensMax),
        }),
      },
    };
  },
};

/** Drives GitHub's Copilot CLI. */
export function createCopilot(options: CodingAgentOptions): CodingAgent {
  return createAcp(copilot, options);
}
