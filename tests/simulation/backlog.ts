import { taskIdOf } from "@nightshift/protocol/ids";
import type { Output, TaskSpec } from "@nightshift/protocol/task";
import type { Chance } from "./chance.ts";
import { MODELS } from "./models.ts";

export const REPO = "repo";
const TASKS = { min: 10, max: 20 } as const;

/** Names are numbers, so that a task can be named before it is made. */
function taskAt(at: number): { name: string; task: string } {
  const name = `T-${String(at).padStart(2, "0")}`;
  return { name, task: taskIdOf(REPO, name) };
}

/** What the director set up for the night: any priorities, outputs, dependencies and wishes. */
export function backlogOf(chance: Chance): TaskSpec[] {
  const count = chance.between(TASKS.min, TASKS.max);
  const specs: TaskSpec[] = [];
  for (let at = 1; at <= count; at++) specs.push(taskOf(chance.about(`task ${at}`), at));
  return specs;
}

/** One task; it may wait for tasks before it. */
export function taskOf(chance: Chance, at: number): TaskSpec {
  const { name } = taskAt(at);
  const output = chance.weighted<Output>({ code: 8, report: 1, research: 1 });
  const before = chance.between(1, Math.max(1, at - 1));
  return {
    name,
    title: `Task ${at}`,
    text: `What task ${at} asks for.`,
    repo: REPO,
    category: chance.weighted({
      capability: 5,
      ops: 2,
      documentation: 2,
      architecture: 1,
      self_improvement: 2,
    }),
    priority: chance.between(1, 5),
    output,
    success: [{ kind: "command", command: `check ${name}` }],
    scope: chance.odds(0.4) ? [`src/${name.toLowerCase()}/**`] : [],
    tags: chance.odds(0.1) ? ["architecture"] : [],
    model: chance.odds(0.2) ? chance.pick([...MODELS.map(({ model }) => model), "nobody"]) : null,
    dependsOn: at > 1 && chance.odds(0.15) ? [taskAt(before).task] : [],
    drops: [],
    parent: null,
    depth: 0,
    source: "director",
  };
}
