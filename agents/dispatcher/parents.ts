import { backlog } from "@nightshift/projections/backlog";
import type { TaskSpec } from "@nightshift/protocol/task";
import { repoOf, say, settingsOf, type Night } from "./night.ts";

/**
 * A task that was split is complete when all of its parts are and its own conditions hold where the
 * parts were merged; one lost part abandons it.
 */
export async function completeParents(night: Night): Promise<void> {
  const { board, views } = night.ports;
  const { epoch } = night;
  await views.catchUp();
  const { tasks, closed } = views.view(backlog);
  for (const { task, status, children, spec } of Array.from(tasks.values())) {
    if (status !== "split" || children.length === 0 || !night.plan.repos.has(spec.repo)) continue;
    const ends = children.map((child) => closed.get(child));
    if (ends.includes(undefined)) continue;
    const lost = ends.filter((end) => end?.status !== "done").length;
    const merged = ends.every((end) => end?.outcome === "merged");
    const broken = lost === 0 && merged ? await brokenCondition(night, spec) : null;
    const about = { correlation: task };
    if (lost === 0 && broken === null) {
      const done = { type: "task.complete", epoch, generation: null, outcome: "children" } as const;
      await board.handle("task", task, done, about);
      say(night, task, `${spec.name} complete: all ${children.length} parts are`, "good");
      continue;
    }
    const reason =
      lost > 0
        ? `${lost} of its ${children.length} parts did not work out`
        : `its parts are merged, but this does not hold: ${broken}`;
    await board.handle("task", task, { type: "task.abandon", epoch, reason }, about);
    say(night, task, `${spec.name} abandoned: ${reason}`, "bad");
  }
}

/** The first of a task's own conditions that does not hold at the target, or null. */
async function brokenCondition(night: Night, spec: TaskSpec): Promise<string | null> {
  const { workspace, checks } = night.ports;
  const repo = repoOf(night, spec.repo);
  const head = await workspace.resolve(repo.path, repo.target);
  if (head === null) return `${repo.target} is not there`;
  for (const condition of spec.success) {
    if (condition.kind === "file") {
      if ((await workspace.show(repo.path, head, condition.path)) === null) return condition.path;
      continue;
    }
    const run = await checks.run(repo, head, condition.command, {
      wallMs: settingsOf(night).checkWallMs,
      signal: night.abort,
    });
    if (run.exitCode !== 0) return condition.command;
  }
  return null;
}
