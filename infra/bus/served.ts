import { StreamResponse } from "@nightshift/protocol/a2a";
import type { Peer } from "@nightshift/protocol/bus";
import { Refusal } from "@nightshift/protocol/errors";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import type { Caller } from "./caller.ts";
import { createCalls, type Call } from "./calls.ts";
import { agentCard, type Binding } from "./card.ts";
import { checkRequest, readAsk, readSend } from "./gate.ts";
import { createHandler } from "./handler.ts";
import { createRelay, type Emit, type Relay } from "./relay.ts";

/** A request as any binding brings it; `version` is the service parameter `A2A-Version`. */
export type Asked = { method: string; params: unknown; version: string };

/** One agent behind A2A: what is asked has passed the gate before the SDK or the peer see it. */
export interface Served {
  /** @throws RpcFailure with a code of the wire, Refusal when a rule says no. */
  answer(asked: Asked, caller: Caller): Promise<unknown>;
  /** Emits events; resolves after the last, or when the signal aborts. Throws as `answer` does. */
  stream(asked: Asked, caller: Caller, emit: Emit, signal: AbortSignal): Promise<void>;
  /** Fails what is being worked on and takes nothing more. */
  stop(reason: string): void;
}

export function serve(peer: Peer, binding: Binding, url: string): Served {
  const handler = createHandler(peer, agentCard(peer.card, binding, url));
  const calls = createCalls(handler);
  let stopped: string | undefined;

  function check({ method, params, version }: Asked): void {
    checkRequest(method, params);
    handler.checkVersion(version);
    if (stopped) throw new RpcFailure(codes.internal, `${peer.card.name} is gone: ${stopped}`);
  }

  function start(asked: Asked, caller: Caller): Call {
    const { message } = readSend(asked.params);
    const ask = readAsk(message, peer.card);
    if (caller.allowed !== "all" && !caller.allowed.includes(ask.skill))
      throw new Refusal("not-allowed", `${caller.name} may not call ${ask.skill}`);
    if (message.taskId !== undefined)
      throw new RpcFailure(codes.unsupportedOperation, "a call is one message and one answer");
    const sealed = { message: { ...message, parts: [{ ...message.parts[0], data: ask }] } };
    return calls.start(message.messageId, sealed, caller);
  }

  async function snapshot(task: string, caller: Caller, historyLength?: number): Promise<unknown> {
    return { task: await handler.ask("GetTask", { id: task, historyLength }, caller) };
  }

  return {
    async answer(asked, caller) {
      check(asked);
      if (asked.method !== "SendMessage")
        return handler.ask(asked.method, withoutTenant(asked.params), caller);
      const { configuration } = readSend(asked.params);
      const call = start(asked, caller);
      const task = call.running
        ? await lastTask(call.relay, configuration?.returnImmediately ?? false)
        : call.task;
      return snapshot(task, caller, configuration?.historyLength);
    },
    async stream(asked, caller, emit, signal) {
      check(asked);
      if (asked.method === "SendStreamingMessage") {
        const call = start(asked, caller);
        if (call.running) return call.relay.follow(emit, signal);
        return emit(await snapshot(call.task, caller));
      }
      const relay = createRelay();
      void pump(handler.events(asked.method, withoutTenant(asked.params), caller), relay);
      return relay.follow(emit, signal);
    },
    stop(reason) {
      stopped = reason;
      handler.stop(reason);
    },
  };
}

/** The A2A id of a running call, as soon as it has one or when it ended. */
async function lastTask(relay: Relay, atOnce: boolean): Promise<string> {
  const enough = new AbortController();
  let id = "";
  await relay.follow((event) => {
    const response = StreamResponse.parse(event);
    if (!("task" in response)) return;
    id = response.task.id;
    if (atOnce) enough.abort();
  }, enough.signal);
  return id;
}

async function pump(events: AsyncGenerator, relay: Relay): Promise<void> {
  try {
    for await (const event of events) relay.push(event);
    relay.end();
  } catch (error) {
    relay.end(error instanceof Error ? error : new Error(String(error)));
  }
}

/** The tenant named the agent, which is found; to the SDK all of its calls are of one tenant. */
function withoutTenant(params: unknown): object {
  return { ...Object(params), tenant: undefined };
}
