import type { ServerDuplexStream } from "@grpc/grpc-js";
import { z } from "zod";
import { callerOf, type Caller } from "./access.ts";
import { parsed, waitMs } from "./append.ts";
import { expectationFields, expectationOf } from "./expectation.ts";
import {
  batchConflict,
  batchErrorOf,
  Fault,
  faultOf,
  statusOf,
  WrongRevision,
  type Expectation,
} from "./fault.ts";
import type { GatewayContext } from "./gateway.ts";
import { APPEND_WAIT_MS } from "./limits.ts";
import { ProposedMessage, StreamIdentifier, streamName } from "./proposal.ts";
import { HungUp, Sender } from "./send.ts";
import { uuidMessage, uuidOf, WireUuid } from "./uuid.ts";
import type { Arriving } from "./writer.ts";

/** Most appends of one call that have begun and are not answered yet. */
const BATCHES_MAX = 512;

const Time = z.object({ seconds: z.coerce.number().default(0), nanos: z.int().default(0) });
const Request = z.object({
  correlationId: WireUuid,
  options: z
    .object({
      streamIdentifier: StreamIdentifier,
      deadlineAt: Time.optional(),
      deadlineIn: Time.optional(),
      ...expectationFields,
    })
    .optional(),
  proposedMessages: z.array(ProposedMessage).optional(),
  isFinal: z.boolean().optional(),
});
type Options = NonNullable<z.infer<typeof Request>["options"]>;
type Batch = {
  id: string;
  stream: string;
  expectation: Expectation;
  options: Options;
  arriving: Arriving;
  refused: Fault | null;
};

/** Streams.BatchAppend: any number of appends in one long call, answered as they are written. */
export function serveBatchAppend(context: GatewayContext) {
  return (call: ServerDuplexStream<unknown, object>): void => {
    const work = async () => {
      const caller = callerOf(call.metadata, context.grants);
      await new Batches(call, caller, context).run();
      call.end();
    };
    work().catch((error: unknown) => {
      if (!(error instanceof HungUp)) call.emit("error", statusOf(faultOf(error)));
    });
  };
}

class Batches {
  readonly #call: ServerDuplexStream<unknown, object>;
  readonly #sender: Sender;
  readonly #caller: Caller;
  readonly #context: GatewayContext;
  readonly #open = new Map<string, Batch>();
  readonly #answering = new Set<Promise<void>>();

  constructor(call: ServerDuplexStream<unknown, object>, caller: Caller, context: GatewayContext) {
    this.#call = call;
    this.#sender = new Sender(call, context.slowReaderMs);
    this.#caller = caller;
    this.#context = context;
  }

  async run(): Promise<void> {
    try {
      for await (const message of this.#call) {
        this.#take(message);
        while (this.#answering.size + this.#open.size >= BATCHES_MAX) {
          if (this.#answering.size === 0) throw new Fault("too-much-at-once", "batches left open");
          await Promise.race(this.#answering);
        }
      }
      await Promise.all(this.#answering);
    } finally {
      for (const { arriving } of this.#open.values()) arriving.leave();
    }
  }

  #take(message: unknown): void {
    const { options, proposedMessages = [], isFinal, ...request } = parsed(Request, message);
    const id = uuidOf(request.correlationId);
    const batch = this.#open.get(id) ?? this.#begin(id, options);
    if (!batch.refused) {
      try {
        for (const proposed of proposedMessages) batch.arriving.add(proposed);
      } catch (error) {
        // Told when the batch is complete; nothing more of it is kept.
        batch.refused = faultOf(error);
        batch.arriving.leave();
      }
    }
    if (!isFinal) return;
    this.#open.delete(id);
    const answering = this.#answer(batch).finally(() => this.#answering.delete(answering));
    this.#answering.add(answering);
  }

  #begin(id: string, options: Options | undefined): Batch {
    if (!options) throw new Fault("bad-request", "a batch that names no stream");
    const stream = streamName(options.streamIdentifier);
    const expectation = expectationOf(options);
    const arriving = this.#context.writer.begin();
    const batch = { id, stream, expectation, options, arriving, refused: null };
    this.#open.set(id, batch);
    return batch;
  }

  async #answer(batch: Batch): Promise<void> {
    const { id, options, arriving } = batch;
    const result = await this.#result(batch);
    arriving.leave();
    const { streamIdentifier } = options;
    try {
      await this.#sender.send({
        correlationId: uuidMessage(id, false),
        streamIdentifier,
        ...result,
      });
    } catch (error) {
      // Whoever hung up learns of it when it asks again; a slow one is hung up on.
      if (!(error instanceof HungUp)) this.#call.destroy(faultOf(error));
    }
  }

  async #result({ stream, expectation, options, arriving, refused }: Batch): Promise<object> {
    try {
      if (refused) throw refused;
      const timeoutMs = this.#waitMs(options);
      const order = { caller: this.#caller, stream, expectation, timeoutMs };
      const { position, revision } = await arriving.write(order);
      const place = { commitPosition: String(position), preparePosition: String(position) };
      return { success: { currentRevision: revision, position: place } };
    } catch (error) {
      return { error: errorOf(error, expectation) };
    }
  }

  #waitMs({ deadlineAt, deadlineIn }: Options): number {
    const nowMs = this.#context.now();
    if (deadlineAt) return waitMs(msOf(deadlineAt), nowMs);
    return deadlineIn ? waitMs(nowMs + msOf(deadlineIn), nowMs) : APPEND_WAIT_MS;
  }
}

function msOf({ seconds, nanos }: z.infer<typeof Time>): number {
  return seconds * 1_000 + nanos / 1_000_000;
}

function errorOf(error: unknown, expectation: Expectation): object {
  if (error instanceof WrongRevision) return batchConflict(error.actual, expectation);
  return batchErrorOf(faultOf(error));
}
