import type { Turn } from "./step.ts";

export type LoopLimits = {
  /** Times that the same action may come to the same. */
  repeats: number;
  /** Times that the same error may come back with nothing done about it. */
  errors: number;
  /** Messages one after another without an action. */
  messages: number;
  /** Turns of a circle of two or three, all of which come to the same. */
  pingPong: number;
  /** Times that it may look whether something is done which it waits for. */
  polls: number;
};

export type Loop = {
  pattern: "repeat" | "error" | "monologue" | "ping-pong";
  /** What went round, in a line. */
  text: string;
};

/** Turns that are looked at; more is a circle that no limit speaks of. */
export const TURNS_KEPT = 200;

/**
 * The loop that the latest turns are in, or null. Nothing is a loop that came to something else:
 * another result is progress, and so is an action in between that succeeded and is new. Looking
 * again and again at something slow is polling, and has a limit of its own.
 */
export function findLoop(turns: readonly Turn[], limits: LoopLimits): Loop | null {
  return (
    repeated(turns, limits) ??
    sameError(turns, limits) ??
    monologue(turns, limits) ??
    pingPong(turns, limits)
  );
}

function repeated(turns: readonly Turn[], limits: LoopLimits): Loop | null {
  const last = turns.at(-1);
  if (last?.kind !== "acted") return null;
  const length = runOf(turns, (turn) => isSame(turn, last));
  if (length < (isPoll([last]) ? limits.polls : limits.repeats)) return null;
  return {
    pattern: "repeat",
    text: `${length} times the same, with the same result: ${named(last)}`,
  };
}

/** What it does between two errors counts only where it succeeds and is not what it did before. */
function sameError(turns: readonly Turn[], { errors }: LoopLimits): Loop | null {
  const last = turns.at(-1);
  if (last?.kind !== "acted" || !last.failed) return null;
  let seen = 0;
  for (const turn of turns.toReversed()) {
    if (turn.failed && turn.came === last.came) seen += 1;
    else if (turn.kind === "acted") break;
    if (seen < errors) continue;
    return { pattern: "error", text: `${seen} times the same error: ${named(last)}` };
  }
  return null;
}

function monologue(turns: readonly Turn[], { messages, errors }: LoopLimits): Loop | null {
  const last = turns.at(-1);
  if (last?.kind !== "spoke") return null;
  const spoken = runOf(turns, ({ kind }) => kind === "spoke");
  const same = runOf(turns, (turn) => isSame(turn, last));
  if (spoken < messages && same < errors) return null;
  return { pattern: "monologue", text: `${spoken} messages without an action` };
}

function pingPong(turns: readonly Turn[], limits: LoopLimits): Loop | null {
  for (const period of [2, 3]) {
    const circle = turns.slice(-period);
    if (circle.length < period || circle.every((turn) => isSame(turn, circle[0]))) continue;
    if (!circle.some(({ kind }) => kind === "acted")) continue;
    const goesRound = (at: number) => isSame(turns[at], turns[at + period]);
    let length = period;
    while (length < turns.length && goesRound(turns.length - length - 1)) length += 1;
    const most = isPoll(circle) ? limits.polls * period : limits.pingPong;
    if (length < most) continue;
    const text = `round and round: ${circle.map(named).join(", then ")}`;
    return { pattern: "ping-pong", text: text.slice(0, TEXT_CHARS_MAX) };
  }
  return null;
}

const TEXT_CHARS_MAX = 400;
const NAME_CHARS_MAX = 120;

/** What waits, and fails at nothing. */
function isPoll(circle: readonly Turn[]): boolean {
  return circle.some(({ waited }) => waited) && circle.every(({ failed }) => !failed);
}

function isSame(one: Turn | undefined, other: Turn | undefined): boolean {
  return one !== undefined && one.what === other?.what && one.came === other.came;
}

/** How many of the latest turns are of a kind. */
function runOf(turns: readonly Turn[], is: (turn: Turn) => boolean): number {
  const other = turns.findLastIndex((turn) => !is(turn));
  return turns.length - 1 - other;
}

function named({ what }: Turn): string {
  return what.replaceAll(/\s+/g, " ").slice(0, NAME_CHARS_MAX);
}
