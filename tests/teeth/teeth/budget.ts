import { inFile, type Tooth } from "../tooth.ts";

const budget = inFile("blackboard/budget.ts", "blackboard/budget.test.ts");
const state = inFile("blackboard/budget-state.ts", "blackboard/budget.test.ts");

/** Money and tokens are asked for before, and told as they were after (I3). */
export const budgetTeeth: readonly Tooth[] = [
  budget("I3: the ceiling of a day", "limit: dayMicroUsd,", "limit: null,"),
  budget("I3: the ceiling of a night", "limit: nightMicroUsd,", "limit: null,"),
  budget("I3: the ceiling of a week's tokens", "limit: weekTokens,", "limit: null,"),
  budget("I3: the ceiling of a category", "limit: share(categoryShare),", "limit: null,"),
  budget(
    "I3: the ceiling of self-improvement",
    "limit: own === null ? null : share(own),",
    "limit: null,",
  ),
  budget(
    "I5: self-improvement never has more than 15 %, whatever a command says",
    "Math.min(ceilings.selfImprovementShare, max)",
    "ceilings.selfImprovementShare",
  ),
  budget(
    "I3: what was really used is never clamped to the reservation",
    "...charged };",
    "...charged, costMicroUsd: Math.min(charged.costMicroUsd, worstMicroUsd) };",
  ),
  budget(
    "I3: an overshoot is an event",
    "if (byMicroUsd === 0 && byTokens === 0) return [settled];",
    "return [settled];",
  ),
  budget(
    "I3: what nobody knows is charged in full",
    "costMicroUsd: worstMicroUsd,",
    "costMicroUsd: 0,",
  ),
  budget("I10: a step is charged once", 'if (known.status === "settled") return [];', ""),
  budget("I2: an older epoch reserves nothing", "fence(state.epoch, reserved.epoch);", ""),
  budget("I3: a worst case is an amount", "!Number.isSafeInteger(amount) || amount < 0", "false"),
  state(
    "I3: what is reserved counts against every ceiling",
    "spent: add(state, open, { microUsd: worstMicroUsd, tokens: worstTokens }),",
    "spent: state.spent,",
  ),
];
