import { z } from "zod";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Characters of a body that may stand in its event; a longer one is a blob. */
export const BODY_CHARS_MAX = 1_000;

/**
 * What was said in a call, as JSON: in the event where it is short and shows no work, else a blob.
 */
export const Body = z.union([
  z.strictObject({ json: z.string().max(BODY_CHARS_MAX) }),
  z.strictObject({ blob: Sha256 }),
]);
export type Body = z.infer<typeof Body>;

/**
 * One A2A delegation. A completed call never moves an attempt by itself: the command with its
 * generation does. `sent` is written by the house's caller; `received` begins the stream of a call
 * that is served from the log, where each event is one event of its A2A stream and the revision its
 * sequence number.
 */
export const CallEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("call.sent"),
    from: z.string(),
    to: z.string(),
    skill: z.string(),
    task: z.string(),
    attempt: z.string().nullable(),
    request: Sha256,
  }),
  z.strictObject({
    type: z.literal("call.received"),
    /** Who calls, as the binding authenticated it. */
    from: z.string().max(200),
    to: z.string().max(40),
    skill: z.string().max(40),
    /** A2A's contextId and messageId, as the caller gave them. */
    context: z.string().max(200),
    message: z.string().max(200),
    request: Body,
    /** The process that runs it, and ms since 1970 until which it is believed without a sign. */
    server: z.string().max(200),
    heldUntilMs: z.int().nonnegative(),
  }),
  z.strictObject({ type: z.literal("call.working"), note: z.string().max(300) }),
  /** Its server is still at it. */
  z.strictObject({ type: z.literal("call.held"), untilMs: z.int().nonnegative() }),
  /** Its caller does not want the answer any more, and said so to another server. */
  z.strictObject({ type: z.literal("call.revoked"), by: z.string().max(200) }),
  /** The final artifact. */
  z.strictObject({ type: z.literal("call.answered"), answer: Body }),
  /** How a call that is served ended; `finished` is the word of a caller. */
  z.strictObject({
    type: z.literal("call.ended"),
    state: z.enum(["completed", "failed", "canceled", "rejected"]),
    detail: z.string().max(1_000),
    durationMs: z.int().nonnegative(),
  }),
  z.strictObject({
    type: z.literal("call.finished"),
    state: z.enum(["completed", "failed", "canceled", "rejected"]),
    answer: Sha256.nullable(),
    detail: z.string().max(1_000),
    durationMs: z.int().nonnegative(),
  }),
]);
export type CallEvent = z.infer<typeof CallEvent>;

type Received = Extract<CallEvent, { type: "call.received" }>;

export type CallCommand =
  | {
      type: "call.send";
      from: string;
      to: string;
      skill: string;
      task: string;
      attempt: string | null;
      request: string;
    }
  | ({ type: "call.receive" } & Omit<Received, "type">)
  | { type: "call.work"; note: string }
  | { type: "call.hold"; untilMs: number }
  | { type: "call.answer"; answer: Body; durationMs: number }
  | { type: "call.revoke"; by: string; durationMs: number }
  | {
      type: "call.end";
      state: "failed" | "canceled" | "rejected";
      detail: string;
      durationMs: number;
    }
  | {
      type: "call.finish";
      state: "completed" | "failed" | "canceled" | "rejected";
      answer: string | null;
      detail: string;
      durationMs: number;
    };
