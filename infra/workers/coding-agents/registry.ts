import type { Tells } from "./options.ts";

export type CodingAgentKind = keyof typeof codingAgents;

/** What the house knows of an agent CLI: how it is found, installed, signed in and driven. */
export type CodingAgentEntry = {
  /** As people call it. */
  title: string;
  /** Name of the program. */
  program: string;
  /** Package in the npm registry, and the oldest release that the driver was written for. */
  package: string;
  oldest: string;
  /** Where its login lies, below the home folder, on a machine without a keychain. */
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
  driven: "headless" | "ACP";
  /** With a login; with a key or an address the tap tells tokens, truncation and resets of all. */
  tells: Tells;
};

/** The agent CLIs that have a driver; a new one is a row here and a file beside this one. */
export const codingAgents = {
  "claude-code": {
    title: "Claude Code",
    program: "claude",
    package: "@anthropic-ai/claude-code",
    oldest: "2.1.0",
    login: ".claude/.credentials.json",
    signInCommand: "claude, then /login",
    keyVariable: "ANTHROPIC_API_KEY",
    addressVariable: "ANTHROPIC_BASE_URL",
    tokenVariable: "CLAUDE_CODE_OAUTH_TOKEN",
    model: "claude-sonnet-5-5",
    driven: "headless",
    tells: tells("tokens", "cost", "truncation", "reset", "resume"),
  },
  codex: {
    title: "Codex",
    program: "codex",
    package: "@openai/codex",
    oldest: "0.150.0",
    login: ".codex/auth.json",
    signInCommand: "codex login",
    keyVariable: "OPENAI_API_KEY",
    addressVariable: "OPENAI_BASE_URL",
    tokenVariable: null,
    model: "gpt-6.1-sol",
    driven: "headless",
    tells: tells("tokens", "truncation", "reset", "resume"),
  },
  opencode: {
    title: "opencode",
    program: "opencode",
    package: "opencode-ai",
    oldest: "1.18.0",
    login: ".local/share/opencode/auth.json",
    signInCommand: "opencode auth login",
    keyVariable: "OPENCODE_API_KEY",
    addressVariable: "OPENCODE_BASE_URL",
    tokenVariable: null,
    model: "anthropic/claude-sonnet-5-5",
    driven: "headless",
    tells: tells("tokens", "cost", "truncation", "resume"),
  },
  gemini: {
    title: "Gemini CLI",
    program: "gemini",
    package: "@google/gemini-cli",
    oldest: "0.50.0",
    login: ".gemini/oauth_creds.json",
    signInCommand: "gemini, then /auth",
    keyVariable: "GEMINI_API_KEY",
    addressVariable: "GOOGLE_GEMINI_BASE_URL",
    tokenVariable: null,
    model: "gemini-2.5-pro",
    driven: "ACP",
    tells: tells("tokens", "resume", "permissions"),
  },
  qwen: {
    title: "Qwen Code",
    program: "qwen",
    package: "@qwen-code/qwen-code",
    oldest: "0.20.0",
    login: ".qwen/oauth_creds.json",
    signInCommand: "qwen, then /auth",
    keyVariable: "DASHSCOPE_API_KEY",
    addressVariable: "DASHSCOPE_BASE_URL",
    tokenVariable: null,
    model: "qwen3-coder-plus",
    driven: "ACP",
    tells: tells("tokens", "resume", "permissions"),
  },
  copilot: {
    title: "Copilot CLI",
    program: "copilot",
    package: "@github/copilot",
    oldest: "1.0.90",
    login: ".copilot/config.json",
    signInCommand: "copilot login",
    keyVariable: "COPILOT_PROVIDER_API_KEY",
    addressVariable: "COPILOT_PROVIDER_BASE_URL",
    tokenVariable: "COPILOT_GITHUB_TOKEN",
    model: "gpt-5.2",
    driven: "ACP",
    tells: tells("tokens", "truncation", "resume", "permissions"),
  },
} as const satisfies Record<string, CodingAgentEntry>;

/** In the order in which they are shown. */
export const codingAgentKinds = [
  "claude-code",
  "codex",
  "gemini",
  "opencode",
  "qwen",
  "copilot",
] as const satisfies readonly CodingAgentKind[];

/** The command that installs a CLI, or its newest release. */
export function installCommand({ package: name }: Pick<CodingAgentEntry, "package">): string {
  return `npm install --global ${name}`;
}

function tells(...told: (keyof Tells)[]): Tells {
  const has = (what: keyof Tells) => told.includes(what);
  return {
    tokens: has("tokens"),
    cost: has("cost"),
    truncation: has("truncation"),
    reset: has("reset"),
    resume: has("resume"),
    permissions: has("permissions"),
  };
}
