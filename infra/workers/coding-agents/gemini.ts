import type { CodingAgent } from "@nightshift/agents/ports";
import { createAcp } from "./acp/driver.ts";
import type { AcpCli } from "./acp/driver.ts";
import type { CodingAgentOptions } from "./options.ts";
import { codingAgents } from "./registry.ts";

const gemini: AcpCli = {
  ...codingAgents.gemini,
  hosts: ["generativelanguage.googleapis.com", "cloudcode-pa.googleapis.com"].concat([
    "oauth2.googleapis.com",
    "www.googleapis.com",
  ]),
  upstream: "https://generativelanguage.googleapis.com",
  async setUp({ home, model, contained, api }) {
    const selectedType = api === null ? "oauth-personal" : "gemini-api-key";
    const settings = {
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      security: { auth: { selectedType }, folderTrust: { enabled: false } },
    };
    await home.write(".gemini/settings.json", JSON.stringify(settings));
    const approval = contained ? "yolo" : "auto_edit";
    return {
      args: ["--acp", "--skip-trust", "--approval-mode", approval, "--model", model],
      env: api === null ? {} : { GEMINI_API_KEY: api.key, GOOGLE_GEMINI_BASE_URL: api.url },
    };
  },
};

/** Drives Gemini CLI. Headless it has no way to be cancelled and loses what it was refused for. */
export function createGemini(options: CodingAgentOptions): CodingAgent {
  return createAcp(gemini, options);
}
