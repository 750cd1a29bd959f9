import type { Message, Part, StreamResponse, Task, TaskState } from "@nightshift/protocol/a2a";
import { MEDIA_TYPE } from "../card.ts";
import { AFTER_SEQ_URI } from "../extensions.ts";
import type { End, Moment, Request } from "./moment.ts";

/** A moment of a call in the words of A2A: the event of its stream that has this sequence number. */
export function eventOf(request: Request, moment: Moment): StreamResponse {
  const { seq, atMs, deed } = moment;
  const ids = { taskId: request.id, contextId: request.context };
  const metadata = { [AFTER_SEQ_URI]: { seq } };
  switch (deed.kind) {
    case "received": {
      const status = { state: "TASK_STATE_SUBMITTED", timestamp: timeOf(atMs) } as const;
      return { task: { id: request.id, contextId: request.context, status, metadata } };
    }
    case "answered":
      return {
        artifactUpdate: {
          ...ids,
          artifact: artifactOf(deed.output),
          append: false,
          lastChunk: true,
          metadata,
        },
      };
    case "working":
    case "held":
    case "revoked":
    case "finished":
      return { statusUpdate: { ...ids, status: statusOf(request, moment), metadata } };
  }
}

/** A call as it stands: what its moments so far come to. It tells the last one's number. */
export function taskOf(request: Request, moments: readonly Moment[]): Task {
  const last = moments.at(-1);
  if (!last) throw new Error("a call without a beginning");
  const task: Task = {
    id: request.id,
    contextId: request.context,
    status: statusOf(request, last),
    metadata: { [AFTER_SEQ_URI]: { seq: last.seq } },
  };
  for (const { deed } of moments)
    if (deed.kind === "answered") task.artifacts = [artifactOf(deed.output)];
  return task;
}

/** The answer of a call that needs no task: what was asked is answered in the same breath. */
export function messageOf(request: Request, moments: readonly Moment[]): Message | undefined {
  const last = moments.at(-1)?.deed;
  if (last?.kind !== "finished" || last.end.state !== "completed") return undefined;
  const answered = moments.find(({ deed }) => deed.kind === "answered")?.deed;
  if (answered?.kind !== "answered") return undefined;
  return {
    messageId: `${request.id}-answer`,
    contextId: request.context,
    role: "ROLE_AGENT",
    parts: [dataPart(answered.output)],
  };
}

/** What a caller of ours may want to know of a task's state. */
export function stateOf(moments: readonly Moment[]): TaskState {
  const last = moments.at(-1);
  if (!last || last.deed.kind === "received") return "TASK_STATE_SUBMITTED";
  return last.deed.kind === "finished" ? endStates[last.deed.end.state] : "TASK_STATE_WORKING";
}

const endStates = {
  completed: "TASK_STATE_COMPLETED",
  failed: "TASK_STATE_FAILED",
  canceled: "TASK_STATE_CANCELED",
  rejected: "TASK_STATE_REJECTED",
} as const satisfies Record<End["state"], TaskState>;

function statusOf(request: Request, moment: Moment): Task["status"] {
  const said = saidIn(moment);
  const status = { state: stateOf([moment]), timestamp: timeOf(moment.atMs) };
  if (said === undefined) return status;
  const message: Message = {
    messageId: `${request.id}-${moment.seq}`,
    contextId: request.context,
    taskId: request.id,
    role: "ROLE_AGENT",
    parts: [said],
  };
  return { ...status, message };
}

function saidIn({ deed }: Moment): Part | undefined {
  if (deed.kind === "working" && deed.note !== "") return textPart(deed.note);
  if (deed.kind === "revoked") return textPart("its caller asked to cancel it");
  if (deed.kind !== "finished" || deed.end.state === "completed") return undefined;
  return deed.end.state === "rejected" ? dataPart(deed.end.refusal) : textPart(deed.end.detail);
}

function artifactOf(output: unknown) {
  return { artifactId: "answer", parts: [dataPart(output)] };
}

function dataPart(data: unknown): Part {
  return { data, mediaType: MEDIA_TYPE };
}

function textPart(text: string): Part {
  return { text, mediaType: "text/plain" };
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
