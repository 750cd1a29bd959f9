import { idOf } from "@nightshift/protocol/ids";
import type { EventNamed } from "./words/event-named.ts";
import type { Projection } from "./projection.ts";

type OpenAttempt = {
  task: string;
  generation: number;
  stage:
    | "started"
    | "planned"
    | "announced"
    | "awarded"
    | "prompted"
    | "executed"
    | "verified"
    | "assessed"
    | "gated";
  /** Null until it is awarded. */
  model: string | null;
  agent: string | null;
  startedAtMs: number;
};

/** By attempt id. */
export type Attempts = Map<string, OpenAttempt>;

type Told =
  | "attempt.started"
  | "attempt.planned"
  | "attempt.awarded"
  | "attempt.integrated"
  | "attempt.failed"
  | "attempt.deferred"
  | keyof typeof STAGE_AFTER;

/** Attempts that have no end yet: what a dispatcher that starts after a crash has to take up. */
export const attempts: Projection<Attempts, EventNamed<Told>> = {
  name: "attempts",
  version: 1,
  reads: [
    "attempt.started",
    "attempt.planned",
    "attempt.announced",
    "attempt.awarded",
    "attempt.prompted",
    "attempt.executed",
    "attempt.verified",
    "attempt.assessed",
    "attempt.gated",
    "attempt.integrated",
    "attempt.failed",
    "attempt.deferred",
  ],
  initial: () => new Map(),
  apply(view, { stream, atMs, event }) {
    const id = idOf(stream);
    switch (event.type) {
      case "attempt.started": {
        const { task, generation } = event;
        const stage = "started";
        view.set(id, { task, generation, stage, model: null, agent: null, startedAtMs: atMs });
        return;
      }
      case "attempt.awarded": {
        const attempt = view.get(id);
        if (!attempt) return;
        attempt.stage = "awarded";
        attempt.model = event.model;
        attempt.agent = event.agent;
        return;
      }
      case "attempt.planned": {
        const attempt = view.get(id);
        // A plan that made parts is the end of the attempt: the parts are tasks of their own.
        if (event.parts > 0) view.delete(id);
        else if (attempt) attempt.stage = "planned";
        return;
      }
      case "attempt.announced":
      case "attempt.prompted":
      case "attempt.executed":
      case "attempt.verified":
      case "attempt.assessed":
      case "attempt.gated": {
        const attempt = view.get(id);
        if (attempt) attempt.stage = STAGE_AFTER[event.type];
        return;
      }
      case "attempt.integrated":
      case "attempt.failed":
      case "attempt.deferred":
        view.delete(id);
        return;
    }
  },
};

const STAGE_AFTER = {
  "attempt.announced": "announced",
  "attempt.prompted": "prompted",
  "attempt.executed": "executed",
  "attempt.verified": "verified",
  "attempt.assessed": "assessed",
  "attempt.gated": "gated",
} as const;
