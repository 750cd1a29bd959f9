import { randomUUID } from "node:crypto";
import { A2A_VERSION } from "@nightshift/protocol/a2a";
import { codes, fromRpcError, toRpcError, RpcError, RpcFailure } from "@nightshift/protocol/rpc";
import type { RpcRequest } from "@nightshift/protocol/rpc";
import { JSONRPCClient, type JSONRPCErrorResponse } from "json-rpc-2.0";
import type { RawData, WebSocket } from "ws";
import type { Service, Wire } from "./delegate.ts";
import { readAfterSeq } from "./extensions.ts";
import { checkVersion } from "./gate.ts";
import { readFrame, type Invalid } from "./frames.ts";
import { Outbox } from "./outbox.ts";
import { createRateLimit, type RateLimit } from "./rate-limit.ts";
import type { Asked, Emit, Resume } from "./served.ts";

/** Why a socket is closed by us, as RFC 6455 and we number it. */
export const closeCodes = { going: 1001, notText: 1003, policy: 1008, later: 1013, fenced: 4001 };

/** A frame is 8 MiB at most: a skill's input may be a task's whole diff (7 MiB, `gate`). */
export const FRAME_BYTES_MAX = 8 * 1024 * 1024;

export type LinkLimits = {
  /** Requests of the other side that may run at once. */
  inFlightMax: number;
  /** Frames a second of the other side, twice that in a burst. */
  framesPerSecondMax: number;
  /** Milliseconds between pings; after two without a sign of life the socket is given up. */
  heartbeatMs: number;
  /** Milliseconds that the other side may leave a megabyte unread; ten seconds unless given. */
  stallMs?: number;
};

/** What this side answers; the same names on both ends of a socket. */
export type Answering = {
  answer(asked: Asked): Promise<unknown>;
  stream(asked: Asked, emit: Emit, signal: AbortSignal, resume: Resume): Promise<void>;
};

export type Closing = { code: number; reason: string };

const PINGS_MISSED_MAX = 2;
/** Milliseconds that the other side has to say goodbye. */
const GOODBYE_MS = 1_000;
const streaming: ReadonlySet<string> = new Set(["SendStreamingMessage", "SubscribeToTask"]);

/**
 * One socket, spoken on from both ends: JSON-RPC 2.0, one object a text frame. Calls and answers are
 * matched by json-rpc-2.0; the deadline, the limits and the frames of streams are ours.
 */
export class Link implements Wire {
  readonly closed: Promise<Closing>;
  /** Aborts when the socket is closed. */
  readonly gone: AbortSignal;
  readonly #socket: WebSocket;
  readonly #service: Answering;
  readonly #limits: LinkLimits;
  readonly #outbox: Outbox;
  readonly #client: JSONRPCClient;
  readonly #streams = new Map<string, (event: unknown) => void>();
  readonly #serving = new Map<string, AbortController>();
  readonly #allows: RateLimit;
  /** Requests of ours that wait for their answer. */
  readonly #asked = new Set<string>();
  #heardAtMs = performance.now();
  #missed = 0;

  constructor(socket: WebSocket, service: Answering, limits: LinkLimits) {
    this.#socket = socket;
    this.#service = service;
    this.#limits = limits;
    this.#allows = createRateLimit(limits.framesPerSecondMax);
    const tooSlow = () => this.close(closeCodes.later, "too slow");
    this.#outbox = new Outbox(socket, tooSlow, limits.stallMs);
    this.#client = new JSONRPCClient((payload) => this.#outbox.send(JSON.stringify(payload)));
    const gone = new AbortController();
    this.gone = gone.signal;
    const { promise, resolve } = Promise.withResolvers<Closing>();
    this.closed = promise;
    const heart = setInterval(() => this.#beat(), limits.heartbeatMs).unref();
    socket.on("pong", () => this.#heard());
    socket.on("ping", () => this.#heard());
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("error", () => undefined); // A close always follows and says what there is to say.
    socket.once("close", (code, reason) => {
      clearInterval(heart);
      gone.abort();
      for (const serving of this.#serving.values()) serving.abort();
      this.#client.rejectAllPendingRequests("the connection is lost");
      resolve({ code, reason: reason.toString() });
    });
  }

  /** Milliseconds since the other side gave a sign of life. */
  get silentMs(): number {
    return Math.round(performance.now() - this.#heardAtMs);
  }

  async request(
    method: string,
    params: object,
    timeoutMs: number,
    service: Service = {},
  ): Promise<unknown> {
    const id = randomUUID();
    const timer = setTimeout(() => this.#fail(id, `no answer within ${timeoutMs} ms`), timeoutMs);
    try {
      return await this.#ask(id, method, params, service);
    } finally {
      clearTimeout(timer);
    }
  }

  async stream(
    method: string,
    params: object,
    emit: (event: unknown) => void,
    signal: AbortSignal,
    service: Service = {},
  ): Promise<void> {
    const id = randomUUID();
    const stop = () => {
      this.#say({ jsonrpc: "2.0", id, cancelStream: true });
      this.#fail(id, "cancelled");
    };
    this.#streams.set(id, emit);
    signal.addEventListener("abort", stop, { once: true });
    try {
      await this.#ask(id, method, params, service);
    } finally {
      this.#streams.delete(id);
      signal.removeEventListener("abort", stop);
    }
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason.slice(0, 100));
    setTimeout(() => this.#socket.terminate(), GOODBYE_MS).unref();
  }

  async #ask(
    id: string,
    method: string,
    params: object,
    { extensions, afterSeq }: Service,
  ): Promise<unknown> {
    const serviceParameters = {
      "A2A-Version": A2A_VERSION,
      ...(extensions === undefined ? {} : { "A2A-Extensions": extensions }),
      ...(afterSeq === undefined ? {} : { "Last-Event-ID": String(afterSeq) }),
    };
    const request = { jsonrpc: "2.0" as const, id, method, params, serviceParameters };
    this.#asked.add(id);
    try {
      const response = await this.#client.requestAdvanced(request);
      if (response.error) throw fromRpcError(RpcError.parse(response.error));
      return response.result;
    } finally {
      this.#asked.delete(id);
    }
  }

  /** Ends a request of ours from this side, so that it is not waited for any more. */
  #fail(id: string, message: string): void {
    const error: JSONRPCErrorResponse["error"] = { code: codes.internal, message };
    this.#client.receive({ jsonrpc: "2.0", id, error });
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#heard();
    if (isBinary || !Buffer.isBuffer(data))
      return this.close(closeCodes.notText, "frames are text");
    if (!this.#allows()) return this.close(closeCodes.later, "too many frames");
    const frame = readFrame(data.toString());
    // What we asked for does not count against the other side.
    if ("id" in frame && frame.id !== null && this.#asked.has(frame.id)) this.#allows.giveBack();
    switch (frame.kind) {
      case "request":
        return void this.#serve(frame.request).then((answer) => answer && this.#say(answer));
      case "batch":
        return void this.#serveAll(frame.items);
      case "result":
        return this.#take(frame.id, frame.result);
      case "stream-end":
        return this.#client.receive({ jsonrpc: "2.0", id: frame.id, result: null });
      case "error":
        if (frame.id === null) return; // Answering it would go on for ever.
        return this.#client.receive({ jsonrpc: "2.0", id: frame.id, error: frame.error });
      case "cancel-stream":
        return this.#serving.get(frame.id)?.abort();
      case "invalid":
        return this.#say(refuse(frame));
    }
  }

  /** An event of a stream that is open, else the answer to a request. */
  #take(id: string, result: unknown): void {
    const emit = this.#streams.get(id);
    if (!emit) return this.#client.receive({ jsonrpc: "2.0", id, result });
    try {
      emit(result);
    } catch (error) {
      this.#fail(id, `not A2A: ${String(error).slice(0, 200)}`);
    }
  }

  /** The frame that answers a request; a notification has none, and nothing is done for it. */
  async #serve({ id, method, params, serviceParameters }: RpcRequest): Promise<object | undefined> {
    if (id === undefined) return undefined;
    if (this.#serving.has(id)) return failed(id, codes.invalidRequest, "this id is in use");
    if (this.#serving.size >= this.#limits.inFlightMax)
      return failed(id, codes.busy, "too many requests at once");
    const said = serviceParameters ?? {};
    const extensions = said["A2A-Extensions"];
    const asked = { method, params, version: said["A2A-Version"] ?? "", extensions };
    const stop = new AbortController();
    this.#serving.set(id, stop);
    try {
      if (!streaming.has(method))
        return { jsonrpc: "2.0", id, result: (await this.#service.answer(asked)) ?? null };
      const emit: Emit = (event) =>
        this.#outbox.send(JSON.stringify({ jsonrpc: "2.0", id, result: event }));
      checkVersion(asked.version);
      const resume = { afterSeq: readAfterSeq(said["Last-Event-ID"]) };
      await this.#service.stream(asked, emit, stop.signal, resume);
      return { jsonrpc: "2.0", id, streamEnd: true };
    } catch (error) {
      return { jsonrpc: "2.0", id, error: toRpcError(error) };
    } finally {
      this.#serving.delete(id);
    }
  }

  async #serveAll(items: (RpcRequest | Invalid)[]): Promise<void> {
    const answers = await Promise.all(
      items.map(async (item) => {
        if ("kind" in item) return refuse(item);
        if (item.id !== undefined && streaming.has(item.method))
          return failed(item.id, codes.invalidRequest, "a stream does not fit into a batch");
        return this.#serve(item);
      }),
    );
    const told = answers.filter((answer) => answer !== undefined);
    if (told.length > 0) this.#say(told);
  }

  /** Sends where nobody waits; a socket that is closed by then has nobody to tell. */
  #say(frame: object): void {
    this.#outbox.send(JSON.stringify(frame)).catch(() => undefined);
  }

  #heard(): void {
    this.#heardAtMs = performance.now();
    this.#missed = 0;
  }

  #beat(): void {
    if (this.#missed >= PINGS_MISSED_MAX) return this.#socket.terminate();
    this.#missed += 1;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }
}

function refuse({ id, error }: Invalid): object {
  return failed(id, error.code, error.message);
}

function failed(id: string | null, code: number, message: string): object {
  return { jsonrpc: "2.0", id, error: toRpcError(new RpcFailure(code, message)) };
}
