import { BadInput } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { readPolicy } from "./policy-file.ts";

test("a policy is rules, settings, a router, a schedule and a budget, each of them optional", () => {
  const text = `
rules:
  - { outputs: [report], models: [sonnet], genes: { promptStyle: stepwise } }
settings: { outputTokensMax: 6000 }
router: { boldness: 0.2 }
schedule: { preset: hourly, batch: 2 }
budget: { dayUsd: 5 }
`;
  expect(readPolicy(text, "p.yaml")).toEqual({
    rules: [{ outputs: ["report"], models: ["sonnet"], genes: { promptStyle: "stepwise" } }],
    settings: { outputTokensMax: 6_000 },
    router: { boldness: 0.2 },
    schedule: { preset: "hourly", batch: 2 },
    budget: { dayUsd: 5 },
  });
  expect(readPolicy("", "p.yaml")).toEqual({});
});

test.each([
  ["rules: 3", "rules"],
  ["gateScoreMin: 0", "Unrecognized"],
  ["settings: { gateScoreMin: 0 }", "settings"],
  ["settings: { outputTokensMax: 99999999 }", "outputTokensMax"],
  ["schedule: { preset: daily }", "preset"],
  ["a: [", "no YAML"],
  ["x".repeat(100_001), "too long"],
])("%s is refused in one line that says what and where", (text, words) => {
  expect(() => readPolicy(text, "p.yaml")).toThrow(BadInput);
  try {
    readPolicy(text, "p.yaml");
  } catch (error) {
    expect(error).toMatchObject({ where: "p.yaml" });
    expect(String(error)).toContain(words);
  }
});
