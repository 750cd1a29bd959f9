import type { AttemptEvent } from "@nightshift/protocol/attempt";

/** What an event of an attempt tells, without its name. */
export type Payload<T extends AttemptEvent["type"]> = Omit<
  Extract<AttemptEvent, { type: T }>,
  "type"
>;

export type Stage =
  | "absent"
  | "started"
  | "planned"
  | "announced"
  | "awarded"
  | "prompted"
  | "executed"
  | "verified"
  | "assessed"
  | "gated"
  | "ended";

/** How far an attempt has come; each stage's event is kept under its name. */
export type AttemptState = {
  stage: Stage;
  /** 0 before it is started. */
  generation: number;
  started?: Payload<"attempt.started">;
  planned?: Payload<"attempt.planned">;
  announced?: Payload<"attempt.announced">;
  bids: readonly Payload<"attempt.bid">[];
  awarded?: Payload<"attempt.awarded">;
  prompted?: Payload<"attempt.prompted">;
  executed?: Payload<"attempt.executed">;
  verified?: Payload<"attempt.verified">;
  assessed?: Payload<"attempt.assessed">;
  gated?: Payload<"attempt.gated">;
  flags: readonly Payload<"attempt.flagged">[];
  /** The latest grade of a person. */
  graded?: Payload<"attempt.graded">;
  end?: AttemptEnd;
};

type AttemptEnd =
  | ({ kind: "integrated" } & Payload<"attempt.integrated">)
  | { kind: "failed"; failure: Payload<"attempt.failed">["kind"]; detail: string }
  | ({ kind: "deferred" } & Payload<"attempt.deferred">)
  /** The plan made parts of the task: they are worked on instead. */
  | { kind: "split"; parts: number };

export const NO_ATTEMPT: AttemptState = { stage: "absent", generation: 0, bids: [], flags: [] };

/** What an event makes of an attempt. */
export function evolveAttempt(state: AttemptState, event: AttemptEvent): AttemptState {
  switch (event.type) {
    case "attempt.started":
      return { ...state, stage: "started", generation: event.generation, started: payload(event) };
    case "attempt.planned":
      if (event.parts === 0) return { ...state, stage: "planned", planned: payload(event) };
      return {
        ...state,
        stage: "ended",
        planned: payload(event),
        end: { kind: "split", parts: event.parts },
      };
    case "attempt.announced":
      return { ...state, stage: "announced", announced: payload(event) };
    case "attempt.bid":
      return { ...state, bids: [...state.bids, payload(event)] };
    case "attempt.awarded":
      return { ...state, stage: "awarded", awarded: payload(event) };
    case "attempt.prompted":
      return { ...state, stage: "prompted", prompted: payload(event) };
    case "attempt.executed":
      return { ...state, stage: "executed", executed: payload(event) };
    case "attempt.verified":
      return { ...state, stage: "verified", verified: payload(event) };
    case "attempt.assessed":
      return { ...state, stage: "assessed", assessed: payload(event) };
    case "attempt.gated":
      return { ...state, stage: "gated", gated: payload(event) };
    case "attempt.flagged":
      return { ...state, flags: [...state.flags, payload(event)] };
    case "attempt.graded":
      return { ...state, graded: payload(event) };
    case "attempt.integrated":
      return { ...state, stage: "ended", end: { kind: "integrated", ...payload(event) } };
    case "attempt.failed": {
      const { kind: failure, detail } = event;
      return { ...state, stage: "ended", end: { kind: "failed", failure, detail } };
    }
    case "attempt.deferred":
      return { ...state, stage: "ended", end: { kind: "deferred", ...payload(event) } };
  }
}

function payload<E extends AttemptEvent>(event: E): Omit<E, "type"> {
  const { type: _, ...told } = event;
  return told;
}
