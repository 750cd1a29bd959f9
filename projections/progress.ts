import type { BudgetEvent } from "@nightshift/protocol/budget";
import { idOf } from "@nightshift/protocol/ids";
import type { TaskEvent } from "@nightshift/protocol/task";
import type { EventNamed } from "./event-named.ts";
import { markdown } from "./markdown.ts";
import { dollars, plain } from "./plain.ts";
import type { Projection } from "./projection.ts";
import { taskOf } from "./task-of.ts";

export type ProgressRow = {
  name: string;
  title: string;
  repo: string;
  status: string;
  tries: number;
  /** Of the latest gate, 0 to 10. */
  score: number | null;
  /** All steps of all attempts; what is not known counts as it was reserved. */
  costMicroUsd: number;
};

export type Progress = {
  tasks: Map<string, ProgressRow>;
  /** The task behind each reservation that is not settled. */
  reservations: Map<string, string>;
};

/** Where every task of every repository stands (A11); one short row a task, for ever. */
export const progress: Projection<Progress, TaskEvent | BudgetEvent | EventNamed<"attempt.gated">> =
  {
    name: "progress",
    version: 1,
    reads: [
      "task.proposed",
      "task.amended",
      "task.admitted",
      "task.parked",
      "task.refused",
      "task.split",
      "task.claimed",
      "task.released",
      "task.returned",
      "task.completed",
      "task.abandoned",
      "attempt.gated",
      "budget.reserved",
      "budget.settled",
      "budget.released",
    ],
    initial: () => ({ tasks: new Map(), reservations: new Map() }),
    apply(view, { stream, event }) {
      switch (event.type) {
        case "budget.reserved":
          view.reservations.set(event.reservation, taskOf(event.attempt));
          return;
        case "budget.settled":
        case "budget.released": {
          const row = view.tasks.get(view.reservations.get(event.reservation) ?? "");
          view.reservations.delete(event.reservation);
          if (row && event.type === "budget.settled") row.costMicroUsd += event.costMicroUsd;
          return;
        }
        case "budget.overshot":
        case "budget.ceiling-hit":
          return;
        case "attempt.gated": {
          const row = view.tasks.get(taskOf(idOf(stream)));
          if (row) row.score = event.score;
          return;
        }
        case "task.proposed": {
          const { name, title, repo } = event.spec;
          const row = { name, title, repo, tries: 0, score: null, costMicroUsd: 0 };
          view.tasks.set(idOf(stream), { ...row, status: "proposed" });
          return;
        }
        case "task.amended":
        case "task.admitted":
        case "task.parked":
        case "task.refused":
        case "task.split":
        case "task.claimed":
        case "task.released":
        case "task.returned":
        case "task.completed":
        case "task.abandoned": {
          const row = view.tasks.get(idOf(stream));
          if (row) change(row, event);
        }
      }
    },
  };

function change(row: ProgressRow, event: Exclude<TaskEvent, { type: "task.proposed" }>): void {
  switch (event.type) {
    case "task.amended":
      row.title = event.spec.title;
      return;
    case "task.admitted":
      row.status = "open";
      return;
    case "task.parked":
      row.status = `parked: ${event.question}`;
      return;
    case "task.refused":
      row.status = `refused (${event.reason})`;
      return;
    case "task.split":
      row.status = `split into ${event.children.length}`;
      return;
    case "task.claimed":
      row.status = "in work";
      return;
    case "task.released":
      row.status = `open (${event.reason})`;
      if (event.reason === "failed") row.tries += 1;
      return;
    case "task.returned":
      row.status = "open (needs improvement)";
      row.tries += 1;
      return;
    case "task.completed":
      row.status = `done (${event.outcome})`;
      return;
    case "task.abandoned":
      row.status = `given up: ${event.reason}`;
      return;
  }
}

const STATUS_CHARS_MAX = 120;
const TITLE_CHARS_MAX = 100;

/** PROGRESS.md of one repository; nothing in it is markup that someone else wrote (I11). */
export function progressText({ tasks }: Progress, repo: string): string {
  const rows = [...tasks.values()].filter((row) => row.repo === repo);
  const done = rows.filter(({ status }) => status.startsWith("done")).length;
  const lines = rows.map((row) => {
    const score = row.score === null ? "–" : row.score.toFixed(1);
    const cells = [
      markdown(plain(row.name, TITLE_CHARS_MAX)),
      markdown(plain(row.title, TITLE_CHARS_MAX)),
      markdown(plain(row.status, STATUS_CHARS_MAX)),
      String(row.tries),
      score,
      dollars(row.costMicroUsd),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "# Progress",
    "",
    `${done} of ${rows.length} tasks done. Written by Night Shift; what you write here is lost.`,
    "",
    "| Task | Title | Status | Tries | Score | Cost |",
    "| --- | --- | --- | ---: | ---: | ---: |",
    ...lines,
    "",
  ].join("\n");
}
