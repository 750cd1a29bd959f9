import { createHash } from "node:crypto";
import { NightCard, SkillName } from "@nightshift/protocol/skills";
import { workSubject } from "@nightshift/protocol/subjects";
import type { JsMsg } from "@nats-io/jetstream";
import { headers, type MsgHdrs } from "@nats-io/transport-node";
import { z } from "zod";
import { AFTER_SEQ_URI } from "../extensions.ts";
import { readFrame } from "../frames.ts";
import { asking, readBeside, type Beside } from "./envelope.ts";

/** A call as a piece of work: the same frame as on the wire, and for whom it is done. */
export type WorkOrder = {
  caller: string;
  key: string;
  round: number;
  beside: Beside;
  params: unknown;
  /** Where it is told of. */
  subject: string;
};

const CALLER = "Nightshift-Caller";
const KEY = "Nightshift-Key";
const ROUND = "Nightshift-Round";
/** What a piece of work asks for; nothing else is worth a lease. */
export const WORK_METHOD = "SendStreamingMessage";

const Round = z.coerce.number().int().positive();

/** The name of a caller's message in subjects: a digest, because a message id may hold anything. */
export function workKey(caller: string, message: string): string {
  return createHash("sha256").update(`${caller} ${message}`).digest("hex").slice(0, 40);
}

export function orderHeaders(order: {
  caller: string;
  key: string;
  round: number;
  session: string;
}): MsgHdrs {
  const given = asking(order.session, { extensions: AFTER_SEQ_URI });
  given.set(CALLER, order.caller);
  given.set(KEY, order.key);
  given.set(ROUND, String(order.round));
  return given;
}

/**
 * Reads a message of the work queue. Only the house may put one there, so its word for whom it is
 * counts; null where it is none, however it got there.
 */
export function readOrder(
  agent: string,
  message: Pick<JsMsg, "headers" | "string">,
): WorkOrder | null {
  const given = message.headers ?? headers();
  const caller = NightCard.shape.name.safeParse(given.get(CALLER));
  const key = NightCard.shape.name.safeParse(given.get(KEY));
  const round = Round.safeParse(given.get(ROUND));
  const frame = readFrame(message.string());
  if (!caller.success || !key.success || !round.success) return null;
  if (frame.kind !== "request" || frame.request.method !== WORK_METHOD) return null;
  return {
    caller: caller.data,
    key: key.data,
    round: round.data,
    beside: readBeside(message),
    params: frame.request.params,
    subject: workSubject(agent, caller.data, key.data),
  };
}

/** The skill of a piece of work, by its subject. */
export function skillIn(subject: string): SkillName | null {
  const read = SkillName.safeParse(subject.split(".")[3]);
  return read.success ? read.data : null;
}
