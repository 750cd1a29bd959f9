import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import { z } from "zod";
import { callerOf } from "./access.ts";
import { parsed } from "./append.ts";
import { expectationFields, expectationOf } from "./expectation.ts";
import { Fault, faultOf, statusOf, WrongRevision, type Expectation } from "./fault.ts";
import type { Deletion } from "./foreign/writer.ts";
import type { GatewayContext } from "./gateway.ts";
import { StreamIdentifier, streamName } from "./proposal.ts";
import type { Written } from "./writer.ts";

const Request = z.object({
  options: z.object({ streamIdentifier: StreamIdentifier, ...expectationFields }),
});
type Call = ServerUnaryCall<unknown, object>;

/** Streams.Delete: hides what a stream of others holds, which may begin again. */
export function serveDelete(context: GatewayContext) {
  return served(context, (deletion) => context.foreign.writer.delete(deletion));
}

/** Streams.Tombstone: ends a stream of others for good. */
export function serveTombstone(context: GatewayContext) {
  return served(context, (deletion) => context.foreign.writer.tombstone(deletion));
}

function served({ grants }: GatewayContext, end: (deletion: Deletion) => Promise<Written>) {
  return (call: Call, answer: sendUnaryData<object>): void => {
    const work = async (): Promise<object> => {
      const caller = callerOf(call.metadata, grants);
      const { options } = parsed(Request, call.request);
      const stream = streamName(options.streamIdentifier);
      const expectation = expectationOf(options);
      caller.mustKeep(stream);
      const { position } = await end({ actor: caller.actor(), stream, expectation }).catch(
        (error: unknown) => {
          throw error instanceof WrongRevision ? wrongRevision(stream, expectation, error) : error;
        },
      );
      const place = { commitPosition: String(position), preparePosition: String(position) };
      return { position: place };
    };
    work().then(
      (response) => answer(null, response),
      (error: unknown) => answer(statusOf(faultOf(error))),
    );
  };
}

/** How the protocol numbers what a writer believes where it names no revision. */
const BELIEFS = { any: "-2", exists: "-4" };

function wrongRevision(stream: string, { kind, count }: Expectation, { actual }: WrongRevision) {
  const facts = {
    "stream-name": stream,
    "expected-version": kind === "count" ? String(count - 1) : BELIEFS[kind],
    ...(actual > 0 ? { "actual-version": String(actual - 1) } : {}),
  };
  const message = `${stream} holds ${actual} events`;
  return new Fault("wrong-expected-version", message, { facts });
}
