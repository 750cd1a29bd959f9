/** Who and what the made-up nights are about. */
export const REPOS = ["ledger", "site", "tools"];
export const CATEGORIES = ["capability", "content", "ops", "architecture", "self-improvement"];
export const MODELS = [
  { model: "sonnet", family: "claude", account: "anthropic", provider: "anthropic" },
  { model: "gpt", family: "gpt", account: "openai", provider: "openai" },
  { model: "small", family: "qwen", account: "local", provider: "ollama" },
] as const;
