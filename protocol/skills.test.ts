import { expect, test } from "vitest";
import { skills } from "./skills.ts";

const assessed = {
  by: "assessor",
  family: "gpt",
  heuristic: 6,
  judge: 8,
  critique: "sound",
  evidence: "a".repeat(64),
  rubric: "code-1",
  followUps: [{ title: "Add a test", text: "for the empty cart" }],
};
const spend = {
  model: "judge",
  family: "gpt",
  usage: { inputTokens: 10, cachedTokens: 0, outputTokens: 5 },
  costMicroUsd: 7,
  costKind: "billed",
};
const isTaken = (more: object) =>
  skills.assess.output.safeParse({ status: "assessed", assessed: { ...assessed, ...more }, spend })
    .success;

test("an assessor says what it makes of the work", () => expect(isTaken({})).toBe(true));

test.for([
  { blend: 10 },
  { calibrated: { score: 10, low: 10, high: 10, version: "mine" } },
  { interval: { low: 10, high: 10 } },
  { drift: { level: 0 } },
  { reviewed: { model: "judge", family: "gpt", checks: [] } },
])("how far it can be trusted is not for it to say: %o", (more) =>
  expect(isTaken(more)).toBe(false),
);
