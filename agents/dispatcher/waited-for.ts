import type { Board } from "@nightshift/blackboard/board";
import { backlog, type BacklogRow, type ClosedTask } from "@nightshift/projections/backlog";
import type { Views } from "./views.ts";

/**
 * How those tasks ended that others wait for. Of one that was closed so long ago that the backlog
 * does not remember it, its own stream tells; one that is open, or that nobody proposed, is left out.
 */
export async function closedWaitedFor(
  rows: Iterable<BacklogRow>,
  { views, board }: { views: Views; board: Pick<Board, "load"> },
): Promise<ReadonlyMap<string, ClosedTask>> {
  const { tasks, closed } = views.view(backlog);
  const ids = new Set([...rows].flatMap(({ spec }) => spec.dependsOn));
  const found = new Map<string, ClosedTask>();
  for (const task of ids) {
    const known = closed.get(task) ?? (tasks.has(task) ? undefined : await told(board, task));
    if (known) found.set(task, known);
  }
  return found;
}

async function told(board: Pick<Board, "load">, task: string): Promise<ClosedTask | undefined> {
  const { state } = await board.load("task", task);
  if (state.status === "absent") return undefined;
  const { title } = state.spec;
  switch (state.status) {
    case "completed":
      return { title, status: "done", outcome: state.completed?.outcome ?? "" };
    case "refused":
    case "abandoned":
      return { title, status: state.status, outcome: "" };
    case "proposed":
    case "open":
    case "parked":
    case "claimed":
    case "returned":
    case "split":
      return undefined;
  }
}
