import { Refusal } from "@nightshift/protocol/errors";
import type { ProjectCommand, ProjectEvent, Stage } from "@nightshift/protocol/project";
import type { Decider } from "./decider.ts";
import { same } from "./same.ts";

export type ProjectState = {
  added: { name: string; repo: string; stages: Stage[] } | null;
  /** The stage it is in; null before it was added and once it is ready. */
  phase: string | null;
  ready: boolean;
  /** The move that led here, to know a repeat. */
  lastMove:
    | { kind: "exit"; phase: string; evidence: string }
    | { kind: "send-back"; to: string; reason: string }
    | null;
};

/** A project goes through its stages in order, and back when a later one finds fault (A6, A15). */
export const project: Decider<ProjectState, ProjectCommand, ProjectEvent> = {
  initial: { added: null, phase: null, ready: false, lastMove: null },

  decide(command, state) {
    if (command.type === "project.add") return add(command, state);
    const { added } = state;
    if (!added) throw new Refusal("not-found", "no such project was added");
    const names = added.stages.map(({ name }) => name);
    switch (command.type) {
      case "project.exit-phase":
        return exit(command, state, names);
      case "project.send-back":
        return sendBack(command, state, names);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case "project.added": {
        const { type: _, ...added } = event;
        return { ...state, added };
      }
      case "project.phase-entered":
        return { ...state, phase: event.phase, ready: false };
      case "project.phase-exited": {
        const { phase, evidence } = event;
        return { ...state, phase: null, lastMove: { kind: "exit", phase, evidence } };
      }
      case "project.sent-back": {
        const { to, reason } = event;
        return { ...state, phase: to, ready: false, lastMove: { kind: "send-back", to, reason } };
      }
      case "project.ready":
        return { ...state, phase: null, ready: true };
    }
  },
};

type Command<T extends ProjectCommand["type"]> = Extract<ProjectCommand, { type: T }>;

function add(command: Command<"project.add">, { added }: ProjectState): ProjectEvent[] {
  const { type: _, ...told } = command;
  if (same(added, told)) return [];
  if (added) throw new Refusal("out-of-order", `${added.name} was added with other stages`);
  const [first] = told.stages;
  if (!first) throw new Refusal("out-of-bounds", "a project has at least one stage");
  if (new Set(told.stages.map(({ name }) => name)).size < told.stages.length) {
    throw new Refusal("out-of-bounds", "two stages have the same name");
  }
  return [
    { type: "project.added", ...told },
    { type: "project.phase-entered", phase: first.name },
  ];
}

function exit(
  { phase, evidence }: Command<"project.exit-phase">,
  state: ProjectState,
  names: readonly string[],
): ProjectEvent[] {
  if (same(state.lastMove, { kind: "exit", phase, evidence })) return [];
  if (state.phase !== phase) {
    throw new Refusal(
      "out-of-order",
      `the project is in ${state.phase ?? "no stage"}, not ${phase}`,
    );
  }
  const next = names[names.indexOf(phase) + 1];
  return [
    { type: "project.phase-exited", phase, evidence },
    next === undefined ? { type: "project.ready" } : { type: "project.phase-entered", phase: next },
  ];
}

function sendBack(
  { to, reason }: Command<"project.send-back">,
  state: ProjectState,
  names: readonly string[],
): ProjectEvent[] {
  if (same(state.lastMove, { kind: "send-back", to, reason })) return [];
  const from = state.phase ?? names.at(-1) ?? to;
  const back = names.indexOf(to);
  if (back === -1) throw new Refusal("not-found", `${to} is no stage of this project`);
  if (back >= names.indexOf(from) && !state.ready) {
    throw new Refusal("out-of-order", `${to} does not come before ${from}`);
  }
  return [
    { type: "project.sent-back", from, to, reason },
    { type: "project.phase-entered", phase: to },
  ];
}
