import { isEnded, StreamResponse, type TaskState } from "@nightshift/protocol/a2a";

/** What has been heard of one call. */
export type Heard = {
  /** The call's name at the other side. */
  task?: string;
  /** Nothing more is told of it. */
  over: boolean;
  lastEventId?: string | undefined;
  events: number;
  extensions?: string | undefined;
};

const interrupted: ReadonlySet<TaskState> = new Set([
  "TASK_STATE_INPUT_REQUIRED",
  "TASK_STATE_AUTH_REQUIRED",
]);

/**
 * Takes note of an event. A bare message is an answer: it ends what it answers.
 * @throws ZodError for what is no event of A2A 1.0.
 */
export function noted(value: unknown, heard: Heard): unknown {
  const event = StreamResponse.parse(value);
  if ("message" in event) heard.over = true;
  if ("task" in event) heard.task = event.task.id;
  const status = statusOf(event);
  if (status) heard.over = isEnded(status.state) || interrupted.has(status.state);
  return value;
}

function statusOf(event: StreamResponse): { state: TaskState } | undefined {
  if ("task" in event) return event.task.status;
  if ("statusUpdate" in event) return event.statusUpdate.status;
  return undefined;
}
