import type { Blobs } from "@nightshift/agents/ports";
import type { CallCommand, CallEvent } from "@nightshift/protocol/call";
import type { Recorded } from "@nightshift/protocol/envelope";
import type { NightEvent } from "@nightshift/protocol/events";
import { RefusalData } from "@nightshift/protocol/rpc";
import { maskSecrets } from "../../../log/secrets.ts";
import type { Deed, End, Moment, Request } from "../moment.ts";
import { keepBody, readBody } from "./body.ts";

/** The command that a deed of a running call is; what it says of itself is kept first. */
export async function commandOf(
  blobs: Blobs,
  { skill }: Request,
  deed: Deed,
  times: { nowMs: number; sinceMs: number; heldUntilMs: number },
): Promise<CallCommand | undefined> {
  const durationMs = Math.max(0, times.nowMs - times.sinceMs);
  switch (deed.kind) {
    case "received":
      throw new Error("a call begins once"); // Its keeper began it.
    case "working":
      return { type: "call.work", note: await kept(deed.note, NOTE_CHARS_MAX) };
    case "held":
      return { type: "call.hold", untilMs: times.heldUntilMs };
    case "revoked":
      return { type: "call.revoke", by: deed.by, durationMs };
    case "answered":
      return { type: "call.answer", answer: await keepBody(blobs, skill, deed.output), durationMs };
    case "finished":
      // An answer is the end as well.
      if (deed.end.state === "completed") return undefined;
      return {
        type: "call.end",
        state: deed.end.state,
        detail: await kept(detailOf(deed.end), DETAIL_CHARS_MAX),
        durationMs,
      };
  }
}

/** What an event of a call's stream was; its body is fetched where it is a blob. */
export async function momentOf(
  blobs: Blobs,
  { revision, atMs, event }: Pick<Recorded, "revision" | "atMs" | "event">,
): Promise<Moment> {
  return { seq: revision, atMs, deed: await deedOf(blobs, readCallEvent(event)) };
}

/** @throws Error (a bug) for an event of another kind of stream. */
export function readCallEvent(event: NightEvent): CallEvent {
  if (isCallEvent(event)) return event;
  throw new Error(`${event.type} stands in the stream of a call`);
}

function isCallEvent(event: NightEvent): event is CallEvent {
  return event.type.startsWith("call.");
}

async function deedOf(blobs: Blobs, event: CallEvent): Promise<Deed> {
  switch (event.type) {
    case "call.sent":
    case "call.received":
      return { kind: "received" };
    case "call.working":
      return { kind: "working", note: event.note };
    case "call.held":
      return { kind: "held" };
    case "call.revoked":
      return { kind: "revoked", by: event.by };
    case "call.answered":
      return { kind: "answered", output: await readBody(blobs, event.answer) };
    case "call.finished":
    case "call.ended":
      return { kind: "finished", end: endOf(event.state, event.detail) };
  }
}

const NOTE_CHARS_MAX = 300;
const DETAIL_CHARS_MAX = 1_000;

/** What stands in the log can never be erased: no secret gets there (I12). */
async function kept(text: string, charsMax: number): Promise<string> {
  return (await maskSecrets(text)).text.slice(0, charsMax);
}

function detailOf(end: Exclude<End, { state: "completed" }>): string {
  if (end.state !== "rejected") return end.detail;
  return `${end.refusal.refusal}: ${end.refusal.message ?? ""}`;
}

function endOf(state: "completed" | "failed" | "canceled" | "rejected", detail: string): End {
  if (state === "completed") return { state };
  if (state !== "rejected") return { state, detail };
  const colon = detail.indexOf(": ");
  const read = { refusal: detail.slice(0, colon), message: detail.slice(colon + 2) };
  return { state, refusal: RefusalData.parse(read) };
}
