import type { CodingAgent } from "@nightshift/agents/ports";
import { CLAUDE_LOGIN, createClaudeCode } from "./claude-code.ts";
import type { CodingAgentOptions } from "./claude-code.ts";
import { CODEX_LOGIN, createCodex } from "./codex.ts";

export type CodingAgentKind = "claude-code" | "codex";

/** What the house knows of an agent CLI: how it is found, installed, signed in and driven. */
export type CodingAgentEntry = {
  kind: CodingAgentKind;
  /** Name of the program. */
  program: string;
  /** Package in the npm registry. */
  package: string;
  /** Where its login lies, below the home folder. */
  login: string;
  signInCommand: string;
  /** Environment variable with the key that it takes instead of a login. */
  keyVariable: string;
  /** Environment variable with another address that key and token are meant for. */
  addressVariable: string;
  /** Environment variable with a long-lived token of a subscription, where it takes one. */
  tokenVariable: string | null;
  /** What it is asked for when the config names no model. */
  model: string;
  create(options: CodingAgentOptions): CodingAgent;
};

/** The agent CLIs that have a driver; a new one is a row here and a file beside this one. */
export const codingAgents: Record<CodingAgentKind, CodingAgentEntry> = {
  "claude-code": {
    kind: "claude-code",
    program: "claude",
    package: "@anthropic-ai/claude-code",
    login: CLAUDE_LOGIN,
    signInCommand: "claude, then /login",
    keyVariable: "ANTHROPIC_API_KEY",
    addressVariable: "ANTHROPIC_BASE_URL",
    tokenVariable: "CLAUDE_CODE_OAUTH_TOKEN",
    model: "claude-sonnet-5-5",
    create: createClaudeCode,
  },
  codex: {
    kind: "codex",
    program: "codex",
    package: "@openai/codex",
    login: CODEX_LOGIN,
    signInCommand: "codex login",
    keyVariable: "OPENAI_API_KEY",
    addressVariable: "OPENAI_BASE_URL",
    tokenVariable: null,
    model: "gpt-6.1-sol",
    create: createCodex,
  },
};
