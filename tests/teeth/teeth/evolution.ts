import { inFile, type Tooth } from "../tooth.ts";

const FRONTS = "agents/evolver/pareto/fronts.test.ts";
const ROUTER = "agents/evolver/router/router.test.ts";
const ROUTE = "agents/evolver/router/route.test.ts";
const GENERATION = "agents/evolver/genome/generation.test.ts";
const VERDICT = "agents/evolver/policy/verdict.test.ts";

const point = inFile("agents/evolver/pareto/point.ts", FRONTS);
const fronts = inFile("agents/evolver/pareto/fronts.ts", FRONTS);
const crowding = inFile("agents/evolver/pareto/crowding.ts", FRONTS);
const noisy = inFile("agents/evolver/pareto/noisy.ts", FRONTS);
const variation = inFile(
  "agents/evolver/pareto/variation.ts",
  "agents/evolver/pareto/variation.test.ts",
);
const choice = inFile("agents/evolver/router/choice.ts", ROUTER);
const belief = inFile("agents/evolver/router/belief.ts", ROUTER);
const router = inFile("agents/evolver/router/router.ts", ROUTER);
const alarm = inFile("agents/evolver/router/alarm.ts", ROUTER);
const route = inFile("agents/evolver/router/route.ts", ROUTE);
const generation = inFile("agents/evolver/genome/generation.ts", GENERATION);
const trial = inFile("agents/evolver/policy/trial.ts", VERDICT);
const verdict = inFile("agents/evolver/policy/verdict.ts", VERDICT);
const signals = inFile("agents/evolver/policy/signals.ts", "agents/evolver/policy/signals.test.ts");
const tree = inFile("agents/evolver/allocation/tree.ts", "agents/evolver/allocation/tree.test.ts");
const evolve = inFile(
  "agents/dispatcher/learning/evolve.ts",
  "agents/dispatcher/learning/evolve.test.ts",
);
const breed = inFile(
  "agents/dispatcher/learning/breed.ts",
  "agents/dispatcher/learning/evolve.test.ts",
);
const inForce = inFile(
  "projections/settings-in-force.ts",
  "tests/evolution/rollback.property.test.ts",
);

/** What evolution is held to: honest dominance, honest odds, trials first, and a way back. */
export const evolutionTeeth: readonly Tooth[] = [
  point("Deb: what keeps the constraints dominates", "a.violation !== b.violation", "false"),
  fronts("Deb: nobody dominates a twin", "!before || compared(before, point) !== 0", "true"),
  crowding(
    "Deb: the ends of a front are kept",
    "room[low] = Number.POSITIVE_INFINITY",
    "room[low] = 0",
  ),
  noisy("science: better only if probably better", "odds > CONFIDENCE", "odds > 0.5"),
  variation(
    "Deb: a child copies no parent",
    "if (!same(child, first) && !same(child, second)) continue;",
    "continue;",
  ),
  choice(
    "science: the propensity is that of the choice made",
    "propensity: propensities[index] ?? 0",
    "propensity: Math.max(...propensities)",
  ),
  belief(
    "what is forgotten is never less known than at first",
    "Math.min(most, now + share * most)",
    "now + share * most",
  ),
  router("science: lessons lose to evidence", "taught.logLikelihood - blank.logLikelihood", "0"),
  alarm("a model that degrades is noticed", "sums.below > ALARM_AT", "false"),
  route(
    "D9: a P1 task keeps its model",
    "spec.priority === 1 ? named",
    "spec.priority === 9 ? named",
  ),
  route(
    "D30: a genome works with the model it names",
    "genes.model === null || genes.model === model",
    "true",
  ),
  generation(
    "D28: the two best of an island stay",
    "for (const id of elite) leaving.delete(id);",
    "",
  ),
  generation(
    "D31: the hall of fame gives parents",
    "const pool = [...left, ...hallSeeds(hall, breeding)];",
    "const pool = [...left];",
  ),
  trial("H11: a trial reaches no attempt that began before it", "beganMs < trial.sinceMs", "false"),
  verdict(
    "H11: no verdict on a few attempts",
    "tried.length < TRIED_MIN || others.length < TRIED_MIN",
    "false",
  ),
  verdict("H11: what harms is rolled back", "odds < ROLL_BACK_EARLY", "false"),
  signals("C19: old evidence does not repeat a mutation", "beganMs >= sinceMs", "true"),
  tree("C15: a loop waits for its time", "nowMs - lastMs < EVERY_MS[loop]", "false"),
  evolve(
    "H11: a change is tried before it is adopted",
    '{ type: "policy.try", share, tasksMax }',
    '{ type: "policy.adopt", rationale: "now" }',
  ),
  evolve("evolve freeze: nothing changes", "settings.evolutionFrozen > 0", "false"),
  breed(
    "D28: the neutral genome never retires",
    "own.has(one.id) && one.id !== neutral",
    "own.has(one.id)",
  ),
  inForce(
    "C18: a rollback restores what stood before",
    "view.adopted.set(key, before)",
    "view.adopted.delete(key)",
  ),
];
