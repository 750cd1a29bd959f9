import type { CallContext } from "@nightshift/protocol/bus";
import type { Check } from "@nightshift/protocol/attempt";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { breakDown, fallSilent, limitOf, spendOf, takeTime, type Hands } from "./answers.ts";
import type { Chance } from "./chance.ts";
import { JUDGE } from "./models.ts";

const VERDICTS = {
  pass: 74,
  tests: 7,
  sealed: 2,
  constitution: 4,
  unverifiable: 7,
  unavailable: 3,
  silent: 1,
  liar: 2,
} as const;

/** A verifier's findings; a liar says that the author verified it. */
export async function verify(
  hands: Hands,
  chance: Chance,
  input: SkillInput<"verify">,
  call: CallContext,
): Promise<SkillOutput<"verify">> {
  const way = chance.weighted(VERDICTS);
  await takeTime(hands, chance, call);
  const by = way === "liar" ? input.author : hands.name;
  const check = (kind: Check["kind"], outcome: Check["outcome"]): Check => {
    return { name: kind, kind, outcome, detail: `${kind} ${outcome}` };
  };
  switch (way) {
    case "pass":
    case "liar":
      return { by, verdict: "pass", checks: [check("tests", "pass")], hits: [] };
    case "tests":
    case "sealed":
      return { by, verdict: "fail", checks: [check(way, "fail")], hits: [] };
    case "constitution": {
      const hit = { rule: "no-eval", file: "src/a.ts", line: 1, excerpt: "eval(x)" };
      return { by, verdict: "fail", checks: [check("constitution", "fail")], hits: [hit] };
    }
    case "unverifiable":
      return { by, verdict: "unverifiable", checks: [check("tests", "unverifiable")], hits: [] };
    case "unavailable":
      return breakDown(hands.name);
    case "silent":
      return fallSilent();
  }
}

const SCORES = {
  high: 66,
  low: 12,
  "same-family": 6,
  limit: 6,
  failed: 3,
  unavailable: 3,
  silent: 1,
  "out-of-bounds": 1,
  liar: 2,
} as const;

/** An assessor's scores; a liar says that the author judged it. */
export async function assess(
  hands: Hands,
  chance: Chance,
  input: SkillInput<"assess">,
  call: CallContext,
): Promise<SkillOutput<"assess">> {
  const way = chance.weighted(SCORES);
  await takeTime(hands, chance, call);
  switch (way) {
    case "limit":
      return limitOf(hands, chance, JUDGE);
    case "failed":
      return { status: "failed", kind: "unusable-answer", detail: "no JSON", spend: null };
    case "unavailable":
      return breakDown(hands.name);
    case "silent":
      return fallSilent();
    case "high":
    case "low":
    case "same-family":
    case "out-of-bounds":
    case "liar": {
      const score = way === "low" ? chance.between(1, 4) : chance.between(6, 10);
      const assessed = {
        by: way === "liar" ? input.author : hands.name,
        family: way === "same-family" ? input.authorFamily : JUDGE.family,
        heuristic: score,
        judge: way === "out-of-bounds" ? 11 : score,
        critique: chance.odds(0.8) ? "Name the units." : "",
        evidence: await hands.world.blobs.put(JSON.stringify(input)),
        rubric: "code-1",
      };
      return { status: "assessed", assessed, spend: spendOf(chance, JUDGE) };
    }
  }
}
