import { expect, test } from "vitest";
import { costOf, FREE, LOCAL, profileOf } from "./profiles.ts";

test("context is capped at 80K for Opus, 40K for Sonnet, 20K for Haiku and Flash (D18)", () => {
  expect(profileOf("claude-opus-4-5").contextTokensMax).toBe(80_000);
  expect(profileOf("claude-sonnet-4-5-20250929").contextTokensMax).toBe(40_000);
  expect(profileOf("claude-haiku-4-5").contextTokensMax).toBe(20_000);
  expect(profileOf("gemini-2.0-flash").contextTokensMax).toBe(20_000);
});

test("the narrowest line of models rules, whatever the spelling", () => {
  expect(profileOf("gpt-5-mini").price.inputMicroUsd).toBe(250_000);
  expect(profileOf("openai/GPT-5-mini").price.inputMicroUsd).toBe(250_000);
  expect(profileOf("gpt-5").price.inputMicroUsd).toBe(1_250_000);
  expect(profileOf("gpt-oss:20b").family).toBe("gpt");
});

test("a model that nobody knows gets little room and a price that is a guess", () => {
  const profile = profileOf("zephyr-9000");
  expect(profile).toMatchObject({ family: "zephyr", tier: "small", priceKnown: false });
  expect(profile.contextTokensMax).toBe(20_000);
  expect(profile.price.outputMicroUsd).toBe(75_000_000);
});

test("the config overrides the table, and a local model costs nothing", () => {
  expect(profileOf("qwen2.5-coder:32b", LOCAL)).toMatchObject({ tier: "local", price: FREE });
  expect(profileOf("qwen2.5-coder:32b", { contextTokensMax: 9_000 }).contextTokensMax).toBe(9_000);
  expect(profileOf("meta-llama/llama-3.3-70b:free")).toMatchObject({ tier: "free", price: FREE });
});

test("cost counts plain, cached, written and said tokens each at its own price", () => {
  const { price } = profileOf("claude-sonnet-4-5");
  const usage = {
    inputTokens: 6_500,
    cachedTokens: 5_000,
    outputTokens: 57,
    cacheWriteTokens: 300,
  };
  // 1,200 × 3 + 5,000 × 0.3 + 300 × 3.75 + 57 × 15
  expect(costOf(price, usage)).toBe(7_080);
});

test("a fraction of a micro-dollar counts as one", () => {
  const { price } = profileOf("gpt-5-nano");
  expect(costOf(price, { inputTokens: 1, cachedTokens: 0, outputTokens: 0 })).toBe(1);
});
