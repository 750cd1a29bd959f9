import type { CodingAgent } from "@nightshift/agents/ports";
import { createAnyAcp } from "./acp/any.ts";
import { createClaudeCode } from "./claude-code.ts";
import { createCodex } from "./codex.ts";
import { createCopilot } from "./copilot.ts";
import { createGemini } from "./gemini.ts";
import { createOpencode } from "./opencode.ts";
import type { CodingAgentOptions } from "./options.ts";
import { createProgram } from "./program.ts";
import { createQwen } from "./qwen.ts";
import type { CodingAgentKind } from "./registry.ts";

/** What each CLI and each way of driving an unknown one is made by. */
export const drivers: Record<
  CodingAgentKind | "acp" | "program",
  (options: CodingAgentOptions) => CodingAgent
> = {
  "claude-code": createClaudeCode,
  codex: createCodex,
  opencode: createOpencode,
  gemini: createGemini,
  qwen: createQwen,
  copilot: createCopilot,
  acp: createAnyAcp,
  program: createProgram,
};
