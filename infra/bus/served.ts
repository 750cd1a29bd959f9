import type { SendMessageParams, StreamResponse, Task } from "@nightshift/protocol/a2a";
import type { Peer } from "@nightshift/protocol/bus";
import { Refusal } from "@nightshift/protocol/errors";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import type { Caller } from "./caller.ts";
import type { Call } from "./calls/call.ts";
import { Desk, type Keeping } from "./calls/desk.ts";
import { endOf, type Moment } from "./calls/moment.ts";
import { eventOf, messageOf, taskOf } from "./calls/story.ts";
import { asListed, pageOf } from "./calls/task-list.ts";
import { asksFor, DIRECT_URI } from "./extensions.ts";
import { checkRequest, checkVersion, readAsk, type Checked } from "./gate.ts";

// The seam between the bindings and the core. Every binding brings what it was asked as `Asked`, with
// the caller that it authenticated, and calls `answer` or `stream`; nothing else of the core is theirs.
//
// - `emit(event, seq)`: `event` is a StreamResponse, `seq` its sequence number in the call (0, 1, 2 …;
//   in the log the revision in the call's stream). SSE writes it as `id:`. It also stands in the
//   event's `metadata`, under the URI of the extension (`AFTER_SEQ_URI`).
// - `stream(…, { afterSeq })`: the events after that number alone, each once and in order, without a
//   snapshot, also of a call that is over; from `Last-Event-ID` (`readAfterSeq`). Without it
//   SubscribeToTask begins with the snapshot, which tells the last number that is in it.
// - `asked.extensions`: the service parameter `A2A-Extensions`, as it came.
// - `besides`: answers of a binding to operations that are not about calls: push notification configs
//   and the extended card; `served` is for looking at the calls they are about.

/** A request as any binding brings it; `version` is the service parameter `A2A-Version`. */
export type Asked = {
  method: string;
  params: unknown;
  version: string;
  /** The service parameter `A2A-Extensions`: URIs with commas between. */
  extensions?: string | undefined;
};

/** Takes one event of a call and its sequence number; a promise holds the next one back. */
export type Emit = (event: StreamResponse, seq: number) => void | Promise<void>;

/** Where a stream is taken up again. */
export type Resume = { afterSeq?: number | undefined };

/** One agent behind A2A: what is asked has passed the gate before the peer sees it. */
export interface Served {
  /** @throws RpcFailure with a code of the wire, Refusal when a rule says no. */
  answer(asked: Asked, caller: Caller): Promise<unknown>;
  /** Emits events; resolves after the last, or when the signal aborts. Throws as `answer` does. */
  stream(
    asked: Asked,
    caller: Caller,
    emit: Emit,
    signal: AbortSignal,
    resume?: Resume,
  ): Promise<void>;
  /** Fails what is being worked on and takes nothing more. */
  stop(reason: string): void;
}

/** A call as it is named outside of it, and the agent that works on it. */
type Begun = { id: string; to: string };

/** What bindings add to an agent. */
export type Besides = {
  /** @throws RpcFailure with the code of the operation's absence where it has none. */
  answer(asked: Asked, caller: Caller, served: Served): Promise<unknown>;
  /** A call that wants its events posted somewhere has begun; throwing refuses its message. */
  begun?(call: Begun, config: InlinePush, caller: Caller, served: Served): Promise<void>;
};

/** A push notification config as a message brings it: its task has no id yet. */
type InlinePush = NonNullable<
  NonNullable<SendMessageParams["configuration"]>["taskPushNotificationConfig"]
>;

export type ServeOptions = {
  /** Where calls are kept that must outlive this process; none are where it is left out. */
  keeping?: Keeping | undefined;
  besides?: Besides | undefined;
  now?: () => number;
};

export function serve(peer: Peer, options: ServeOptions = {}): Served {
  return new ServedAgent(peer, options);
}

class ServedAgent implements Served {
  readonly #peer: Peer;
  readonly #besides: Besides | undefined;
  readonly #desk: Desk;
  #stopped: string | undefined;

  constructor(peer: Peer, { keeping, besides, now = Date.now }: ServeOptions) {
    this.#peer = peer;
    this.#besides = besides;
    this.#desk = new Desk(peer, keeping, now);
  }

  async answer(asked: Asked, caller: Caller): Promise<unknown> {
    const checked = this.#check(asked);
    switch (checked.method) {
      case "SendMessage":
        return this.#send(checked.params, asked, caller);
      case "GetTask":
        return snapshot(await this.#find(checked.params.id, caller));
      case "ListTasks":
        return this.#list(checked.params, caller);
      case "CancelTask":
        return cancel(await this.#find(checked.params.id, caller), caller);
      case "SendStreamingMessage":
      case "SubscribeToTask":
        throw new RpcFailure(codes.invalidRequest, `${checked.method} is answered by a stream`);
      case "CreateTaskPushNotificationConfig":
      case "GetTaskPushNotificationConfig":
      case "ListTaskPushNotificationConfigs":
      case "DeleteTaskPushNotificationConfig":
      case "GetExtendedAgentCard":
        if (this.#besides) return this.#besides.answer(asked, caller, this);
        throw absent(checked.method);
    }
  }

  async stream(
    asked: Asked,
    caller: Caller,
    emit: Emit,
    signal: AbortSignal,
    { afterSeq }: Resume = {},
  ): Promise<void> {
    const { method, params } = this.#check(asked);
    if (method === "SendStreamingMessage") {
      const call = await this.#begin(params, caller);
      if (afterSeq === undefined && isDirect(asked, call))
        return streamDirect(call, caller, emit, signal);
      return tell(call, afterSeq ?? -1, emit, signal);
    }
    if (method !== "SubscribeToTask")
      throw new RpcFailure(codes.invalidRequest, `${method} has one answer`);
    const call = await this.#find(params.id, caller);
    const from = afterSeq ?? (await tellSnapshot(call, emit));
    return tell(call, from, emit, signal);
  }

  stop(reason: string): void {
    this.#stopped = reason;
    this.#desk.stop(reason);
  }

  #check({ method, params, version }: Asked): Checked {
    checkVersion(version);
    const checked = checkRequest(method, params);
    if (this.#stopped === undefined) return checked;
    throw new RpcFailure(codes.internal, `${this.#peer.card.name} is gone: ${this.#stopped}`);
  }

  async #begin({ message, configuration }: Sent, caller: Caller): Promise<Call> {
    const ask = readAsk(message, this.#peer.card);
    if (caller.allowed !== "all" && !caller.allowed.includes(ask.skill))
      throw new Refusal("not-allowed", `${caller.name} may not call ${ask.skill}`);
    if (message.taskId !== undefined)
      throw new RpcFailure(codes.unsupportedOperation, "a call is one message and one answer");
    const context = message.contextId ?? crypto.randomUUID();
    const call = await this.#desk.begin(ask, { message: message.messageId, context }, caller);
    const config = configuration?.taskPushNotificationConfig;
    if (!config) return call;
    if (!this.#besides?.begun)
      throw new RpcFailure(codes.pushNotSupported, "nothing is pushed here");
    await this.#besides.begun(call.request, config, caller, this);
    return call;
  }

  async #find(id: string, caller: Caller): Promise<Call> {
    const call = await this.#desk.find(id, caller);
    if (!call) throw new RpcFailure(codes.taskNotFound, `no task ${id.slice(0, 40)} of yours`);
    return call;
  }

  async #list(query: Query, caller: Caller): Promise<object> {
    const { page, ...rest } = pageOf(await this.#desk.list(caller), query);
    const tasks: Task[] = [];
    for (const { id } of page) {
      const call = await this.#desk.find(id, caller);
      if (call) tasks.push(asListed(await snapshot(call), query));
    }
    return { tasks, ...rest };
  }

  async #send(sent: Sent, asked: Asked, caller: Caller): Promise<object> {
    const call = await this.#begin(sent, caller);
    if (sent.configuration?.returnImmediately) return { task: await snapshot(call) };
    await call.follow(-1, () => undefined, caller.gone);
    const moments = await call.read();
    const message = isDirect(asked, call) ? messageOf(call.request, moments) : undefined;
    return message ? { message } : { task: taskOf(call.request, moments) };
  }
}

type Sent = Extract<Checked, { method: "SendMessage" }>["params"];
type Query = Extract<Checked, { method: "ListTasks" }>["params"];

/** What is kept for its caller is a task, whatever its caller would do with. */
function isDirect({ extensions }: Asked, { isKept }: Call): boolean {
  return !isKept && asksFor(extensions, DIRECT_URI);
}

async function snapshot(call: Call): Promise<Task> {
  return taskOf(call.request, await call.read());
}

/** @throws RpcFailure -32602 for a number that the call has not come to. */
async function tell(call: Call, afterSeq: number, emit: Emit, signal: AbortSignal): Promise<void> {
  if (afterSeq >= 0 && afterSeq >= (await call.read()).length)
    throw new RpcFailure(codes.invalidParams, `the call has no event ${afterSeq} yet`);
  await call.follow(afterSeq, (moment) => emit(eventOf(call.request, moment), moment.seq), signal);
}

/** @returns the number that the snapshot tells. @throws RpcFailure -32004 for a call that is over. */
async function tellSnapshot(call: Call, emit: Emit): Promise<number> {
  const moments = await call.read();
  if (endOf(moments))
    throw new RpcFailure(codes.unsupportedOperation, "the task is over: nothing follows");
  const seq = moments.length - 1;
  await emit({ task: taskOf(call.request, moments) }, seq);
  return seq;
}

/**
 * One message where the answer comes without a word before it; else the task and all of its events.
 * Who goes away before anything was told has cancelled it: no task was named that could be.
 */
async function streamDirect(
  call: Call,
  caller: Caller,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const heard = new AbortController();
  const stop = () => heard.abort();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  await call.follow(-1, (moment) => void (isNote(moment) && stop()), heard.signal);
  signal.removeEventListener("abort", stop);
  if (signal.aborted) return call.cancel(caller.name);
  const moments = await call.read();
  const message = moments.some(isNote) ? undefined : messageOf(call.request, moments);
  if (message) return emit({ message }, 0);
  return tell(call, -1, emit, signal);
}

function isNote({ deed }: Moment): boolean {
  return deed.kind === "working" && deed.note !== "";
}

async function cancel(call: Call, caller: Caller): Promise<Task> {
  const before = endOf(await call.read());
  if (!before) await call.cancel(caller.name);
  const task = await snapshot(call);
  if (task.status.state === "TASK_STATE_CANCELED") return task;
  throw new RpcFailure(codes.taskNotCancelable, `the task is ${task.status.state} already`);
}

function absent(method: string): RpcFailure {
  if (method === "GetExtendedAgentCard")
    return new RpcFailure(codes.unsupportedOperation, "there is no extended card");
  return new RpcFailure(codes.pushNotSupported, "nothing is pushed here");
}
