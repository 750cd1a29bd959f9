import { setImmediate as nextTurn } from "node:timers/promises";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { z } from "zod";
import { callerOf } from "./access.ts";
import { eventAnswer, notFoundAnswer } from "./answers.ts";
import { parsed } from "./append.ts";
import { Fault, faultOf, statusOf } from "./fault.ts";
import { both, FilterOptions, matchesOf } from "./filter.ts";
import type { GatewayContext } from "./gateway.ts";
import { StreamIdentifier, streamName } from "./proposal.ts";
import type { ServedEvent } from "./served-log.ts";
import { HungUp, Sender } from "./send.ts";
import { sourceOf, type Source } from "./source.ts";
import { subscribe } from "./subscription.ts";
import { Whole } from "./whole.ts";

const Request = z.object({
  options: z.object({
    stream: z
      .object({
        streamIdentifier: StreamIdentifier,
        revision: Whole.optional(),
        end: z.unknown().optional(),
      })
      .optional(),
    all: z
      .object({
        position: z.object({ commitPosition: Whole.default(0) }).optional(),
        end: z.unknown().optional(),
      })
      .optional(),
    readDirection: z.enum(["Forwards", "Backwards"]).default("Forwards"),
    count: Whole.optional(),
    subscription: z.unknown().optional(),
    filter: FilterOptions.optional(),
    uuidOption: z.object({ structured: z.unknown().optional() }).optional(),
  }),
});

/** What is read: one stream, or all of them where `stream` is null. */
export type Wanted = {
  stream: string | null;
  /** A revision or a position; null: from the end. */
  from: number | "start" | "end";
  backwards: boolean;
  most: number;
  filter: FilterOptions | undefined;
  structured: boolean;
};
type ReadCall = ServerWritableStream<unknown, object>;
/** Who reads, and the way to send to it. */
export type Reader = { call: ReadCall; source: Source; sender: Sender };

/** Streams.Read: reads both ways, and subscriptions. */
export function serveRead(context: GatewayContext) {
  return (call: ReadCall): void => {
    const work = async () => {
      const caller = callerOf(call.metadata, context.grants);
      const { options } = parsed(Request, call.request);
      const wanted = wantedOf(options);
      const source = sourceOf(wanted.stream, caller, context);
      const live = options.subscription !== undefined;
      const leave = (live ? context.subscriptions : context.reads).enter();
      try {
        const reader = { call, source, sender: new Sender(call, context.slowReaderMs) };
        await (live ? subscribe(reader, wanted, context) : read(reader, wanted));
        call.end();
      } finally {
        leave();
      }
    };
    work().catch((error: unknown) => {
      if (!(error instanceof HungUp)) call.emit("error", statusOf(faultOf(error)));
    });
  };
}

function wantedOf(options: z.infer<typeof Request>["options"]): Wanted {
  const { stream, all, readDirection, count, filter, uuidOption } = options;
  const place = stream ?? all;
  if (!place) throw new Fault("bad-request", "neither a stream nor all of them are named");
  const at = stream ? stream.revision : all?.position?.commitPosition;
  return {
    stream: stream ? streamName(stream.streamIdentifier) : null,
    from: at ?? (place.end === undefined ? "start" : "end"),
    backwards: readDirection === "Backwards",
    most: count ?? Number.MAX_SAFE_INTEGER,
    filter,
    structured: uuidOption?.structured !== undefined,
  };
}

async function read(reader: Reader, wanted: Wanted): Promise<void> {
  if (wanted.stream === null) return readAll(reader, wanted);
  return readStream(reader, { ...wanted, stream: wanted.stream });
}

async function readStream(
  { source, sender }: Reader,
  wanted: Wanted & { stream: string },
): Promise<void> {
  const { stream, backwards, structured } = wanted;
  const { log } = source;
  const extent = log.extent(stream);
  if (!extent.isThere) return sender.send(notFoundAnswer(stream));
  // Events that come while we read are not part of it.
  const upTo = extent.next - 1;
  const { from } = wanted;
  let next = from === "start" ? 0 : from === "end" ? endOf(upTo, backwards) : from;
  for (let left = wanted.most; left > 0;) {
    source.mustRead();
    const page: ServedEvent[] = log.stream(stream, next, backwards, left);
    for (const event of page) {
      if (event.revision <= upTo)
        await sender.send(eventAnswer(event, structured), event.data.length);
    }
    const last = page.at(-1);
    if (!last) return;
    left -= page.length;
    next = backwards ? last.revision - 1 : last.revision + 1;
    if (next < 0 || next > upTo) return;
    await nextTurn();
  }
}

async function readAll(
  { source, sender }: Reader,
  { from, backwards, most, filter, structured }: Wanted,
): Promise<void> {
  const { log } = source;
  const matches = both(matchesOf(filter), source.shown);
  const head = log.head();
  let next: number | null;
  if (from === "start") next = 1;
  else if (from === "end") next = endOf(head, backwards);
  // Backwards from a position means before it, as in the official server.
  else next = backwards ? from - 1 : from;
  for (let left = most; left > 0 && next !== null && next <= head;) {
    source.mustRead();
    const page = log.all(next, backwards, left, matches);
    for (const event of page.events) {
      if (event.position <= head)
        await sender.send(eventAnswer(event, structured), event.data.length);
    }
    left -= page.events.length;
    next = page.next;
    await nextTurn();
  }
}

/** Backwards from the end begins with the last event, forwards there is none left. */
function endOf(last: number, backwards: boolean): number {
  return backwards ? last : last + 1;
}
