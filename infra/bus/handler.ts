import type { AgentCard } from "@a2a-js/sdk";
import {
  DefaultRequestHandler,
  JsonRpcTransportHandler,
  ServerCallContext,
  validateVersion,
} from "@a2a-js/sdk/server";
import { A2A_VERSION } from "@nightshift/protocol/a2a";
import type { Peer } from "@nightshift/protocol/bus";
import { codes, fromRpcError, RpcError, RpcFailure } from "@nightshift/protocol/rpc";
import { CallStore } from "./call-store.ts";
import { CallerUser, type Caller } from "./caller.ts";
import { createExecutor } from "./executor.ts";

/** A2A's own semantics for one agent: the SDK, with its errors as failures of ours. */
export interface Handler {
  /** @throws RpcFailure -32009 unless the version is one that the card declares. */
  checkVersion(version: string): void;
  /** One answer. @throws RpcFailure or Refusal. */
  ask(method: string, params: unknown, caller: Caller): Promise<unknown>;
  /** The events of a streaming method, as they come. @throws RpcFailure or Refusal. */
  events(method: string, params: unknown, caller: Caller): AsyncGenerator;
  /** Whether the call of this id, running or ended, can still be told. */
  remembers(task: string): boolean;
  stop(reason: string): void;
}

export function createHandler(peer: Peer, card: AgentCard): Handler {
  const executor = createExecutor(peer);
  const store = new CallStore();
  const rpc = new JsonRpcTransportHandler(new DefaultRequestHandler(card, store, executor));

  function send(method: string, params: unknown, caller: Caller) {
    const context = new ServerCallContext({
      user: new CallerUser(caller),
      requestedVersion: A2A_VERSION,
    });
    return rpc.handle({ jsonrpc: "2.0", id: "1", method, params }, context);
  }

  return {
    checkVersion(version) {
      try {
        validateVersion(version, card);
      } catch (error) {
        throw failureOf(JsonRpcTransportHandler.mapToJSONRPCError(error));
      }
    },
    async ask(method, params, caller) {
      const answer = await send(method, params, caller);
      if (Symbol.asyncIterator in answer) throw new RpcFailure(codes.internal, "not one answer");
      if (answer.error !== undefined) throw failureOf(answer.error);
      return answer.result;
    },
    async *events(method, params, caller) {
      const answer = await send(method, params, caller);
      if (!(Symbol.asyncIterator in answer)) throw failureOf(answer.error);
      try {
        for await (const { result } of answer) yield result;
      } catch (error) {
        throw failureOf(JsonRpcTransportHandler.mapToJSONRPCError(error));
      }
    },
    remembers: (task) => store.has(task),
    stop: (reason) => executor.stop(reason),
  };
}

function failureOf(error: unknown): Error {
  return fromRpcError(RpcError.parse(error));
}
