import type { Model } from "@nightshift/agents/ports";
import type { Usage } from "@nightshift/protocol/attempt";

/** Micro-dollars for a million tokens. */
export type Price = {
  inputMicroUsd: number;
  outputMicroUsd: number;
  /** Input that came from a cache. */
  cachedMicroUsd: number;
  /** Input that was written into a cache. */
  cacheWriteMicroUsd: number;
};

/** What the house knows of a model before it has worked here. */
export type Profile = Pick<Model, "family" | "tier" | "contextTokensMax" | "outputTokensMax"> & {
  price: Price;
  /** False where the price is a careful guess: what it costs is then an estimate. */
  priceKnown: boolean;
};

/** Whose caches cost a quarter more to write than plain input does. */
const WRITES_COST = /^(claude|opus|sonnet|haiku|gpt-6)/;

/**
 * One row a line of models, the first that fits wins; edit it when a price changes. Dollars for a
 * million tokens in and out; the caps of context are those of D18 and F8, the stricter where the
 * sources disagree: quality falls long before a model's own window ends.
 */
const table: Row[] = [
  row("claude-opus-4-1", "claude", "large", { in: 15, out: 75 }, [80_000, 32_000]),
  row("claude-opus-4-2", "claude", "large", { in: 15, out: 75 }, [80_000, 32_000]),
  row("claude-3-opus", "claude", "large", { in: 15, out: 75 }, [80_000, 4_096]),
  row("claude-opus-5-5", "claude", "large", { in: 4, out: 20, cached: 0.2 }, [80_000, 32_000]),
  row("claude-opus", "claude", "large", { in: 5, out: 25 }, [80_000, 32_000]),
  row("claude-sonnet-5", "claude", "large", { in: 2, out: 10 }, [40_000, 32_000]),
  row("claude-sonnet", "claude", "large", { in: 3, out: 15 }, [40_000, 32_000]),
  row("claude-haiku-4", "claude", "small", { in: 1, out: 5 }, [20_000, 16_000]),
  row("claude-haiku", "claude", "small", { in: 1, out: 5, guess: true }, [20_000, 16_000]),
  row("claude-3-5-haiku", "claude", "small", { in: 0.8, out: 4 }, [20_000, 8_192]),
  row("claude-fable", "claude", "large", { in: 10, out: 50 }, [80_000, 32_000]),
  row("claude", "claude", "large", { in: 15, out: 75, guess: true }, [40_000, 16_000]),
  row("opus", "claude", "large", { in: 5, out: 25, guess: true }, [80_000, 32_000]),
  row("sonnet", "claude", "large", { in: 3, out: 15, guess: true }, [40_000, 32_000]),
  row("haiku", "claude", "small", { in: 1, out: 5, guess: true }, [20_000, 16_000]),
  row("gpt-oss", "gpt", "small", { in: 0.3, out: 1 }, [20_000, 8_000]),
  row("gpt-5-nano", "gpt", "small", { in: 0.05, out: 0.4 }, [20_000, 16_000]),
  row("gpt-5-mini", "gpt", "small", { in: 0.25, out: 2 }, [20_000, 16_000]),
  row("gpt-5.1-codex-mini", "gpt", "small", { in: 0.25, out: 2 }, [20_000, 16_000]),
  row("gpt-5.1", "gpt", "large", { in: 1.25, out: 10 }, [80_000, 32_000]),
  row("gpt-5.2", "gpt", "large", { in: 1.75, out: 14 }, [80_000, 32_000]),
  row("gpt-5.6-sol", "gpt", "large", { in: 5, out: 30 }, [80_000, 32_000]),
  row("gpt-6.1-sol", "gpt", "large", { in: 2, out: 10, cached: 0.1 }, [80_000, 32_000]),
  row("gpt-6-sol", "gpt", "large", { in: 2, out: 10 }, [80_000, 32_000]),
  row("gpt-6-luna", "gpt", "small", { in: 0.1, out: 0.5 }, [20_000, 16_000]),
  row("gpt-6", "gpt", "large", { in: 10, out: 60, guess: true }, [80_000, 32_000]),
  row("gpt-5.", "gpt", "large", { in: 5, out: 30, guess: true }, [80_000, 32_000]),
  row("gpt-5", "gpt", "large", { in: 1.25, out: 10 }, [80_000, 32_000]),
  row("gpt-4.1-mini", "gpt", "small", { in: 0.4, out: 1.6 }, [20_000, 16_000]),
  row("gpt-4.1", "gpt", "large", { in: 2, out: 8 }, [40_000, 16_000]),
  row("gpt-4o-mini", "gpt", "small", { in: 0.15, out: 0.6 }, [20_000, 16_000]),
  row("gpt-4o", "gpt", "large", { in: 2.5, out: 10 }, [40_000, 16_000]),
  row("gpt", "gpt", "large", { in: 10, out: 60, guess: true }, [40_000, 16_000]),
  row("codex-mini", "gpt", "small", { in: 1.5, out: 6 }, [20_000, 16_000]),
  row("codex", "gpt", "large", { in: 5, out: 30, guess: true }, [80_000, 32_000]),
  row("gemini-2.0-flash", "gemini", "small", { in: 0.1, out: 0.4 }, [20_000, 8_000]),
  row("gemini-2.5-flash-lite", "gemini", "small", { in: 0.1, out: 0.4 }, [20_000, 8_000]),
  row("gemini-2.5-flash", "gemini", "small", { in: 0.3, out: 2.5 }, [20_000, 8_000]),
  row("gemini-2.5-pro", "gemini", "large", { in: 2.5, out: 15 }, [80_000, 32_000]),
  row("gemini", "gemini", "small", { in: 4, out: 18, guess: true }, [20_000, 8_000]),
  row("qwen", "qwen", "small", { in: 1, out: 4, guess: true }, [20_000, 8_000]),
  row("llama", "llama", "small", { in: 1, out: 3, guess: true }, [20_000, 8_000]),
  row("mistral", "mistral", "small", { in: 2, out: 6, guess: true }, [20_000, 8_000]),
  row("codestral", "mistral", "small", { in: 1, out: 3, guess: true }, [20_000, 8_000]),
  row("devstral", "mistral", "small", { in: 1, out: 3, guess: true }, [20_000, 8_000]),
  row("deepseek", "deepseek", "small", { in: 1, out: 3, guess: true }, [20_000, 8_000]),
  row("glm", "glm", "small", { in: 1, out: 4, guess: true }, [20_000, 8_000]),
  row("kimi", "kimi", "small", { in: 1, out: 4, guess: true }, [20_000, 8_000]),
  row("grok", "grok", "large", { in: 5, out: 25, guess: true }, [40_000, 16_000]),
  row("gemma", "gemini", "small", { in: 0.5, out: 1, guess: true }, [20_000, 8_000]),
];

/** Costs nothing, whatever it is called. */
export const FREE: Price = {
  inputMicroUsd: 0,
  outputMicroUsd: 0,
  cachedMicroUsd: 0,
  cacheWriteMicroUsd: 0,
};

/** Overrides for a model on the director's own machine. */
export const LOCAL: Partial<Profile> = { tier: "local", price: FREE, priceKnown: true };

/**
 * The profile of a model by its id, `maker/model` included; what the config says overrides it.
 * A model that nobody knows gets little room and a price that no reservation falls short of.
 */
export function profileOf(model: string, overrides: Partial<Profile> = {}): Profile {
  const id = model.toLowerCase().split("/").at(-1) ?? "";
  const known = table.find(({ prefix }) => id.startsWith(prefix))?.profile ?? unknown(id);
  const free: Partial<Profile> = id.endsWith(":free") ? { ...LOCAL, tier: "free" } : {};
  return { ...known, ...free, ...overrides };
}

/** Micro-dollars, rounded up. `inputTokens` holds all input, cached and written to a cache too. */
export function costOf(price: Price, usage: Usage & { cacheWriteTokens?: number }): number {
  const { inputTokens, cachedTokens, outputTokens, cacheWriteTokens = 0 } = usage;
  const plain = Math.max(0, inputTokens - cachedTokens - cacheWriteTokens);
  const total =
    plain * price.inputMicroUsd +
    cachedTokens * price.cachedMicroUsd +
    cacheWriteTokens * price.cacheWriteMicroUsd +
    outputTokens * price.outputMicroUsd;
  return Math.ceil(total / 1_000_000);
}

type Row = { prefix: string; profile: Profile };

function row(
  prefix: string,
  family: string,
  tier: "small" | "large",
  price: { in: number; out: number; cached?: number; guess?: boolean },
  [contextTokensMax, outputTokensMax]: [number, number],
): Row {
  const inputMicroUsd = Math.round(price.in * 1_000_000);
  const priceOf: Price = {
    inputMicroUsd,
    outputMicroUsd: Math.round(price.out * 1_000_000),
    cachedMicroUsd: Math.round(1_000_000 * (price.cached ?? price.in * cachedShare(prefix))),
    cacheWriteMicroUsd: Math.round(inputMicroUsd * (WRITES_COST.test(prefix) ? 1.25 : 1)),
  };
  const priceKnown = price.guess !== true;
  const caps = { contextTokensMax, outputTokensMax };
  return { prefix, profile: { family, tier, ...caps, price: priceOf, priceKnown } };
}

/** What is not known to be cheaper is charged in full. */
function cachedShare(prefix: string): number {
  if (WRITES_COST.test(prefix) || prefix.startsWith("gpt-5")) return 0.1;
  return prefix.startsWith("gpt-4") ? 0.5 : 1;
}

function unknown(id: string): Profile {
  const family = /^[a-z]+/.exec(id)?.[0] ?? "unknown";
  return row(id, family, "small", { in: 15, out: 75, guess: true }, [20_000, 8_000]).profile;
}
