import type { z } from "zod";
import { AccountEvent } from "./account.ts";
import { AgentEvent } from "./agent.ts";
import { AllocationEvent } from "./allocation.ts";
import { AttemptEvent } from "./attempt.ts";
import { BlobEvent } from "./blob.ts";
import { BrakeEvent } from "./brake.ts";
import { BudgetEvent } from "./budget.ts";
import { CallEvent } from "./call.ts";
import { GenomeEvent } from "./genome.ts";
import { GuidanceEvent } from "./guidance.ts";
import { kindOf, type StreamKind } from "./ids.ts";
import { PolicyEvent } from "./policy.ts";
import { ProjectEvent } from "./project.ts";
import { RepoEvent } from "./repo.ts";
import { ReviewEvent } from "./review.ts";
import { ShiftEvent } from "./shift.ts";
import { TaskEvent } from "./task.ts";
import { lift, type Upcasters } from "./upcasters.ts";

/** Everything that may happen, by the kind of stream it happens in. */
export type EventOf = {
  shift: ShiftEvent;
  project: ProjectEvent;
  repo: RepoEvent;
  task: TaskEvent;
  attempt: AttemptEvent;
  budget: BudgetEvent;
  account: AccountEvent;
  brake: BrakeEvent;
  review: ReviewEvent;
  genome: GenomeEvent;
  policy: PolicyEvent;
  allocation: AllocationEvent;
  guidance: GuidanceEvent;
  agent: AgentEvent;
  call: CallEvent;
  blob: BlobEvent;
};
export type NightEvent = EventOf[StreamKind];
export type EventType = NightEvent["type"];

/** The schema version that is written now; a stored event of a higher one is not readable here. */
export const SCHEMA_VERSION = 1;

/**
 * The steps that lift every version that was ever written to today's. A change of a schema adds one,
 * raises `SCHEMA_VERSION`, and leaves a log of the old version in `tests/golden`.
 */
export const upcasters: Upcasters = new Map();

/** What may happen in each kind of stream. */
export const eventSchemas = {
  shift: ShiftEvent,
  project: ProjectEvent,
  repo: RepoEvent,
  task: TaskEvent,
  attempt: AttemptEvent,
  budget: BudgetEvent,
  account: AccountEvent,
  brake: BrakeEvent,
  review: ReviewEvent,
  genome: GenomeEvent,
  policy: PolicyEvent,
  allocation: AllocationEvent,
  guidance: GuidanceEvent,
  agent: AgentEvent,
  call: CallEvent,
  blob: BlobEvent,
} as const satisfies Record<StreamKind, z.ZodType<NightEvent>>;

/** Every type of event that is known here; a log may hold others, which no view is shown. */
export const eventTypes: ReadonlySet<string> = new Set(
  Object.values(eventSchemas).flatMap(({ options }) => {
    return options.map(({ shape }): string => shape.type.value);
  }),
);

/**
 * Holds an event against the schema of its stream, before it is written.
 * @throws Error (a bug) when the event is not one of that stream's.
 */
export function checkEvent(stream: string, event: NightEvent): NightEvent {
  return schemaOf(stream).parse(event);
}

/**
 * Reads a stored event as today's schema has it. What was written in this version was checked when
 * it was written and is only parsed; an older one is lifted step by step and then checked. A type
 * that nobody knows here is given back as it is: whoever reads by type does not meet it.
 * @param body The event as JSON.
 * @throws Error when the body is no JSON, or of a version that cannot be read here.
 */
export function readEvent(
  stream: string,
  version: number,
  body: string,
  today: { version: number; upcasters: Upcasters } = { version: SCHEMA_VERSION, upcasters },
): NightEvent {
  if (version === today.version) return JSON.parse(body);
  if (version > today.version) throw new Error(`an event of schema version ${version} is too new`);
  const stored = JSON.parse(body);
  if (!eventTypes.has(stored?.type)) return stored;
  return schemaOf(stream).parse(lift(stored, version, today.version, today.upcasters));
}

function schemaOf(stream: string): z.ZodType<NightEvent> {
  const kind = kindOf(stream);
  if (kind === undefined) throw new Error(`no stream kind in ${JSON.stringify(stream)}`);
  return eventSchemas[kind];
}
