import { backlog } from "@nightshift/projections/backlog";
import { say, type Night } from "./night.ts";

/** A task that was split is complete when all of its parts are; one lost part abandons it. */
export async function completeParents(night: Night): Promise<void> {
  const { board, views } = night.ports;
  const { epoch } = night;
  await views.catchUp();
  const { tasks, closed } = views.view(backlog);
  for (const { task, status, children, spec } of tasks.values()) {
    if (status !== "split" || children.length === 0) continue;
    const ends = children.map((child) => closed.get(child)?.status);
    const about = { correlation: task };
    if (ends.every((end) => end === "done")) {
      const done = { type: "task.complete", epoch, generation: null, outcome: "children" } as const;
      await board.handle("task", task, done, about);
      say(night, task, `${spec.name} complete: all ${children.length} parts are`, "good");
    } else if (ends.every((end) => end !== undefined)) {
      const reason = `${ends.filter((end) => end !== "done").length} of its parts did not work out`;
      await board.handle("task", task, { type: "task.abandon", epoch, reason }, about);
      say(night, task, `${spec.name} abandoned: ${reason}`, "bad");
    }
  }
}
