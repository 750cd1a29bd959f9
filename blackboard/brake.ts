import { BRAKE_SCORES_MAX, type BrakeCommand, type BrakeEvent } from "@nightshift/protocol/brake";
import { Refusal } from "@nightshift/protocol/errors";
import { boundsOf } from "@nightshift/protocol/settings";
import type { Decider } from "./decider.ts";
import { lastShortfall, yardstickOf } from "./shortfall.ts";
import { same } from "./same.ts";

export type BrakeState = {
  status: "free" | "engaged" | "canary" | "latched";
  /** What is braked; null before it was ever engaged. */
  scope: string | null;
  /** Of the scores that moved it last. */
  mean: number | null;
  canary: { size: number; untilMs: number } | null;
  /** The scores that engaged it last. */
  scores: readonly number[];
  /** What a person released last; null where a canary did, or it is on. */
  released: { mean: number; isLatched: boolean } | null;
};

/** The quality brake of one scope: halt, try a few, go on or wait for a person (D34, H10). */
export const brake: Decider<BrakeState, BrakeCommand, BrakeEvent> = {
  initial: {
    status: "free",
    scope: null,
    mean: null,
    canary: null,
    scores: [],
    released: null,
  },

  decide(command, state) {
    switch (command.type) {
      case "brake.engage":
        return state.status === "free" ? engage(command) : [];
      case "brake.alarm":
        return state.status === "free" ? alarm(command) : [];
      case "brake.start-canary": {
        const { size, untilMs } = command;
        if (same(state.canary, { size, untilMs })) return [];
        needs("engaged", state);
        return [{ type: "brake.canary-started", size, untilMs }];
      }
      case "brake.judge-canary":
        return judge(command, state);
      case "brake.release": {
        const { by } = command;
        if (state.status === "free") return [];
        if (by === CANARY) {
          throw new Refusal("not-allowed", "a canary releases by its scores, not by its name");
        }
        return [{ type: "brake.released", by, mean: null }];
      }
      case "brake.reinstate":
        return state.status === "free" ? reinstate(state) : [];
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case "brake.engaged":
        return {
          status: "engaged",
          scope: event.scope,
          mean: event.mean,
          canary: null,
          scores: event.scores,
          released: null,
        };
      case "brake.canary-started": {
        const { size, untilMs } = event;
        return { ...state, status: "canary", canary: { size, untilMs } };
      }
      case "brake.released":
        return { ...state, ...released(state, event.by), mean: event.mean };
      case "brake.latched":
        return { ...state, status: "latched", mean: event.mean, canary: null };
    }
  },
};

/** Who releases a brake when its canary passes. */
const CANARY = "canary";

const THRESHOLDS = [
  "brakeWindowTasks",
  "brakeReference",
  "brakeReferenceTasks",
  "brakeDeviation",
  "brakeSlack",
  "brakeShortfallMax",
] as const;

type Command<T extends BrakeCommand["type"]> = Extract<BrakeCommand, { type: T }>;

/** Never on one bad night alone: the window must be full and its mean below the threshold. */
function engage({ scope, scores, threshold, window }: Command<"brake.engage">): BrakeEvent[] {
  const last = scores.slice(-window);
  if (window < 1 || last.length < window) {
    throw new Refusal("out-of-bounds", `${scores.length} scores do not fill a window of ${window}`);
  }
  const mean = meanOf(last);
  if (mean >= threshold) {
    throw new Refusal("out-of-bounds", `a mean of ${mean} is not below ${threshold}`);
  }
  return [{ type: "brake.engaged", scope, mean, scores: last }];
}

/**
 * Many scores that are a little too low say as much as few that are far too low (H10). Never on a
 * short record, and held against no more than the setting.
 */
function alarm({ scope, scores, record, thresholds }: Command<"brake.alarm">): BrakeEvent[] {
  const mean = meanOf(scores);
  for (const key of THRESHOLDS) {
    const { min, max } = boundsOf(key);
    const value = thresholds[key];
    if (value >= min && value <= max) continue;
    throw new Refusal("out-of-bounds", `${key} is ${value}, not ${min} to ${max}`);
  }
  const { brakeWindowTasks: window, brakeShortfallMax: limit } = thresholds;
  const { n, sum: total } = record;
  if (!(n >= window)) {
    throw new Refusal("out-of-bounds", `a record of ${n} is too short: ${window} tasks tell`);
  }
  if (!(scores.length <= n && total >= 0 && total <= 10 * n)) {
    throw new Refusal("out-of-bounds", `${scores.length} scores are no part of ${n} that sum up`);
  }
  const { sum, since } = lastShortfall(scores, yardstickOf({ scores, n, sum: total }, thresholds));
  if (!(sum >= limit)) {
    throw new Refusal("out-of-bounds", `a shortfall of ${sum.toFixed(2)} is below ${limit}`);
  }
  const low = scores.slice(since);
  const shortfall = Math.round(sum * 100) / 100;
  return [
    {
      type: "brake.engaged",
      scope,
      mean: low.length > 0 ? meanOf(low) : mean,
      scores: low,
      rule: "cusum",
      shortfall,
    },
  ];
}

function judge(
  { scores, threshold }: Command<"brake.judge-canary">,
  state: BrakeState,
): BrakeEvent[] {
  needs("canary", state);
  const size = state.canary?.size ?? 1;
  if (scores.length < size) {
    throw new Refusal("out-of-order", `${scores.length} of ${size} canary tasks are scored`);
  }
  const mean = meanOf(scores);
  return mean >= threshold
    ? [{ type: "brake.released", by: CANARY, mean }]
    : [{ type: "brake.latched", mean }];
}

/** Of a canary that was still running only the brake comes back: its time is over. */
function reinstate({ scope, scores, released }: BrakeState): BrakeEvent[] {
  if (scope === null || released === null) {
    throw new Refusal("not-allowed", "no person released this brake");
  }
  const { mean, isLatched } = released;
  const engaged: BrakeEvent = { type: "brake.engaged", scope, mean, scores: [...scores] };
  return isLatched ? [engaged, { type: "brake.latched", mean }] : [engaged];
}

function released(
  { status, mean }: BrakeState,
  by: string,
): Pick<BrakeState, "status" | "canary" | "released"> {
  const isOn = status !== "free" && by !== CANARY && mean !== null;
  const was = isOn ? { mean, isLatched: status === "latched" } : null;
  return { status: "free", canary: null, released: was };
}

function needs(status: BrakeState["status"], state: BrakeState): void {
  if (state.status !== status) {
    throw new Refusal("out-of-order", `the brake is ${state.status}, not ${status}`);
  }
}

function meanOf(scores: readonly number[]): number {
  if (scores.length > BRAKE_SCORES_MAX) {
    throw new Refusal("out-of-bounds", `${BRAKE_SCORES_MAX} scores are heard, not more`);
  }
  const bad = scores.find((score) => !(score >= 0 && score <= 10));
  if (bad !== undefined) throw new Refusal("out-of-bounds", `${bad} is not a score from 0 to 10`);
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
