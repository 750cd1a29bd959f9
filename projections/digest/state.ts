import type { Recorded } from "@nightshift/protocol/envelope";
import { growth, type Growth, type GrowthRead } from "../growth.ts";
import type { EventType } from "@nightshift/protocol/events";
import { kindOf, streamOf } from "@nightshift/protocol/ids";

/** What a digest is made from: bounded by the tasks of one shift and what is open. */
export type DigestState = {
  /** The shift asked for; null for the latest. */
  target: number | null;
  /** `over` once a later shift than the one asked for has started: nothing more is kept. */
  phase: "before" | "during" | "after" | "over";
  started: Recorded | null;
  /** What the shift has to tell, oldest first. */
  night: Recorded[];
  /** What was refused since the last shift ended; the next one tells it. */
  evening: Recorded[];
  /** What earlier nights left to explain: events of unfinished attempts and open reviews. */
  carried: Recorded[];
  /** By stream: the events that tell how a task, account or policy is called. */
  names: Map<string, Recorded>;
  /** By stream: the events behind what waits for the director. */
  open: Map<string, Recorded[]>;
  /** Streams that came to their end, until what is kept of them is forgotten. */
  closed: Set<string>;
  /** What came of tasks of each level, from the first night on. */
  growth: Growth;
};

export function emptyState(target: number | null): DigestState {
  return {
    target,
    phase: "before",
    started: null,
    night: [],
    evening: [],
    carried: [],
    names: new Map(),
    open: new Map(),
    closed: new Set(),
    growth: growth.initial(),
  };
}

/** Keeps an event if the digest may need it. */
export function keep(state: DigestState, recorded: Recorded): void {
  const { event } = recorded;
  if (state.phase === "over") return;
  if (grows(recorded)) growth.apply(state.growth, recorded);
  if (event.type === "shift.started") {
    if (state.target !== null && event.number > state.target) state.phase = "over";
    else begin(state, recorded);
    return;
  }
  if (event.type === "attempt.planned") {
    // A plan that made parts is the end of its attempt; no other plan is worth telling.
    if (event.parts > 0) state.closed.add(recorded.stream);
    return;
  }
  name(state, recorded);
  openOrClose(state, recorded);
  if (isOfTheEvening(recorded) && state.phase !== "during") state.evening.push(recorded);
  else if (state.phase === "during" || isOfTheDirector(recorded)) state.night.push(recorded);
  if (event.type === "shift.ended") state.phase = "after";
}

const GROWING: ReadonlySet<EventType> = new Set(growth.reads);

function grows(recorded: Recorded): recorded is Recorded<GrowthRead> {
  return GROWING.has(recorded.event.type);
}

function begin(state: DigestState, started: Recorded): void {
  const earlier = [...state.carried, ...state.night];
  state.carried = earlier.filter(({ stream }) => isUnfinished(state, stream));
  state.night = state.evening;
  state.evening = [];
  state.started = started;
  state.phase = "during";
  const told = new Set([...state.night, ...state.carried].map(({ stream }) => stream));
  for (const stream of state.closed)
    if (!told.has(stream) && !isInReview(state, stream)) forget(state, stream);
}

function forget({ names, closed }: DigestState, stream: string): void {
  names.delete(stream);
  closed.delete(stream);
}

function isUnfinished(state: DigestState, stream: string): boolean {
  if (kindOf(stream) !== "attempt") return false;
  const review = stream.replace(/^attempt-/, "review-");
  return !state.closed.has(stream) || state.open.has(review);
}

/** A task that was completed by asking for a review that still waits. */
function isInReview({ open }: DigestState, stream: string): boolean {
  return open
    .values()
    .some(
      ([first]) =>
        first?.event.type === "review.requested" && streamOf("task", first.event.task) === stream,
    );
}

function isOfTheEvening({ event }: Recorded): boolean {
  return event.type === "task.refused";
}

/** What the director decides in the morning belongs to the night it is about. */
function isOfTheDirector({ stream }: Recorded): boolean {
  const kind = kindOf(stream);
  return kind === "review" || kind === "repo";
}

/** Tells how a task, an account or a policy is called. */
const NAMING: ReadonlySet<EventType> = new Set([
  "task.proposed",
  "task.amended",
  "task.reopened",
  "account.registered",
  "policy.proposed",
]);

const CLOSING: ReadonlySet<EventType> = new Set([
  "task.refused",
  "task.completed",
  "task.abandoned",
  "attempt.integrated",
  "attempt.failed",
  "attempt.deferred",
  "policy.adopted",
  "policy.rolled-back",
]);

function name(state: DigestState, recorded: Recorded): void {
  const { stream, event } = recorded;
  if (NAMING.has(event.type)) state.names.set(stream, recorded);
  if (CLOSING.has(event.type)) state.closed.add(stream);
  if (event.type === "task.reopened") state.closed.delete(stream);
}

/** Something waits for the director from here on. */
const OPENING: ReadonlySet<EventType> = new Set([
  "task.parked",
  "review.requested",
  "brake.engaged",
]);

/** Tells more of what waits. */
const GOING_ON: ReadonlySet<EventType> = new Set(["brake.canary-started", "brake.latched"]);

const SETTLING: ReadonlySet<EventType> = new Set([
  "task.amended",
  "task.admitted",
  "task.refused",
  "task.claimed",
  "task.abandoned",
  "review.approved",
  "review.rejected",
  "review.sent-back",
  "review.merged",
  "review.reverted",
  "review.ignored",
  "brake.released",
  "account.reopened",
]);

function openOrClose({ open }: DigestState, recorded: Recorded): void {
  const { stream, event } = recorded;
  const isSignIn = event.type === "account.held" && event.reason === "sign-in";
  if (OPENING.has(event.type) || isSignIn) open.set(stream, [recorded]);
  else if (GOING_ON.has(event.type)) open.get(stream)?.push(recorded);
  else if (SETTLING.has(event.type) || event.type === "account.held") open.delete(stream);
}
