import { planner } from "@nightshift/agents/planner/planner";
import type { Checks } from "@nightshift/agents/ports";
import { backlog } from "@nightshift/projections/backlog";
import { skills, type SkillInput, type SkillOutput } from "@nightshift/protocol/skills";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { House } from "../house.ts";
import { settingsFor } from "../night-plan.ts";
import type { Repository } from "../repositories.ts";
import { createChecks } from "../workers/checks/checks.ts";
import { detectSandbox } from "../workers/sandbox/detect.ts";
import { createOff } from "../workers/sandbox/off.ts";
import { createWorkspace } from "../workers/workspace/workspace.ts";

/** What the planner would say to a task tonight, by its rules alone; nothing of it is in the log. */
export type Preview = { task: string; name: string; title: string } & SkillOutput<"admit">;

/** A task, and the repository it belongs to. */
export type Asked = { task: string; spec: TaskSpec; repository: Repository };

/** Asks the rules of admission about tasks, without a model and without writing anything. */
export async function preview(house: House, asked: readonly Asked[]): Promise<Preview[]> {
  const { paths, clock, config, runner } = house;
  const sandbox = await sandboxFor(asked);
  const reveal = (folder: string) => sandbox?.reveal(folder);
  const workspace = createWorkspace({ root: paths.clones, nowMs: () => clock.now(), reveal });
  const checks: Checks = sandbox
    ? createChecks({ workspace, sandbox, cacheDir: paths.cache, reveal })
    : NOTHING_RUNS;
  const settings = settingsFor(config);
  const rules = planner({ model: null, workspace, checks, settings }, "planner");
  const known = knownTasks(runner.view(backlog));
  const previews: Preview[] = [];
  for (const { task, spec, repository } of asked) {
    const { path, target, startPoint } = repository.plan;
    const base = (await workspace.resolve(path, target)) ?? (await workspace.resolve(path, startPoint));
    const input: SkillInput<"admit"> = {
      task,
      spec,
      repo: refOf(repository),
      base: base ?? repository.head,
      known: known.filter((other) => other.task !== task),
    };
    const answer = await rules.handle("admit", input, contextOf(task));
    previews.push({ task, name: spec.name, title: spec.title, ...skills.admit.output.parse(answer) });
  }
  return previews;
}
