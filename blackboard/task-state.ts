import type { ParkReason, TaskEvent, TaskSpec } from "@nightshift/protocol/task";
import { latest } from "./fence.ts";

export type TaskStatus =
  | "proposed"
  | "open"
  | "parked"
  | "refused"
  | "claimed"
  | "returned"
  | "split"
  | "completed"
  | "abandoned";

export type TaskState = { status: "absent" } | TaskRecord;

/** `open` and `returned` may be claimed; `returned` has a critique to heed. */
export type TaskRecord = {
  status: TaskStatus;
  spec: TaskSpec;
  /** Of the latest claim; 0 before the first. */
  generation: number;
  /** The highest that did anything here; 0 before the first. */
  epoch: number;
  /** Who holds the claim. */
  agent: string | null;
  /** Attempts that counted; a limit, a lost worker or a conflict costs none (I7). */
  tries: number;
  freeReleases: number;
  /** Not to be claimed before this time. */
  notBeforeMs: number | null;
  /** What the last try was returned with, until the next one is. */
  critique: string | null;
  /** How often a forge sent it back. */
  rounds: number;
  parked: { reason: ParkReason; question: string } | null;
  children: string[];
  /** How it was completed: the generation, null for a split parent, and the outcome. */
  completed: { generation: number | null; outcome: string } | null;
};

/** What an event makes of a task. */
export function evolveTask(state: TaskState, event: TaskEvent): TaskState {
  if (event.type === "task.proposed") return { ...FRESH, spec: event.spec };
  if (state.status === "absent") throw new Error(`${event.type} of a task never proposed`);
  return change(state, event);
}

const FRESH = {
  status: "proposed",
  generation: 0,
  epoch: 0,
  agent: null,
  tries: 0,
  freeReleases: 0,
  notBeforeMs: null,
  critique: null,
  rounds: 0,
  parked: null,
  children: [],
  completed: null,
} satisfies Omit<TaskRecord, "spec">;

type Change = Exclude<TaskEvent, { type: "task.proposed" }>;

function change(state: TaskRecord, event: Change): TaskRecord {
  switch (event.type) {
    case "task.amended": {
      // What was parked for its wording is looked at again.
      const status = state.status === "parked" ? "proposed" : state.status;
      return { ...state, spec: event.spec, status, parked: null };
    }
    case "task.admitted": {
      const epoch = latest(state.epoch, event.epoch);
      return { ...state, status: "open", parked: null, epoch };
    }
    case "task.parked": {
      const parked = { reason: event.reason, question: event.question };
      return { ...state, status: "parked", parked, epoch: latest(state.epoch, event.epoch) };
    }
    case "task.refused":
      return { ...state, status: "refused", epoch: latest(state.epoch, event.epoch) };
    case "task.split":
      return {
        ...state,
        status: "split",
        agent: null,
        children: event.children,
        epoch: latest(state.epoch, event.epoch),
      };
    case "task.claimed": {
      const { agent, generation } = event;
      const epoch = latest(state.epoch, event.epoch);
      return { ...state, status: "claimed", agent, generation, epoch, notBeforeMs: null };
    }
    case "task.released":
    case "task.returned":
      return givenBack(state, event);
    case "task.completed": {
      const { generation, outcome } = event;
      return { ...state, status: "completed", agent: null, completed: { generation, outcome } };
    }
    case "task.abandoned":
      return { ...state, status: "abandoned", agent: null };
    case "task.reopened":
      return {
        ...state,
        status: "open",
        tries: 0,
        freeReleases: 0,
        notBeforeMs: null,
        completed: null,
        critique: event.critique ?? state.critique,
        rounds: event.round ?? state.rounds,
      };
  }
}

function givenBack(
  state: TaskRecord,
  event: Extract<TaskEvent, { type: "task.released" | "task.returned" }>,
): TaskRecord {
  const epoch = latest(state.epoch, event.epoch);
  const back = { ...state, agent: null, epoch };
  if (event.type === "task.returned") {
    const { critique } = event;
    return { ...back, status: "returned", tries: state.tries + 1, freeReleases: 0, critique };
  }
  const notBeforeMs = event.untilMs;
  return event.reason === "failed"
    ? { ...back, status: "open", tries: state.tries + 1, freeReleases: 0, notBeforeMs }
    : { ...back, status: "open", freeReleases: state.freeReleases + 1, notBeforeMs };
}
