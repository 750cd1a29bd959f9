import type { TokenScale } from "@nightshift/protocol/skills";
import type { TokenCounter } from "./tokens.ts";

/** The tokenizer's count as a model is expected to count: its overhead is added once, elsewhere. */
export function scaled(count: TokenCounter, scale: TokenScale | null): TokenCounter {
  if (scale === null || scale.perToken === 1) return count;
  return (text) => Math.ceil(count(text) * scale.perToken);
}
