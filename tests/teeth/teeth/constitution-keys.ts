import { inFile, type Tooth } from "../tooth.ts";

const policy = inFile("blackboard/policy.ts", "blackboard/policy.test.ts");
const settings = inFile("protocol/settings.ts", "protocol/settings.test.ts");
const allocation = inFile("blackboard/allocation.ts", "blackboard/allocation.test.ts");
const genome = inFile("blackboard/genome.ts", "blackboard/genome.test.ts");
const signals = inFile("agents/evolver/policy/signals.ts", "agents/evolver/evolver.test.ts");

/** What neither a task nor evolution may move (I5, C14, C30). */
export const constitutionKeyTeeth: readonly Tooth[] = [
  policy(
    "I5: a key of the constitution is never proposed",
    "if (!evolvable) throw",
    "if (false) throw",
  ),
  policy("I5: a setting stays inside its bounds", "!(to >= min && to <= max)", "false"),
  policy(
    "I5: no change without a rationale and an event that speaks for it",
    'rationale.trim() === "" || evidence.length === 0',
    "false",
  ),
  settings(
    "I5: evolution does not move the gate's score",
    "gateScoreMin: fixed(",
    "gateScoreMin: evolved(",
  ),
  settings(
    "I5: evolution does not move the cap of a category",
    "categoryShareMax: fixed(",
    "categoryShareMax: evolved(",
  ),
  settings(
    "I5: nobody sets self-improvement above 15 %",
    "selfImprovementShareMax: fixed(0.15, 0, 0.15,",
    "selfImprovementShareMax: fixed(0.15, 0, 1,",
  ),
  allocation(
    "I5: no category gets more than its cap",
    "!(weight >= 0 && weight <= capShare)",
    "false",
  ),
  allocation(
    "I5: no weights give self-improvement more than 15 %",
    'Math.min(selfImprovementShare, boundsOf("selfImprovementShareMax").max)',
    "selfImprovementShare",
  ),
  allocation(
    "I5: no loop moves the share of self-improvement",
    "Math.abs(wanted - now) > SUM_TOLERANCE",
    "false",
  ),
  allocation("I5: weights are shares of one", "!(Math.abs(sum - 1) <= SUM_TOLERANCE)", "false"),
  genome("D31: only a good record enters the hall of fame", "mean < hallMin", "false"),
  signals("I5: the evolver proposes no key of the constitution", "if (!evolvable || to", "if (to"),
  signals(
    "C19: no mutation on too few tasks",
    'seen.length < read("signalTasksMin") || share <=',
    "share <=",
  ),
];
