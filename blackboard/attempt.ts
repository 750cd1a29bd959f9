import type { AttemptCommand, AttemptEvent } from "@nightshift/protocol/attempt";
import { Refusal } from "@nightshift/protocol/errors";
import {
  evolveAttempt,
  NO_ATTEMPT,
  type AttemptState,
  type Payload,
  type Stage,
} from "./attempt-state.ts";
import { blend, blendInterval } from "./blend.ts";
import type { Decider } from "./decider.ts";
import { gate } from "./gate.ts";
import { same } from "./same.ts";

export type { AttemptState } from "./attempt-state.ts";

/** Bids that one auction hears at most (I8). */
export const BIDS_MAX = 20;

/** One try at a task: each step once, in order, under its own generation (DESIGN: step by step). */
export const attempt: Decider<AttemptState, AttemptCommand, AttemptEvent> = {
  initial: NO_ATTEMPT,

  decide(command, state) {
    if (state.stage === "absent") {
      if (command.type !== "attempt.start") throw new Refusal("not-found", "no such attempt");
      const { type: _, ...started } = command;
      return [{ type: "attempt.started", ...started }];
    }
    if (command.generation !== state.generation) {
      const held = `this is generation ${state.generation}`;
      throw new Refusal("stale", `generation ${command.generation} is not at work here: ${held}`);
    }
    return step(command, state);
  },

  evolve: evolveAttempt,
};

function step(command: AttemptCommand, state: AttemptState): AttemptEvent[] {
  switch (command.type) {
    case "attempt.start": {
      const { type: _, ...started } = command;
      return once("absent", state, state.started, started, { type: "attempt.started", ...started });
    }
    case "attempt.plan": {
      const { type: _, generation: __, ...planned } = command;
      return once("started", state, state.planned, planned, {
        type: "attempt.planned",
        ...planned,
      });
    }
    case "attempt.announce": {
      const { type: _, generation: __, ...announced } = command;
      const event = { type: "attempt.announced", ...announced } as const;
      return once("planned", state, state.announced, announced, event);
    }
    case "attempt.bid":
      return bid(command, state);
    case "attempt.award": {
      const { type: _, generation: __, ...awarded } = command;
      const event = { type: "attempt.awarded", ...awarded } as const;
      return once("announced", state, state.awarded, awarded, event);
    }
    case "attempt.prompt":
    case "attempt.execute":
      return work(command, state);
    case "attempt.verify":
    case "attempt.assess":
    case "attempt.gate":
      return judge(command, state);
    case "attempt.grade":
      return grade(command, state);
    case "attempt.integrate":
    case "attempt.fail":
    case "attempt.defer":
      return end(command, state);
  }
}

type Command<T extends AttemptCommand["type"]> = Extract<AttemptCommand, { type: T }>;

/** The step after `stage`. What is known already is a repeat; all else comes too late or early. */
function once(
  stage: Stage,
  state: AttemptState,
  known: object | undefined,
  told: object,
  event: AttemptEvent,
): AttemptEvent[] {
  if (known !== undefined && same(known, told)) return [];
  needs(stage, state, event.type);
  return [event];
}

function needs(stage: Stage, state: AttemptState, what: string): void {
  if (state.stage === stage) return;
  throw new Refusal("out-of-order", `${what} follows ${stage}; the attempt is ${state.stage}`);
}

/** An agent bids once for a model; the first word counts. */
function bid(command: Command<"attempt.bid">, state: AttemptState): AttemptEvent[] {
  const { type: _, generation: __, ...made } = command;
  if (state.bids.some(({ agent, model }) => agent === made.agent && model === made.model))
    return [];
  needs("announced", state, "attempt.bid");
  if (state.bids.length >= BIDS_MAX) {
    throw new Refusal("out-of-bounds", `${BIDS_MAX} bids are heard, not more`);
  }
  return [{ type: "attempt.bid", ...made }];
}

function work(
  command: Command<"attempt.prompt" | "attempt.execute">,
  state: AttemptState,
): AttemptEvent[] {
  const winner = state.awarded?.agent;
  if (winner !== undefined && command.by !== winner) {
    throw new Refusal("not-allowed", `the work was awarded to ${winner}, not to ${command.by}`);
  }
  if (command.type === "attempt.prompt") {
    const { type: _, generation: __, ...prompted } = command;
    const event = { type: "attempt.prompted", ...prompted } as const;
    return once("awarded", state, state.prompted, prompted, event);
  }
  const { type: _, generation: __, ...executed } = command;
  const event = { type: "attempt.executed", ...executed } as const;
  return once("prompted", state, state.executed, executed, event);
}

function judge(
  command: Command<"attempt.verify" | "attempt.assess" | "attempt.gate">,
  state: AttemptState,
): AttemptEvent[] {
  switch (command.type) {
    case "attempt.verify": {
      notTheAuthor(command.by, state);
      const { type: _, generation: __, ...verified } = command;
      const event = { type: "attempt.verified", ...verified } as const;
      return once("executed", state, state.verified, verified, event);
    }
    case "attempt.assess": {
      notTheAuthor(command.by, state);
      const assessed = judged(command, state);
      const event = { type: "attempt.assessed", ...assessed } as const;
      return once("verified", state, state.assessed, assessed, event);
    }
    case "attempt.gate":
      return pass(state);
  }
}

/** What a judge says, by name: anything more that it is given counts for nothing. */
function judged(
  command: Command<"attempt.assess">,
  { verified, started }: AttemptState,
): Payload<"attempt.assessed"> {
  const { by, family, heuristic, judge, critique, evidence, rubric } = command;
  const { followUps, calibrated, drift, reviewed } = command;
  const cap = verified?.verdict === "fail" ? (started?.rules.evidenceCap ?? null) : null;
  const interval = blendInterval(command, cap);
  return {
    by,
    family,
    heuristic,
    judge,
    blend: blend(command, cap),
    critique,
    evidence,
    rubric,
    ...(followUps && { followUps }),
    ...(calibrated && { calibrated }),
    ...(interval && { interval }),
    ...(drift && { drift }),
    ...(reviewed && { reviewed }),
  };
}

/** A person may grade what was judged at any time, and think again; nobody grades own work. */
function grade(command: Command<"attempt.grade">, state: AttemptState): AttemptEvent[] {
  const { type: _, generation: __, ...graded } = command;
  if (state.graded !== undefined && same(state.graded, graded)) return [];
  if (!state.assessed) throw new Refusal("out-of-order", "attempt.graded follows assessed");
  notTheAuthor(graded.by, state);
  return [{ type: "attempt.graded", ...graded }];
}

/** Nobody verifies or judges own work (I6). */
function notTheAuthor(by: string, { executed }: AttemptState): void {
  if (executed?.by === by) throw new Refusal("own-work", `${by} made this and cannot judge it`);
}

function pass(state: AttemptState): AttemptEvent[] {
  if (state.gated) return [];
  needs("assessed", state, "attempt.gated");
  const { started, executed, verified, assessed } = state;
  if (!started || !executed || !verified || !assessed) throw new Error("a stage without its event");
  const { flags, ...gated } = gate({ started, executed, verified, assessed });
  return [
    { type: "attempt.gated", ...gated },
    ...flags.map(({ kind, rule, detail }): AttemptEvent => ({
      type: "attempt.flagged",
      kind,
      rule,
      detail,
    })),
  ];
}

function end(
  command: Command<"attempt.integrate" | "attempt.fail" | "attempt.defer">,
  state: AttemptState,
): AttemptEvent[] {
  switch (command.type) {
    case "attempt.integrate": {
      const { type: _, generation: __, approvedBy, ...integrated } = command;
      const { end } = state;
      if (same(end, { kind: "integrated", ...integrated })) return [];
      mayBeIntegrated(integrated, state, approvedBy);
      return [{ type: "attempt.integrated", ...integrated }];
    }
    case "attempt.fail": {
      const { type: _, generation: __, ...failed } = command;
      const { kind, detail } = failed;
      if (same(state.end, { kind: "failed", failure: kind, detail })) return [];
      needsOpen(state, "attempt.failed");
      return [{ type: "attempt.failed", ...failed }];
    }
    case "attempt.defer": {
      const { type: _, generation: __, ...deferred } = command;
      if (same(state.end, { kind: "deferred", ...deferred })) return [];
      needsOpen(state, "attempt.deferred");
      // What passed a gate has been paid and judged: no limit stands in its way any more.
      if (state.stage === "gated") {
        throw new Refusal("out-of-order", "the attempt is gated: there is nothing left to defer");
      }
      return [{ type: "attempt.deferred", ...deferred }];
    }
  }
}

function needsOpen(state: AttemptState, what: string): void {
  if (state.end) throw new Refusal("out-of-order", `${what}: the attempt has ended already`);
}

/** Only what the gate accepted, or what a person may still look at (step 9, I4). */
function mayBeIntegrated(
  { how }: Payload<"attempt.integrated">,
  state: AttemptState,
  approvedBy: string | undefined,
): void {
  const { gated, end, started } = state;
  if (!gated) throw new Refusal("out-of-order", "attempt.integrated follows gated");
  if ((started?.output === "code") === (how === "filed")) {
    throw new Refusal("not-allowed", `${started?.output} is not ${how}`);
  }
  const waits = end?.kind === "integrated" && (end.how === "in-review" || end.how === "branch");
  if (end && !(waits && how === "merged")) {
    throw new Refusal("out-of-order", "attempt.integrated: the attempt has ended already");
  }
  if (gated.decision === "accepted") return;
  const byPerson = approvedBy !== undefined && approvedBy !== "" && approvedBy !== "gate";
  if (gated.decision === "escalated" && (how !== "merged" || byPerson || waits)) return;
  throw new Refusal("not-accepted", `the gate has ${gated.decision} it: it cannot be ${how}`);
}
