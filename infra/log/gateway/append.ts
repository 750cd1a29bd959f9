import type { sendUnaryData, ServerReadableStream } from "@grpc/grpc-js";
import { z } from "zod";
import { callerOf } from "./access.ts";
import { expectationFields, expectationOf } from "./expectation.ts";
import { Fault, faultOf, statusOf, WrongRevision, type Expectation } from "./fault.ts";
import type { GatewayContext } from "./gateway.ts";
import { APPEND_WAIT_MS, APPEND_WAIT_MS_MAX } from "./limits.ts";
import { ProposedMessage, StreamIdentifier, streamName } from "./proposal.ts";
import type { Arriving, Written } from "./writer.ts";

const Request = z.object({
  options: z.object({ streamIdentifier: StreamIdentifier, ...expectationFields }).optional(),
  proposedMessage: ProposedMessage.optional(),
});

/** Streams.Append: one append a call, which its client ends. */
export function serveAppend({ writer, grants, now }: GatewayContext) {
  return (call: ServerReadableStream<unknown, object>, answer: sendUnaryData<object>): void => {
    const work = async (): Promise<object> => {
      const caller = callerOf(call.metadata, grants);
      caller.mustAppend();
      const arriving = writer.begin();
      try {
        const { stream, expectation } = await arrived(call, arriving);
        const timeoutMs = waitMs(call.getDeadline(), now());
        const order = { caller, stream, expectation, timeoutMs };
        return await written(arriving.write(order), expectation);
      } finally {
        arriving.leave();
      }
    };
    work().then(
      (response) => answer(null, response),
      (error: unknown) => answer(statusOf(faultOf(error))),
    );
  };
}

/** How long an append may wait: until the deadline of its caller, within bounds. */
export function waitMs(deadline: Date | number, nowMs: number): number {
  const atMs = Number(deadline);
  if (!Number.isFinite(atMs)) return APPEND_WAIT_MS;
  const left = Math.min(atMs - nowMs, APPEND_WAIT_MS_MAX);
  if (left <= 0) throw new Fault("deadline-exceeded", "the deadline has passed");
  return left;
}

async function arrived(call: ServerReadableStream<unknown, object>, arriving: Arriving) {
  let options: z.infer<typeof Request>["options"];
  for await (const message of call) {
    const request = parsed(Request, message);
    options ??= request.options;
    if (request.proposedMessage) arriving.add(request.proposedMessage);
  }
  if (!options) throw new Fault("bad-request", "no stream is named");
  return { stream: streamName(options.streamIdentifier), expectation: expectationOf(options) };
}

/** @throws Fault `bad-request` naming what of a message does not fit. */
export function parsed<T>(schema: z.ZodType<T>, message: unknown): T {
  const result = schema.safeParse(message);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Fault("bad-request", `${issue?.path.join(".")}: ${issue?.message}`);
}

async function written(writing: Promise<Written>, expectation: Expectation): Promise<object> {
  try {
    const { position, revision } = await writing;
    const place = { commitPosition: String(position), preparePosition: String(position) };
    return { success: { currentRevision: revision, position: place } };
  } catch (error) {
    if (!(error instanceof WrongRevision)) throw error;
    return { wrongExpectedVersion: { ...currentOf(error), ...expectedOf(expectation) } };
  }
}

function currentOf({ actual }: WrongRevision): object {
  return actual > 0 ? { currentRevision: actual - 1 } : { currentNoStream: {} };
}

function expectedOf({ kind, count }: Expectation): object {
  if (kind === "any") return { expectedAny: {} };
  if (kind === "exists") return { expectedStreamExists: {} };
  return count > 0 ? { expectedRevision: count - 1 } : { expectedNoStream: {} };
}
