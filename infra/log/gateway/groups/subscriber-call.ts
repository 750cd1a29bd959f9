import { randomUUID } from "node:crypto";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { z } from "zod";
import { callerOf, type Caller } from "../access.ts";
import { recordedMessage } from "../answers.ts";
import { parsed } from "../append.ts";
import { Fault, faultOf, statusOf } from "../fault.ts";
import type { GatewayContext } from "../gateway.ts";
import { ANSWER_IDS_MAX, REASON_CHARS_MAX, SUBSCRIBER_EVENTS_MAX } from "../limits.ts";
import { HungUp, Sender } from "../send.ts";
import { uuidOf, WireUuid } from "../uuid.ts";
import { namedBy, Target } from "./calls.ts";
import { ALL } from "./group-file.ts";
import { told, type Groups } from "./groups.ts";
import type { Message } from "./group.ts";
import type { Joined, RunningGroup } from "./running-group.ts";
import { Timing } from "./timing.ts";

const Ids = z.array(WireUuid).max(ANSWER_IDS_MAX).default([]);
const Request = z.object({
  options: Target.extend({
    bufferSize: z.int().min(1).max(SUBSCRIBER_EVENTS_MAX),
    uuidOption: z.object({ structured: z.unknown().optional() }).optional(),
  }).optional(),
  ack: z.object({ ids: Ids }).optional(),
  nack: z
    .object({
      ids: Ids,
      action: z.enum(["Unknown", "Park", "Retry", "Skip", "Stop"]).default("Unknown"),
      reason: z.string().default(""),
    })
    .optional(),
});
type Call = ServerDuplexStream<unknown, object>;
type Options = NonNullable<z.infer<typeof Request>["options"]>;

/** PersistentSubscriptions.Read: one subscriber of a group, until either side has enough. */
export function serveSubscriber(context: GatewayContext, groups: Groups) {
  return (call: Call): void => {
    const work = async () => {
      const caller = callerOf(call.metadata, context.grants);
      const leave = context.subscriptions.enter();
      try {
        await serve(call, caller, context, groups);
        call.end();
      } finally {
        leave();
      }
    };
    work().catch((error: unknown) => {
      if (!(error instanceof HungUp) && !call.cancelled) {
        call.emit("error", statusOf(faultOf(error)));
      }
    });
  };
}

async function serve(call: Call, caller: Caller, context: GatewayContext, groups: Groups) {
  const ended = Promise.withResolvers<void>();
  call.once("cancelled", ended.resolve).once("end", ended.resolve);
  // Between the first message and the rest nothing is awaited, so that none is missed.
  const joined = Promise.withResolvers<void>();
  const sender = new Sender(call, context.slowReaderMs);
  let at: { group: RunningGroup; subscriber: Joined } | undefined;
  call.on("data", (message: unknown) => {
    try {
      if (at) return answered(at.group, at.subscriber, message);
      const { options } = parsed(Request, message);
      if (!options) throw new Fault("bad-request", "the first message names no group");
      const group = groups.find(caller, namedBy(options));
      const of = { call, caller, sender, options, context, group, ended, groups };
      at = { group, subscriber: subscriberOf(of) };
      joined.resolve();
    } catch (error) {
      ended.reject(error);
    }
  });
  await Promise.race([joined.promise, ended.promise]);
  if (!at) return;
  const { group, subscriber } = at;
  const { key } = group.record;
  groups.mustHaveRoom(group);
  await sender.send({
    subscriptionConfirmation: { subscriptionId: `${key.stream ?? ALL}::${key.name}` },
  });
  try {
    groups.join(group, subscriber);
    await ended.promise;
  } finally {
    group.leave(subscriber);
  }
}

/** @throws Fault `persistent-subscription-dropped` for a subscriber that wants no more. */
function answered(group: RunningGroup, subscriber: Joined, message: unknown): void {
  const { ack, nack } = parsed(Request, message);
  if (ack) group.ack(subscriber, ack.ids.map(uuidOf));
  if (!nack) return;
  const reason = nack.reason.slice(0, REASON_CHARS_MAX);
  group.nack(subscriber, nack.ids.map(uuidOf), nack.action, reason);
  if (nack.action !== "Stop") return;
  throw told("persistent-subscription-dropped", group.record.key, "stopped by its subscriber");
}

function subscriberOf(of: {
  call: Call;
  caller: Caller;
  sender: Sender;
  options: Options;
  context: GatewayContext;
  group: RunningGroup;
  ended: PromiseWithResolvers<void>;
  groups: Groups;
}): Joined {
  const { call, caller, sender, options, context, group, ended, groups } = of;
  const structured = options.uuidOption?.structured !== undefined;
  const [connection = ""] = call.metadata.get("connection-name");
  const subscriber: Joined = {
    id: randomUUID(),
    size: options.bufferSize,
    inFlight: new Map(),
    sending: 0,
    handed: 0,
    timing: new Timing(),
    peer: {
      name: caller.name,
      from: call.getPeer(),
      connection: String(connection),
      sinceMs: context.now(),
    },
    drop: (fault) => ended.reject(fault),
    deliver(message) {
      subscriber.sending += 1;
      const send = async () => {
        groups.mustUse(caller, group);
        await sender.send(eventMessage(message, structured), message.event.data.length);
        subscriber.sending -= 1;
        group.wake();
      };
      send().catch((error: unknown) => ended.reject(error));
    },
  };
  return subscriber;
}

function eventMessage({ event, retries }: Message, structured: boolean): object {
  return {
    event: {
      event: recordedMessage(event, structured),
      commitPosition: String(event.position),
      ...(retries === 0 ? { noRetryCount: {} } : { retryCount: retries }),
    },
  };
}
