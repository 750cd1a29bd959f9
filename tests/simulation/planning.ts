import type { CallContext } from "@nightshift/protocol/bus";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { breakDown, fallSilent, limitOf, spendOf, takeTime, type Hands } from "./answers.ts";
import type { Chance } from "./chance.ts";
import { PLANNER } from "./models.ts";

const ADMISSIONS = { admit: 90, park: 4, refuse: 2, unavailable: 3, silent: 1 } as const;

export async function admit(
  hands: Hands,
  chance: Chance,
  _input: SkillInput<"admit">,
  call: CallContext,
): Promise<SkillOutput<"admit">> {
  const way = chance.weighted(ADMISSIONS);
  if (chance.odds(0.3)) await takeTime(hands, chance, call);
  switch (way) {
    case "admit":
      return { decision: "admit", evidence: ["it has a condition"] };
    case "park":
      return { decision: "park", reason: "vague", question: "How can anyone tell?" };
    case "refuse":
      return { decision: "refuse", reason: "duplicate", evidence: ["it is there already"] };
    case "unavailable":
      return breakDown(hands.name);
    case "silent":
      return fallSilent();
  }
}

const PLANS = { whole: 82, split: 8, limit: 4, failed: 2, unavailable: 3, silent: 1 } as const;

/** A plan: one piece, or two to four parts of a task that is no part itself. */
export async function plan(
  hands: Hands,
  chance: Chance,
  { spec }: SkillInput<"plan">,
  call: CallContext,
): Promise<SkillOutput<"plan">> {
  const way = chance.weighted(PLANS);
  await takeTime(hands, chance, call);
  const spend = chance.odds(0.5) ? spendOf(chance, PLANNER) : null;
  switch (way) {
    case "limit":
      return limitOf(hands, chance, PLANNER);
    case "failed":
      return { status: "failed", kind: "unusable-answer", detail: "no plan in it", spend };
    case "unavailable":
      return breakDown(hands.name);
    case "silent":
      return fallSilent();
    case "whole":
    case "split": {
      const many = way === "split" && spec.source !== "split" ? chance.between(2, 4) : 0;
      const parts = Array.from({ length: many }, (_, at) => ({
        title: `${spec.title}, part ${at + 1}`,
        text: "One part of it.",
        success: spec.success,
        scope: spec.scope,
      }));
      const note = many > 0 ? "too much for one piece" : "one piece";
      return { status: "planned", estimateTokens: chance.between(100, 9_000), note, parts, spend };
    }
  }
}
