import { A2A_VERSION } from "@nightshift/protocol/a2a";
import { RpcFailure } from "@nightshift/protocol/rpc";
import type { Service } from "../delegate.ts";
import { headers, type Msg, type MsgHdrs } from "@nats-io/transport-node";
import { FRAME_BYTES_MAX } from "./server-version.ts";

// What stands beside a frame: A2A's service parameters by their own names, and two of ours.

const VERSION = "A2A-Version";
const EXTENSIONS = "A2A-Extensions";
/** The process that speaks, so that whoever waits for it can tell when it is lost. */
const SESSION = "Nightshift-Session";
/** The number of an event in its call. */
const SEQ = "Nightshift-Seq";
/** The last number that the caller has: a stream that broke off goes on after it. */
const AFTER = "Last-Event-ID";

const VALUE_CHARS_MAX = 1_000;

/** What a message says beside its frame. Nothing of it says who speaks: the subject does. */
export type Beside = {
  version: string;
  extensions: string | undefined;
  session: string | undefined;
  seq: number | undefined;
  after: string | undefined;
};

export function readBeside({ headers: given }: { headers?: MsgHdrs | undefined }): Beside {
  const text = (name: string) => given?.get(name).slice(0, VALUE_CHARS_MAX) || undefined;
  const whole = (name: string) => {
    const number = Number(text(name) ?? "none");
    return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
  };
  return {
    version: text(VERSION) ?? "",
    extensions: text(EXTENSIONS),
    session: text(SESSION),
    seq: whole(SEQ),
    after: text(AFTER),
  };
}

/** Headers of a request. */
export function asking(session: string, { extensions, afterSeq }: Service = {}): MsgHdrs {
  const given = headers();
  given.set(VERSION, A2A_VERSION);
  given.set(SESSION, session);
  if (extensions !== undefined) given.set(EXTENSIONS, extensions);
  if (afterSeq !== undefined) given.set(AFTER, String(afterSeq));
  return given;
}

/** Headers of an answer, or of one event of a stream. */
export function answering({
  session,
  seq,
}: {
  session: string;
  seq?: number | undefined;
}): MsgHdrs {
  const given = headers();
  given.set(SESSION, session);
  if (seq !== undefined) given.set(SEQ, String(seq));
  return given;
}

/** A frame as bytes. @throws RpcFailure of this code where it is larger than a broker carries. */
export function encode(frame: object, code: number): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(frame));
  if (bytes.length <= FRAME_BYTES_MAX) return bytes;
  const limit = `a frame has at most ${FRAME_BYTES_MAX} bytes, not ${bytes.length}`;
  throw new RpcFailure(code, limit);
}

/** Whether a message is the broker's word that nobody listens on a subject. */
export function isUnheard(message: Msg): boolean {
  return message.data.length === 0 && message.headers?.code === NOBODY;
}

const NOBODY = 503;
