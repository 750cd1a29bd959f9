import type { Model } from "@nightshift/agents/ports";
import type { Usage } from "@nightshift/protocol/attempt";
import { shippedLines, type ProfileLine } from "./profile-lines.ts";

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
  /** Share of its answers that were measured to be cut off; null where nobody measured (D37). */
  truncatedShare: number | null;
};

/** Whose caches cost a quarter more to write than plain input does. */
const WRITES_COST = /^(claude|opus|sonnet|haiku|gpt-6)/;

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
 * @param own Lines of the director's own, which are looked at first.
 */
export function profileOf(
  model: string,
  overrides: Partial<Profile> = {},
  own: readonly ProfileLine[] = [],
): Profile {
  const id = model.toLowerCase().split("/").at(-1) ?? "";
  const line = [...own, ...shippedLines()].find((one) => id.startsWith(one.model));
  const known = profileBy(line ?? unknown(id));
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

function profileBy({ model, family, tier, usd, context, output, ...rest }: ProfileLine): Profile {
  const inputMicroUsd = Math.round(usd.in * 1_000_000);
  const price: Price = {
    inputMicroUsd,
    outputMicroUsd: Math.round(usd.out * 1_000_000),
    cachedMicroUsd: Math.round(1_000_000 * (usd.cached ?? usd.in * cachedShare(model))),
    cacheWriteMicroUsd: Math.round(inputMicroUsd * (WRITES_COST.test(model) ? 1.25 : 1)),
  };
  const caps = { contextTokensMax: context, outputTokensMax: output };
  const truncatedShare = rest.truncated ?? null;
  return { family, tier, ...caps, price, priceKnown: rest.guess !== true, truncatedShare };
}

/** What is not known to be cheaper is charged in full. */
function cachedShare(prefix: string): number {
  if (WRITES_COST.test(prefix) || prefix.startsWith("gpt-5")) return 0.1;
  return prefix.startsWith("gpt-4") ? 0.5 : 1;
}

function unknown(id: string): ProfileLine {
  const family = /^[a-z]+/.exec(id)?.[0] ?? "unknown";
  const usd = { in: 15, out: 75 };
  return { model: id, family, tier: "small", usd, context: 20_000, output: 8_000, guess: true };
}
