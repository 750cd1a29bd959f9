import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import { z } from "zod";
import { callerOf, type Caller } from "../access.ts";
import { parsed } from "../append.ts";
import { Fault, faultOf, statusOf } from "../fault.ts";
import { FilterOptions } from "../filter.ts";
import type { GatewayContext } from "../gateway.ts";
import { GROUP_CHARS_MAX } from "../limits.ts";
import { StreamIdentifier, streamName } from "../proposal.ts";
import { Whole } from "../whole.ts";
import type { Groups, Named, Start } from "./groups.ts";
import { infoOf } from "./info.ts";
import { settingsOf, WireSettings } from "./settings.ts";

const Empty = z.unknown().optional();
const Name = z.string().min(1).max(GROUP_CHARS_MAX);
export const Target = z.object({
  streamIdentifier: StreamIdentifier.optional(),
  all: Empty,
  groupName: Name,
});
const Kept = z.object({
  options: z.object({
    stream: z
      .object({
        streamIdentifier: StreamIdentifier,
        revision: Whole.optional(),
        start: Empty,
        end: Empty,
      })
      .optional(),
    all: z
      .object({
        position: z.object({ commitPosition: Whole.default(0) }).optional(),
        start: Empty,
        end: Empty,
        filter: FilterOptions.optional(),
      })
      .optional(),
    streamIdentifier: StreamIdentifier.optional(),
    groupName: Name,
    settings: WireSettings.extend({ revision: Whole.default(0) }),
  }),
});
const OfOne = z.object({ options: Target });
const Replay = z.object({ options: Target.extend({ stopAt: Whole.optional() }) });
const List = z.object({
  options: z.object({
    listAllSubscriptions: Empty,
    listForStream: z.object({ stream: StreamIdentifier.optional(), all: Empty }).optional(),
  }),
});

/** The calls of `PersistentSubscriptions` that are answered at once. */
export function groupCalls(context: GatewayContext, groups: Groups) {
  const served = (work: (caller: Caller, request: unknown) => object | void) =>
    unary((call) => work(callerOf(call.metadata, context.grants), call.request) ?? {});
  return {
    create: served((caller, request) => {
      const { named, start, settings } = wanted(parsed(Kept, request));
      groups.create(caller, named, start, settings);
    }),
    update: served((caller, request) => {
      const { named, start, settings } = wanted(parsed(Kept, request));
      groups.update(caller, named, start, settings);
    }),
    delete: served((caller, request) => {
      groups.remove(caller, namedBy(parsed(OfOne, request).options));
    }),
    getInfo: served((caller, request) => {
      const group = groups.find(caller, namedBy(parsed(OfOne, request).options));
      return { subscriptionInfo: infoOf(group, context.now()) };
    }),
    replayParked: served((caller, request) => {
      const { options } = parsed(Replay, request);
      const group = groups.find(caller, namedBy(options));
      group.replay(options.stopAt ?? Number.MAX_SAFE_INTEGER);
    }),
    list: served((caller, request) => {
      const { listForStream } = parsed(List, request).options;
      const { stream } = listForStream ?? {};
      const asked = listForStream && (stream ? streamName(stream) : null);
      const found = groups.list(caller, asked);
      return { subscriptions: found.map((group) => infoOf(group, context.now())) };
    }),
    restartSubsystem: served((caller) => {
      if (!caller.isHouse()) throw new Fault("access-denied", "the house alone begins anew");
      groups.restart();
    }),
  };
}

/** @throws Fault `bad-request` where neither a stream nor all of them are named. */
export function namedBy({ streamIdentifier, all, groupName }: z.infer<typeof Target>): Named {
  if (streamIdentifier) return { stream: streamName(streamIdentifier), name: groupName };
  if (all === undefined) throw new Fault("bad-request", "neither a stream nor all are named");
  return { stream: null, name: groupName };
}

function wanted({ options }: z.infer<typeof Kept>) {
  const { all, groupName, settings } = options;
  const stream = options.stream ?? olderStream(options);
  const place = stream ?? all;
  if (!place) throw new Fault("bad-request", "neither a stream nor all of them are named");
  const at = stream ? stream.revision : all?.position?.commitPosition;
  const start: Start = at ?? (place.end === undefined ? "start" : "end");
  const named: Named = {
    stream: stream ? streamName(stream.streamIdentifier) : null,
    name: groupName,
  };
  const number = { start: 0, end: -1 };
  const from = typeof start === "number" ? start : number[start];
  const startFrom = stream ? String(from) : `C:${from}/P:${from}`;
  const filter = all?.filter ?? null;
  return { named, start, settings: settingsOf(settings, { startFrom, filter }) };
}

/** A stream as the clients for JavaScript name it; the largest number there is means its end. */
function olderStream({
  streamIdentifier,
  settings: { revision },
}: z.infer<typeof Kept>["options"]) {
  if (!streamIdentifier) return undefined;
  if (revision === Number.MAX_SAFE_INTEGER) return { streamIdentifier, end: {} };
  // Revision 0 is the start, and told as the start.
  return revision === 0 ? { streamIdentifier } : { streamIdentifier, revision };
}

function unary(work: (call: ServerUnaryCall<unknown, object>) => object) {
  return (call: ServerUnaryCall<unknown, object>, answer: sendUnaryData<object>): void => {
    try {
      answer(null, work(call));
    } catch (error) {
      answer(statusOf(faultOf(error)));
    }
  };
}
