import type { z } from "zod";
import { AccountEvent } from "./account.ts";
import { AgentEvent } from "./agent.ts";
import { AllocationEvent } from "./allocation.ts";
import { AttemptEvent } from "./attempt.ts";
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
};
export type NightEvent = EventOf[StreamKind];
export type EventType = NightEvent["type"];

/** The schema version that is written now; a stored event of a higher one is not readable here. */
export const SCHEMA_VERSION = 1;

/** One step a version: what an event of version n looked like in version n + 1. */
export const upcasters: ReadonlyMap<number, (event: unknown) => unknown> = new Map();

const schemas: Record<StreamKind, z.ZodType<NightEvent>> = {
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
};

/**
 * Holds an event against the schema of its stream, before it is written.
 * @throws Error (a bug) when the event is not one of that stream's.
 */
export function checkEvent(stream: string, event: NightEvent): NightEvent {
  return schemaOf(stream).parse(event);
}

/**
 * Reads a stored event as today's schema has it. What was written in this version was checked when
 * it was written and is only parsed; an older one is lifted step by step and then checked.
 * @param body The event as JSON.
 * @throws Error when the body is no JSON, or of a version that cannot be read here.
 */
export function readEvent(
  stream: string,
  version: number,
  body: string,
  today: { version: number; upcasters: typeof upcasters } = { version: SCHEMA_VERSION, upcasters },
): NightEvent {
  if (version === today.version) return JSON.parse(body);
  if (version > today.version) throw new Error(`an event of schema version ${version} is too new`);
  let event: unknown = JSON.parse(body);
  for (let step = version; step < today.version; step += 1) {
    const upcast = today.upcasters.get(step);
    if (!upcast) throw new Error(`nothing lifts an event of schema version ${step}`);
    event = upcast(event);
  }
  return schemaOf(stream).parse(event);
}

function schemaOf(stream: string): z.ZodType<NightEvent> {
  const kind = kindOf(stream);
  if (kind === undefined) throw new Error(`no stream kind in ${JSON.stringify(stream)}`);
  return schemas[kind];
}
