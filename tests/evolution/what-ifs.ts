import { seededDraws } from "@nightshift/agents/evolver/draws";
import type { Decision, Policy } from "@nightshift/agents/evolver/off-policy/decision";
import { doublyRobust } from "@nightshift/agents/evolver/off-policy/doubly-robust";
import { ruled } from "@nightshift/agents/evolver/off-policy/rules";
import type { Option } from "@nightshift/agents/evolver/router/features";
import { routerBy } from "@nightshift/agents/evolver/router/router";
import { resultOf, situationOf } from "@nightshift/infra/sim/landscape/contenders/ours";
import {
  createLandscape,
  type Landscape,
  type LandscapeTask,
} from "@nightshift/infra/sim/landscape/landscape";
import { MODELS } from "@nightshift/infra/sim/landscape/models";
import { NEUTRAL_GENES, type Genes } from "@nightshift/protocol/genome";
import { defaultSettings } from "@nightshift/protocol/settings";

const DAYS = 25;
const TASKS_A_DAY = 60;
const DRAWS = 100;
/** Tasks by which the true value of a policy is told. */
const TRUE_TASKS = 3_000;

const GENOMES: readonly Genes[] = [
  NEUTRAL_GENES,
  { ...NEUTRAL_GENES, promptStyle: "test-first" },
  { ...NEUTRAL_GENES, promptStyle: "stepwise", contextDepth: 0 },
  { ...NEUTRAL_GENES, outputTokensMax: 12_000 },
  { ...NEUTRAL_GENES, outputTokensMax: 16_000, scope: "narrow", contextDepth: 0 },
  { ...NEUTRAL_GENES, contextDepth: 2 },
];
const OPTIONS: readonly (Option & { model: string; bonus: number })[] = MODELS.flatMap(({ name }) =>
  GENOMES.map((genes) => ({ model: name, genes, contextTokensMax: 200_000, bonus: 0 })),
);

const byLessons = routerBy(defaultSettings);
/** A rule that fits every task and wants nothing: what is best by the lessons. */
const ANY = {};
const PLAIN = { promptStyle: "plain", outputTokensMax: 8_000, contextDepth: 1 } as const;

/** Five ways somebody might ask about. */
const POLICIES: Readonly<Record<string, Policy>> = {
  "as the documents converged": ruled(
    [
      { categories: ["architecture", "features"], models: ["opus"], genes: PLAIN },
      { outputs: ["research"], models: ["sonnet"], genes: { outputTokensMax: 12_000 } },
      { models: ["sonnet"], genes: PLAIN },
    ],
    byLessons,
  ),
  "local first": ruled(
    [
      { categories: ["architecture"], models: ["opus"] },
      { models: ["qwen"], genes: { outputTokensMax: 12_000 } },
    ],
    byLessons,
  ),
  "research to Flash": ruled(
    [
      { outputs: ["research", "report"], models: ["flash"], genes: { outputTokensMax: 16_000 } },
      { models: ["sonnet"], genes: { promptStyle: "test-first" } },
    ],
    byLessons,
  ),
  "code test-first": ruled(
    [{ outputs: ["code"], genes: { promptStyle: "test-first" } }, ANY],
    byLessons,
  ),
  "without Opus": ruled(
    [{ outputs: ["report"], models: ["sonnet"] }, { models: ["qwen", "sonnet"] }],
    byLessons,
  ),
};

/** For each policy by how much its estimate missed the truth, and whether the interval held it. */
export function misses(seed: number): { policy: string; off: number; held: boolean }[] {
  const landscape = createLandscape(seed);
  const decisions = logOf(landscape, seed);
  const tasks = landscape.tasks(1, TRUE_TASKS, seededDraws(seed * 999));
  return Object.entries(POLICIES).map(([policy, target]) => {
    const truth = valueOf(landscape, tasks, target);
    const { value, low, high } = doublyRobust(decisions, target, seededDraws(seed));
    return { policy, off: value - truth, held: low <= truth && truth <= high };
  });
}

/** 1,500 decisions of a router that learns, as a log keeps them. */
function logOf(landscape: Landscape, seed: number): Decision[] {
  const random = seededDraws(seed * 13);
  const router = routerBy(defaultSettings);
  const decisions: Decision[] = [];
  for (let day = 1; day <= DAYS; day++) {
    for (const task of landscape.tasks(day, TASKS_A_DAY, random)) {
      const situation = situationOf(task);
      const { index, propensity } = router.choose(situation, OPTIONS, { draws: DRAWS, random });
      const option = OPTIONS[index];
      if (!option) throw new Error("an option that is not there");
      const deed = { ...option.genes, model: option.model };
      const result = resultOf(landscape.observe(task, deed, random));
      router.learn(situation, option, result);
      const told = { situation, options: OPTIONS, bonuses: [], chosen: index, propensity };
      decisions.push({ id: task.id, ...told, reward: result.fitness });
    }
    router.passDays(1);
  }
  return decisions;
}

function valueOf(landscape: Landscape, tasks: readonly LandscapeTask[], target: Policy): number {
  const told = { options: OPTIONS, bonuses: [], chosen: 0, propensity: 1, reward: 0 };
  let sum = 0;
  for (const task of tasks) {
    const shares = target({ id: task.id, situation: situationOf(task), ...told }) ?? [];
    for (const [at, share] of shares.entries()) {
      const option = OPTIONS[at];
      if (!option || share === 0) continue;
      sum += share * landscape.expect(task, { ...option.genes, model: option.model }).fitness;
    }
  }
  return sum / tasks.length;
}
