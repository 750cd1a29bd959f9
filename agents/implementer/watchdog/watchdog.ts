import type { Settings } from "@nightshift/protocol/settings";
import { findLoop, TURNS_KEPT } from "./loops.ts";
import type { Loop, LoopLimits } from "./loops.ts";
import { actedTurn, spokenTurn } from "./step.ts";
import type { Step, Turn } from "./step.ts";

export type WatchLimits = LoopLimits & {
  /** Milliseconds without a change in the clone, the time of running actions not counted. */
  noChangeMs: number;
  /** Tokens in and out that one run may use. */
  tokensMax: number;
  /** Milliseconds that must be left for another beginning. */
  secondTryMs: number;
};

/** What the settings say of it. */
export function watchLimits(settings: Readonly<Settings>): WatchLimits {
  return {
    repeats: settings.loopRepeats,
    errors: settings.loopErrors,
    messages: settings.loopMessages,
    pingPong: settings.loopPingPong,
    polls: settings.loopPolls,
    noChangeMs: settings.workerNoChangeMs,
    tokensMax: settings.workerTokensMax,
    secondTryMs: settings.workerSecondTryMs,
  };
}

/** Why a run is stuck: a nudge may still help. */
export type Stuck = { pattern: Loop["pattern"] | "no-change" | "tokens"; text: string };

/** Whether one who is stuck is told so and begins again: a nudge gives nobody tokens or time back. */
export function mayBeginAgain(
  { pattern }: Stuck,
  leftMs: number,
  { secondTryMs }: Pick<WatchLimits, "secondTryMs">,
): boolean {
  return pattern !== "tokens" && leftMs >= secondTryMs;
}

/** Watches one run of a worker. Every call that takes a time is given a later one than before. */
export type Watchdog = {
  hear(step: Step, atMs: number): Stuck | null;
  /** Something in the clone is other than it was. */
  changed(atMs: number): void;
  /** Tokens that the run has used so far. */
  used(tokens: number): Stuck | null;
  /** Asked now and then. */
  tick(atMs: number): Stuck | null;
  /** Whether a tool is at work, whose quiet is nobody's silence: a long test, a build. */
  isActing(): boolean;
};

/** Tools at work at once; whose end is never told is forgotten. */
const RUNNING_MAX = 64;

/** @param startedAtMs When the run began, by the clock of all other times. */
export function watchdog(limits: WatchLimits, startedAtMs: number): Watchdog {
  const turns: Turn[] = [];
  const running = new Map<string, { step: Extract<Step, { kind: "action" }>; atMs: number }>();
  /** Since when nothing changed and nothing ran. */
  let idleMs = 0;
  let lookedAtMs = startedAtMs;
  const pass = (atMs: number) => {
    if (running.size === 0) idleMs += Math.max(0, atMs - lookedAtMs);
    lookedAtMs = atMs;
  };
  const take = (turn: Turn) => {
    turns.push(turn);
    if (turns.length > TURNS_KEPT) turns.shift();
    return findLoop(turns, limits);
  };
  return {
    hear(step, atMs) {
      pass(atMs);
      switch (step.kind) {
        case "action":
          if (running.size >= RUNNING_MAX) running.delete([...running.keys()][0] ?? "");
          running.set(step.id, { step, atMs });
          return null;
        case "message":
          return take(spokenTurn(step.text));
        case "result": {
          const asked = running.get(step.id);
          running.delete(step.id);
          return asked ? take(actedTurn(asked.step, step, atMs - asked.atMs)) : null;
        }
      }
    },
    changed(atMs) {
      pass(atMs);
      idleMs = 0;
    },
    used(tokens) {
      if (tokens <= limits.tokensMax) return null;
      return { pattern: "tokens", text: `${tokens} tokens used, of ${limits.tokensMax}` };
    },
    tick(atMs) {
      pass(atMs);
      if (idleMs < limits.noChangeMs) return null;
      const minutes = Math.round(idleMs / 60_000);
      return { pattern: "no-change", text: `nothing changed in the clone for ${minutes} minutes` };
    },
    isActing: () => running.size > 0,
  };
}
