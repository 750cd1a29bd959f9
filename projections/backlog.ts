import { idOf } from "@nightshift/protocol/ids";
import type { TaskEvent, TaskSpec } from "@nightshift/protocol/task";
import type { Projection } from "./projection.ts";

export type BacklogRow = {
  task: string;
  spec: TaskSpec;
  status: "proposed" | "open" | "parked" | "claimed" | "split";
  /** Of the latest claim; 0 where it was never claimed. */
  generation: number;
  /** Attempts that counted: limits, conflicts, lost and cancelled ones cost none (I7). */
  tries: number;
  proposedAtMs: number;
  claimedAtMs: number | null;
  /** Not to be claimed before this time. */
  notBeforeMs: number | null;
  question: string | null;
  critique: string | null;
  children: string[];
  parent: string | null;
  /** Of the leader that claimed it last; 0 where it was never claimed. */
  epoch: number;
};

export type ClosedTask = {
  title: string;
  status: "done" | "refused" | "abandoned";
  /** How a done task ended, or why it was refused or abandoned. */
  outcome: string;
};

export type Backlog = {
  tasks: Map<string, BacklogRow>;
  /**
   * The latest that were closed, at least `CLOSED_KEPT`, and older ones that an open task waits for.
   * Of all others their streams tell.
   */
  closed: Map<string, ClosedTask>;
};

/** So many titles of closed tasks are at hand when a new one is held against them. */
export const CLOSED_KEPT = 500;

/** What is to be done, and by title what is closed: the preflight looks for duplicates there. */
export const backlog: Projection<Backlog, TaskEvent> = {
  name: "backlog",
  version: 3,
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
    "task.reopened",
  ],
  initial: () => ({ tasks: new Map(), closed: new Map() }),
  apply(view, { stream, atMs, event }) {
    const task = idOf(stream);
    if (event.type === "task.proposed") {
      view.tasks.set(task, proposed(task, event.spec, atMs));
      return;
    }
    if (event.type === "task.reopened") {
      const { spec, generation, critique = null } = event;
      view.tasks.set(task, { ...proposed(task, spec, atMs), status: "open", generation, critique });
      view.closed.delete(task);
      return;
    }
    const row = view.tasks.get(task);
    if (row) change(view, row, event, atMs);
  },
};

function proposed(task: string, spec: TaskSpec, atMs: number): BacklogRow {
  return {
    task,
    spec,
    status: "proposed",
    generation: 0,
    tries: 0,
    proposedAtMs: atMs,
    claimedAtMs: null,
    notBeforeMs: null,
    question: null,
    critique: null,
    children: [],
    parent: spec.parent,
    epoch: 0,
  };
}

type Change = Exclude<TaskEvent, { type: "task.proposed" | "task.reopened" }>;

function change(view: Backlog, row: BacklogRow, event: Change, atMs: number): void {
  switch (event.type) {
    case "task.amended":
      row.spec = event.spec;
      if (row.status === "parked") row.status = "proposed";
      row.question = null;
      return;
    case "task.admitted":
      row.status = "open";
      row.question = null;
      return;
    case "task.parked":
      row.status = "parked";
      row.question = event.question;
      return;
    case "task.split":
      row.status = "split";
      row.children = event.children;
      return;
    case "task.claimed":
      row.status = "claimed";
      row.generation = event.generation;
      row.epoch = event.epoch;
      row.claimedAtMs = atMs;
      row.notBeforeMs = null;
      return;
    case "task.released":
      row.status = "open";
      row.claimedAtMs = null;
      row.notBeforeMs = event.untilMs;
      if (event.reason === "failed") row.tries += 1;
      return;
    case "task.returned":
      row.status = "open";
      row.claimedAtMs = null;
      row.critique = event.critique;
      row.tries += 1;
      return;
    case "task.refused":
      return close(view, row, "refused", event.reason);
    case "task.completed":
      return close(view, row, "done", event.outcome);
    case "task.abandoned":
      return close(view, row, "abandoned", event.reason);
  }
}

function close(
  view: Backlog,
  row: BacklogRow,
  status: ClosedTask["status"],
  outcome: string,
): void {
  view.tasks.delete(row.task);
  view.closed.set(row.task, { title: row.spec.title, status, outcome });
  // Not one by one: looking through all that is open pays for many at once.
  if (view.closed.size >= 2 * CLOSED_KEPT) forget(view);
}

function forget({ tasks, closed }: Backlog): void {
  const wanted = new Set(
    [...tasks.values()].flatMap(({ spec, children }) => [...spec.dependsOn, ...children]),
  );
  for (const task of [...closed.keys()].slice(0, -CLOSED_KEPT)) {
    if (!wanted.has(task)) closed.delete(task);
  }
}
