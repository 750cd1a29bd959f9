import { Refusal } from "@nightshift/protocol/errors";
import type { TaskCommand, TaskEvent } from "@nightshift/protocol/task";
import type { Decider } from "./decider.ts";
import { fence } from "./fence.ts";
import { same } from "./same.ts";
import { evolveTask, type TaskRecord, type TaskState, type TaskStatus } from "./task-state.ts";

export type { TaskState } from "./task-state.ts";

/** Releases in a row that cost no try (I7), after which the task is given up all the same (I8). */
export const FREE_RELEASES_MAX = 50;

/** The life of a backlog entry (DESIGN: The log, step 0, I2, I7, I8). */
export const task: Decider<TaskState, TaskCommand, TaskEvent> = {
  initial: { status: "absent" },

  decide(command, state) {
    if (command.type === "task.propose") return propose(command, state);
    if (state.status === "absent") throw new Refusal("not-found", "no such task was proposed");
    switch (command.type) {
      case "task.amend":
        return amend(command, state);
      case "task.admit":
      case "task.park":
      case "task.refuse":
        return admission(command, state);
      case "task.claim":
        return claim(command, state);
      case "task.release":
      case "task.return":
        return giveBack(command, state);
      case "task.split":
        return split(command, state);
      case "task.complete":
        return complete(command, state);
      case "task.abandon":
        return abandon(command, state);
      case "task.reopen":
        return reopen(command, state);
    }
  },

  evolve: evolveTask,
};

type Command<T extends TaskCommand["type"]> = Extract<TaskCommand, { type: T }>;

function propose(
  { spec, followUpDepthMax }: Command<"task.propose">,
  state: TaskState,
): TaskEvent[] {
  if (state.status !== "absent") {
    if (same(state.spec, spec)) return [];
    throw new Refusal("out-of-order", `${spec.name} is there already: amend it`);
  }
  if (spec.source === "follow-up" && spec.depth > followUpDepthMax) {
    const limit = `follow-ups end at depth ${followUpDepthMax}`;
    throw new Refusal("not-allowed", `${spec.name} has depth ${spec.depth}: ${limit}`);
  }
  return [{ type: "task.proposed", spec }];
}

const WAITING: ReadonlySet<TaskStatus> = new Set(["proposed", "open", "parked", "returned"]);

function needsWaiting({ status, spec }: TaskRecord): void {
  if (!WAITING.has(status)) throw new Refusal("not-open", `${spec.name} is ${status}`);
}

function amend({ spec }: Command<"task.amend">, state: TaskRecord): TaskEvent[] {
  if (same(state.spec, spec)) return [];
  needsWaiting(state);
  return [{ type: "task.amended", spec }];
}

type Admission = Command<"task.admit" | "task.park" | "task.refuse">;

function admission(command: Admission, state: TaskRecord): TaskEvent[] {
  if (command.epoch !== undefined) fence(state.epoch, command.epoch);
  const by = command.epoch === undefined ? {} : { epoch: command.epoch };
  switch (command.type) {
    case "task.admit": {
      if (state.status === "open") return [];
      needsWaiting(state);
      return [{ type: "task.admitted", by: command.by, evidence: command.evidence, ...by }];
    }
    case "task.park": {
      const { reason, question } = command;
      if (same(state.parked, { reason, question })) return [];
      needsWaiting(state);
      return [{ type: "task.parked", reason, question, ...by }];
    }
    case "task.refuse": {
      if (state.status === "refused") return [];
      needsWaiting(state);
      const { reason, evidence } = command;
      return [{ type: "task.refused", reason, evidence, ...by }];
    }
  }
}

function claim(
  { agent, epoch, leaseMs, nowMs }: Command<"task.claim">,
  state: TaskRecord,
): TaskEvent[] {
  fence(state.epoch, epoch);
  const { status, spec, notBeforeMs } = state;
  if (status === "claimed" && state.agent === agent && state.epoch === epoch) return [];
  if (status !== "open" && status !== "returned") {
    const by = status === "claimed" ? ` by ${state.agent}` : "";
    throw new Refusal("not-open", `${spec.name} is ${status}${by}`);
  }
  if (notBeforeMs !== null && notBeforeMs > nowMs) {
    const until = new Date(notBeforeMs).toISOString();
    throw new Refusal("held", `${spec.name} waits until ${until}`);
  }
  return [{ type: "task.claimed", agent, generation: state.generation + 1, epoch, leaseMs }];
}

/** @throws Refusal "stale" unless the task is claimed under this generation. */
function needsClaim(generation: number | null, state: TaskRecord): void {
  if (state.status === "claimed" && state.generation === generation) return;
  const now = `${state.status}, generation ${state.generation}`;
  throw new Refusal("stale", `generation ${generation} does not hold ${state.spec.name}: ${now}`);
}

/** Back to the backlog: by failing or being lost (release), or with a critique (return). */
function giveBack(
  command: Command<"task.release" | "task.return">,
  state: TaskRecord,
): TaskEvent[] {
  const { epoch, generation, triesMax } = command;
  fence(state.epoch, epoch);
  // A claim that is over and was not completed can only have been given back: this is a repeat.
  const over = state.status !== "claimed" && state.status !== "split" && !state.completed;
  if (over && state.generation === generation) return [];
  needsClaim(generation, state);
  const events: TaskEvent[] = [
    command.type === "task.return"
      ? {
          type: "task.returned",
          generation,
          flag: "needs-improvement",
          critique: command.critique,
          epoch,
        }
      : {
          type: "task.released",
          generation,
          reason: command.reason,
          untilMs: command.untilMs,
          epoch,
        },
  ];
  const reason = givenUp(command, state, triesMax);
  if (reason !== null) events.push({ type: "task.abandoned", reason });
  return events;
}

function givenUp(
  command: Command<"task.release" | "task.return">,
  { tries, freeReleases }: TaskRecord,
  triesMax: number,
): string | null {
  const counts = command.type === "task.return" || command.reason === "failed";
  if (counts && tries + 1 >= triesMax)
    return `abandoned after ${tries + 1} ${tries === 0 ? "try" : "tries"}`;
  if (!counts && freeReleases + 1 >= FREE_RELEASES_MAX) {
    return `abandoned: given back ${FREE_RELEASES_MAX} times in a row without a try`;
  }
  return null;
}

function split(
  { epoch, generation, children, reason }: Command<"task.split">,
  state: TaskRecord,
): TaskEvent[] {
  fence(state.epoch, epoch);
  const again = state.generation === generation && same(state.children, children);
  if (state.status === "split" && again) return [];
  needsClaim(generation, state);
  return [{ type: "task.split", children, reason, epoch }];
}

function complete(
  { epoch, generation, outcome }: Command<"task.complete">,
  state: TaskRecord,
): TaskEvent[] {
  if (same(state.completed, { generation, outcome })) return [];
  fence(state.epoch, epoch);
  const ofChildren = outcome === "children";
  if (ofChildren !== (generation === null)) {
    throw new Refusal("not-allowed", "only a split task is completed by its children");
  }
  if (!ofChildren) needsClaim(generation, state);
  else if (state.status !== "split") {
    throw new Refusal("stale", `${state.spec.name} is ${state.status}, not split`);
  }
  return [{ type: "task.completed", generation, outcome }];
}

function abandon({ epoch, reason }: Command<"task.abandon">, state: TaskRecord): TaskEvent[] {
  if (state.status === "abandoned") return [];
  if (epoch !== null) fence(state.epoch, epoch);
  if (state.status === "completed") {
    throw new Refusal("not-open", `${state.spec.name} is completed`);
  }
  return [{ type: "task.abandoned", reason }];
}

/**
 * By the director, or by whoever reviewed it; its tries count from the beginning, its generations go
 * on. What is done is opened again only with a word on what to do better, and by a forge so many
 * times and no more.
 */
function reopen(
  { by, critique, roundsMax }: Command<"task.reopen">,
  state: TaskRecord,
): TaskEvent[] {
  const { status, spec, generation, completed, rounds } = state;
  if (WAITING.has(status) && status !== "parked") return [];
  const isSentBack =
    critique !== undefined && status === "completed" && completed?.outcome !== "children";
  if (status !== "refused" && status !== "abandoned" && !isSentBack) {
    throw new Refusal("not-open", `${spec.name} is ${status}`);
  }
  if (roundsMax !== undefined && rounds >= roundsMax) {
    throw new Refusal("out-of-bounds", `${spec.name} was sent back ${rounds} times already`);
  }
  const told = {
    ...(critique === undefined ? {} : { critique }),
    ...(roundsMax === undefined ? {} : { round: rounds + 1 }),
  };
  return [{ type: "task.reopened", by, spec, generation, ...told }];
}
