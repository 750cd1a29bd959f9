import { randomUUID } from "node:crypto";
import { Role, TaskState, type Message, type Part } from "@a2a-js/sdk";
import {
  AgentEvent,
  type AgentExecutor,
  type ExecutionEventBus,
  type RequestContext,
} from "@a2a-js/sdk/server";
import type { Peer } from "@nightshift/protocol/bus";
import { Refusal } from "@nightshift/protocol/errors";
import type { RefusalData } from "@nightshift/protocol/rpc";
import { skills, type SkillName } from "@nightshift/protocol/skills";
import { MEDIA_TYPE } from "./card.ts";
import { CallerUser } from "./caller.ts";
import { askedBefore, PAYLOAD_CHARS_MAX } from "./gate.ts";

/** Characters of a progress note, and notes of one call; what is more is dropped. */
export const NOTE_CHARS_MAX = 300;
const NOTES_MAX = 1_000;
const DETAIL_CHARS_MAX = 500;

/** How a call ended, before it is put into the words of A2A. */
type Ending =
  | { state: TaskState.TASK_STATE_COMPLETED; output: unknown }
  | { state: TaskState.TASK_STATE_REJECTED; refusal: RefusalData }
  | { state: TaskState.TASK_STATE_FAILED | TaskState.TASK_STATE_CANCELED; detail: string };

export type PeerExecutor = AgentExecutor & {
  /** Fails everything that is still being worked on. */
  stop(reason: string): void;
};

/**
 * Runs the calls of one peer as A2A tasks: working, notes on the way, then one artifact and
 * `completed`; a refusal is `rejected`; anything else that is thrown is `failed`. Each call ends once,
 * and at once when it is cancelled, whether or not the peer listens to its signal.
 */
export function createExecutor(peer: Peer): PeerExecutor {
  const running = new Map<string, (ending: Ending) => void>();

  return {
    async execute(request, events) {
      const call = new AbortController();
      const cut = Promise.withResolvers<Ending>();
      running.set(request.taskId, cut.resolve);
      publishStart(request, events);
      const ending = await Promise.race([work(peer, request, events, call.signal), cut.promise]);
      running.delete(request.taskId);
      call.abort();
      publishEnd(request, events, ending);
    },
    async cancelTask(taskId) {
      running.get(taskId)?.({ state: TaskState.TASK_STATE_CANCELED, detail: "cancelled" });
    },
    stop(reason) {
      for (const end of running.values())
        end({ state: TaskState.TASK_STATE_FAILED, detail: reason });
    },
  };
}

async function work(
  peer: Peer,
  request: RequestContext,
  events: ExecutionEventBus,
  signal: AbortSignal,
): Promise<Ending> {
  const { user } = request.context;
  let notes = 0;
  try {
    const content = request.userMessage.parts[0]?.content;
    const { skill, input } = askedBefore(content?.$case === "data" ? content.value : null);
    const output = await peer.handle(skill, input, {
      context: request.contextId,
      message: request.userMessage.messageId,
      principal: user?.userName ?? "",
      signal,
      progress(note) {
        if (signal.aborted || ++notes > NOTES_MAX) return;
        publishNote(request, events, note.slice(0, NOTE_CHARS_MAX));
      },
    });
    return readOutput(skill, output);
  } catch (error) {
    if (error instanceof Refusal)
      return {
        state: TaskState.TASK_STATE_REJECTED,
        refusal: { refusal: error.code, message: error.message.slice(0, DETAIL_CHARS_MAX) },
      };
    // A guest learns that it failed, the house also why.
    const house = user instanceof CallerUser && user.caller.standing === "house";
    const detail = house ? String(error).slice(0, DETAIL_CHARS_MAX) : "the agent failed";
    return { state: TaskState.TASK_STATE_FAILED, detail };
  }
}

/** The answer goes through JSON here on every binding, so that no object is ever shared. */
function readOutput(skill: SkillName, output: unknown): Ending {
  const text = JSON.stringify(output) ?? "null";
  if (text.length > PAYLOAD_CHARS_MAX)
    return { state: TaskState.TASK_STATE_FAILED, detail: "the answer is too large" };
  const checked = skills[skill].output.safeParse(JSON.parse(text));
  return checked.success
    ? { state: TaskState.TASK_STATE_COMPLETED, output: checked.data }
    : { state: TaskState.TASK_STATE_FAILED, detail: `the answer is not one of ${skill}` };
}

function publishStart(request: RequestContext, events: ExecutionEventBus): void {
  events.publish(
    AgentEvent.task({
      id: request.taskId,
      contextId: request.contextId,
      status: statusOf(TaskState.TASK_STATE_WORKING, undefined),
      artifacts: [],
      history: [],
      metadata: undefined,
    }),
  );
}

function publishNote(request: RequestContext, events: ExecutionEventBus, note: string): void {
  const message = say(request, textPart(note));
  const status = statusOf(TaskState.TASK_STATE_WORKING, message);
  events.publish(AgentEvent.statusUpdate({ ...idsOf(request), status, metadata: undefined }));
}

function publishEnd(request: RequestContext, events: ExecutionEventBus, ending: Ending): void {
  const ids = idsOf(request);
  if (ending.state === TaskState.TASK_STATE_COMPLETED) {
    const artifact = {
      artifactId: "answer",
      name: "answer",
      description: "",
      parts: [dataPart(ending.output)],
      metadata: undefined,
      extensions: [],
    };
    events.publish(
      AgentEvent.artifactUpdate({
        ...ids,
        artifact,
        append: false,
        lastChunk: true,
        metadata: undefined,
      }),
    );
  }
  const status = statusOf(ending.state, reasonOf(request, ending));
  events.publish(AgentEvent.statusUpdate({ ...ids, status, metadata: undefined }));
}

function reasonOf(request: RequestContext, ending: Ending): Message | undefined {
  switch (ending.state) {
    case TaskState.TASK_STATE_COMPLETED:
      return undefined;
    case TaskState.TASK_STATE_REJECTED:
      return say(request, dataPart(ending.refusal));
    case TaskState.TASK_STATE_FAILED:
    case TaskState.TASK_STATE_CANCELED:
      return say(request, textPart(ending.detail));
  }
}

function say(request: RequestContext, part: Part): Message {
  return {
    ...idsOf(request),
    messageId: randomUUID(),
    role: Role.ROLE_AGENT,
    parts: [part],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  };
}

function idsOf({ taskId, contextId }: RequestContext): { taskId: string; contextId: string } {
  return { taskId, contextId };
}

function statusOf(state: TaskState, message: Message | undefined) {
  return { state, message, timestamp: new Date().toISOString() };
}

function dataPart(value: unknown): Part {
  return part({ $case: "data", value }, MEDIA_TYPE);
}

function textPart(value: string): Part {
  return part({ $case: "text", value }, "text/plain");
}

function part(content: NonNullable<Part["content"]>, mediaType: string): Part {
  return { content, mediaType, filename: "", metadata: undefined };
}
