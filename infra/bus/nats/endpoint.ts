import { codes, RpcFailure, toRpcError, type RpcRequest } from "@nightshift/protocol/rpc";
import { answersOf, callerIn, rpcOf } from "@nightshift/protocol/subjects";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import type { Caller } from "../caller.ts";
import { readAfterSeq } from "../extensions.ts";
import { checkVersion } from "../gate.ts";
import { readFrame, type Invalid } from "../frames.ts";
import type { Asked, Emit, Served } from "../served.ts";
import type { Callers } from "./callers.ts";
import { answering, encode, readBeside, type Beside } from "./envelope.ts";

type EndpointOptions = { agent: string; session: string; served: Served; callers: Callers };
/** A message that may be answered: its sender is known, and the answer goes to no one else. */
type Letter = { message: Msg; caller: Caller; beside: Beside };

const streaming: ReadonlySet<string> = new Set(["SendStreamingMessage", "SubscribeToTask"]);
/** Requests that one process answers at once, of all callers. */
const SERVING_MAX = 1_024;

/**
 * Answers the requests for one agent: those for any of its processes, shared out by the broker, and
 * those for this one. Who asks is the last token of the subject that the broker let him use.
 */
export class Endpoint {
  readonly #nc: NatsConnection;
  readonly #options: EndpointOptions;
  readonly #serving = new Map<string, AbortController>();
  readonly #subscriptions;
  #left = false;

  constructor(nc: NatsConnection, options: EndpointOptions) {
    this.#nc = nc;
    this.#options = options;
    const { agent, session } = options;
    const { shared, own, all } = rpcOf(agent, session);
    const callback = (error: Error | null, message: Msg) => {
      if (!error) this.#receive(message);
    };
    this.#subscriptions = [
      nc.subscribe(shared, { queue: agent, callback }),
      nc.subscribe(own, { callback }),
      nc.subscribe(all, { callback }),
    ];
  }

  /**
   * Takes no more requests and says no more of those that run: that their agent was stopped is no
   * answer to any of them, and whoever waits learns from the goodbye that it is gone.
   */
  close(): void {
    this.#left = true;
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  #receive(message: Msg): void {
    const name = callerIn(message.subject);
    if (name === null) return;
    // An answer goes where whoever asks listens: a message never sends it anywhere else.
    if (!message.reply?.startsWith(`${answersOf(name, this.#options.agent)}.`)) return;
    const beside = readBeside(message);
    const letter = { message, beside, caller: this.#options.callers.of(name, beside.session) };
    if (!this.#options.callers.allows(name)) {
      return this.#say(letter, failed(null, codes.busy, "too many frames"));
    }
    const frame = readFrame(message.string());
    switch (frame.kind) {
      case "request":
        return void this.#serve(letter, frame.request).then((answer) => this.#say(letter, answer));
      case "batch":
        return void this.#serveAll(letter, frame.items);
      case "cancel-stream":
        return this.#serving.get(keyOf(name, frame.id))?.abort();
      case "invalid":
        return this.#say(letter, refuse(frame));
      case "result":
      case "error":
      case "stream-end":
        return this.#say(letter, failed(null, codes.invalidRequest, "only requests come this way"));
    }
  }

  /** The frame that answers a request; a notification has none, and nothing is done for it. */
  async #serve(letter: Letter, request: RpcRequest): Promise<object | undefined> {
    const { id, method, params, serviceParameters } = request;
    if (id === undefined) return undefined;
    const { caller, beside } = letter;
    const key = keyOf(caller.name, id);
    if (serviceParameters !== undefined)
      return failed(id, codes.invalidRequest, "service parameters are headers here");
    if (this.#serving.has(key)) return failed(id, codes.invalidRequest, "this id is in use");
    if (this.#serving.size >= SERVING_MAX)
      return failed(id, codes.busy, "too many requests at once");
    const stop = new AbortController();
    this.#serving.set(key, stop);
    try {
      const { version, extensions } = beside;
      const asked = { method, params, version, extensions };
      this.#mustBeMine(asked);
      if (!streaming.has(method)) {
        const result = (await this.#options.served.answer(asked, caller)) ?? null;
        return { jsonrpc: "2.0", id, result };
      }
      await this.#stream(letter, id, asked, stop.signal);
      return { jsonrpc: "2.0", id, streamEnd: true };
    } catch (error) {
      return { jsonrpc: "2.0", id, error: toRpcError(error) };
    } finally {
      this.#serving.delete(key);
    }
  }

  /** @throws RpcFailure -32009, -32602 where the tenant is another agent than the subject names. */
  #mustBeMine({ params, version }: Asked): void {
    checkVersion(version);
    const { tenant = this.#options.agent } = Object(params);
    if (tenant !== this.#options.agent)
      throw new RpcFailure(codes.invalidParams, "the tenant is not the agent of this subject");
  }

  async #stream(
    { message, caller, beside }: Letter,
    id: string,
    asked: Asked,
    signal: AbortSignal,
  ): Promise<void> {
    const { session, served } = this.#options;
    const resume = { afterSeq: readAfterSeq(beside.after) };
    const emit: Emit = (event, seq) => {
      this.#publish(
        message,
        encode({ jsonrpc: "2.0", id, result: event }, codes.invalidAgentResponse),
        { session, seq },
      );
    };
    await served.stream(asked, caller, emit, signal, resume);
  }

  async #serveAll(letter: Letter, items: (RpcRequest | Invalid)[]): Promise<void> {
    const answers = await Promise.all(
      items.map(async (item) => {
        if ("kind" in item) return refuse(item);
        if (item.id !== undefined && streaming.has(item.method))
          return failed(item.id, codes.invalidRequest, "a stream does not fit into a batch");
        return this.#serve(letter, item);
      }),
    );
    const told = answers.filter((answer) => answer !== undefined);
    if (told.length > 0) this.#say(letter, told);
  }

  #say({ message }: Letter, frame: object | undefined): void {
    if (frame === undefined) return;
    const { session } = this.#options;
    try {
      this.#publish(message, encode(frame, codes.invalidAgentResponse), { session });
    } catch (error) {
      const id = "id" in frame && typeof frame.id === "string" ? frame.id : null;
      const told = { jsonrpc: "2.0", id, error: toRpcError(error) };
      this.#publish(message, encode(told, codes.internal), { session });
    }
  }

  #publish(message: Msg, bytes: Uint8Array, beside: Parameters<typeof answering>[0]): void {
    if (this.#left || message.reply === undefined || this.#nc.isClosed()) return;
    this.#nc.publish(message.reply, bytes, { headers: answering(beside) });
  }
}

function keyOf(caller: string, id: string): string {
  return `${caller} ${id}`;
}

function refuse({ id, error }: Invalid): object {
  return failed(id, error.code, error.message);
}

function failed(id: string | null, code: number, message: string): object {
  return { jsonrpc: "2.0", id, error: toRpcError(new RpcFailure(code, message)) };
}
