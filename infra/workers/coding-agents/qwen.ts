import type { CodingAgent } from "@nightshift/agents/ports";
import { createAcp } from "./acp/driver.ts";
import type { AcpCli } from "./acp/driver.ts";
import type { CodingAgentOptions } from "./options.ts";
import { codingAgents } from "./registry.ts";

const qwen: AcpCli = {
  ...codingAgents.qwen,
  hosts: ["dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com", "chat.qwen.ai"].concat([
    "portal.qwen.ai",
  ]),
  upstream: "https://dashscope.aliyuncs.com/compatible-mode/v1",
  async setUp({ home, model, outputTokensMax, contained, api }) {
    const auth = api === null ? "qwen-oauth" : "openai";
    const settings = {
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { enableAutoUpdate: false },
      // Calls of its own, for memories and suggestions that nobody reads.
      memory: { enableManagedAutoMemory: false, enableManagedAutoDream: false },
      ui: { enableFollowupSuggestions: false },
      security: { auth: { selectedType: auth } },
      model: { generationConfig: { samplingParams: { max_tokens: outputTokensMax } } },
    };
    await home.write(".qwen/settings.json", JSON.stringify(settings));
    const approval = contained ? "yolo" : "auto-edit";
    const mode = ["--approval-mode", approval, "--model", model];
    return {
      args: ["--acp", "--auth-type", auth, ...mode],
      env:
        api === null
          ? {}
          : { OPENAI_API_KEY: api.key, OPENAI_BASE_URL: api.url, OPENAI_MODEL: model },
    };
  },
};

/** Drives Qwen Code. */
export function createQwen(options: CodingAgentOptions): CodingAgent {
  return createAcp(qwen, options);
}
