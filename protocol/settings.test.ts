import { expect, test } from "vitest";
import { boundsOf, defaultSettings, SettingKey, SettingsPatch } from "./settings.ts";

test("evolution may move these settings, and every other one is the constitution's (I5)", () => {
  expect(SettingKey.options.filter((key) => boundsOf(key).evolvable)).toEqual([
    "stalenessRatePerDay",
    "saturationShare",
    "followUpsMax",
    "splitOverTokens",
    "outputTokensMax",
    "contextTokensLarge",
    "contextTokensMedium",
    "contextTokensSmall",
    "continuationsMax",
    "preflightOverlapShare",
    "reflectionsShown",
    "routerBoldness",
    "routerForgetDays",
  ]);
});

test("nobody sets self-improvement above 15 % (C30, I5)", () => {
  expect(defaultSettings.selfImprovementShareMax).toBe(0.15);
  expect(SettingsPatch.safeParse({ selfImprovementShareMax: 0.15 }).success).toBe(true);
  expect(SettingsPatch.safeParse({ selfImprovementShareMax: 0.16 }).success).toBe(false);
});

test("the documents' thresholds are the defaults", () => {
  expect(defaultSettings).toMatchObject({
    gateScoreMin: 4,
    gateTruncationPenalty: 1.5,
    gateEvidenceCap: 3,
    assessorJudgeWeight: 0.6,
    truncationDropShare: 0.2,
    brakeScoreMin: 4.5,
    categoryShareMax: 0.3,
    triesMax: 3,
    followUpScoreMin: 7,
    followUpDepthMax: 1,
    splitOverTokens: 8_000,
    continuationsMax: 0,
  });
});

test("every default is inside its bounds, which name their source", () => {
  for (const key of SettingKey.options) {
    const { default: value, min, max, source } = boundsOf(key);
    expect({ key, inside: min <= value && value <= max }).toEqual({ key, inside: true });
    expect(source).not.toBe("");
  }
});
