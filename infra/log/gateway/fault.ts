import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { EVENT_BYTES_MAX } from "@nightshift/blackboard/admission";
import { BadInput, Refusal, Unavailable } from "@nightshift/protocol/errors";
import { ZodError } from "zod";
import { APPEND_BYTES_MAX } from "./limits.ts";

/** What a caller is told went wrong; the names are those that the official server uses. */
export type FaultKind =
  | "access-denied"
  | "not-authenticated"
  | "maximum-append-size-exceeded"
  | "deadline-exceeded"
  | "unavailable"
  | "too-much-at-once"
  | "stream-deleted"
  | "wrong-expected-version"
  | "persistent-subscription-does-not-exist"
  | "persistent-subscription-exists"
  | "persistent-subscription-dropped"
  | "persistent-subscription-failed"
  | "maximum-subscribers-reached"
  | "bad-request"
  | "unknown";

/** Something that ends one call, or one append of it, and is told to its caller alone. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly kind: FaultKind;
  /** For `maximum-append-size-exceeded`: the most bytes there may be. */
  readonly most: number;
  /** What clients look for beside the kind: names of streams and groups, revisions. */
  readonly facts: Facts;

  constructor(kind: FaultKind, message: string, options: FaultOptions = {}) {
    super(message, options);
    this.kind = kind;
    this.most = options.most ?? APPEND_BYTES_MAX;
    this.facts = options.facts ?? {};
  }
}
type Facts = Readonly<Record<string, string>>;
type FaultOptions = ErrorOptions & { most?: number; facts?: Facts };

/** Nobody reads or writes a stream again that has a tombstone. */
export function streamDeleted(stream: string): Fault {
  const facts = { "stream-name": stream };
  return new Fault("stream-deleted", `the stream ${stream} is deleted`, { facts });
}

/** The stream holds another number of events than its writer said. */
export class WrongRevision extends Error {
  readonly actual: number;

  constructor(actual: number) {
    super("WrongExpectedVersion");
    this.actual = actual;
  }
}

const CODES: Record<FaultKind, status> = {
  "access-denied": status.PERMISSION_DENIED,
  "not-authenticated": status.UNAUTHENTICATED,
  "maximum-append-size-exceeded": status.INVALID_ARGUMENT,
  "deadline-exceeded": status.DEADLINE_EXCEEDED,
  unavailable: status.UNAVAILABLE,
  "too-much-at-once": status.RESOURCE_EXHAUSTED,
  "stream-deleted": status.FAILED_PRECONDITION,
  "wrong-expected-version": status.FAILED_PRECONDITION,
  "persistent-subscription-does-not-exist": status.NOT_FOUND,
  "persistent-subscription-exists": status.ALREADY_EXISTS,
  "persistent-subscription-dropped": status.CANCELLED,
  "persistent-subscription-failed": status.INTERNAL,
  "maximum-subscribers-reached": status.FAILED_PRECONDITION,
  "bad-request": status.INVALID_ARGUMENT,
  unknown: status.UNKNOWN,
};

/** What a caller may know of an error: ours as they are, others only that they happened. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const options = { cause: error };
  if (error instanceof Refusal && error.code === "too-long") {
    const size = { ...options, most: EVENT_BYTES_MAX };
    return new Fault("maximum-append-size-exceeded", error.message, size);
  }
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return new Fault("bad-request", `${issue?.path.join(".")}: ${issue?.message}`, options);
  }
  if (error instanceof Refusal) return new Fault("bad-request", error.message, options);
  if (error instanceof Unavailable || error instanceof BadInput) {
    return new Fault("unavailable", error.message, options);
  }
  if (error instanceof Error && !BUGS.some((bug) => error instanceof bug)) {
    return new Fault("bad-request", error.message.slice(0, MESSAGE_CHARS_MAX), options);
  }
  return new Fault("unknown", "the gateway failed; its own output says why", options);
}

/** Errors that tell of a mistake in this program, not in what a caller sent. */
const BUGS = [TypeError, RangeError, ReferenceError];
const MESSAGE_CHARS_MAX = 1_000;

/** Kinds for which the official server sends a status and no exception. */
const TOLD_BY_STATUS: ReadonlySet<FaultKind> = new Set([
  "not-authenticated",
  "deadline-exceeded",
  "unavailable",
  "too-much-at-once",
  "bad-request",
  "unknown",
]);

/** A fault as the status that ends a gRPC call. */
export function statusOf(fault: Fault): Partial<ServiceError> & { code: status } {
  const metadata = new Metadata();
  if (!TOLD_BY_STATUS.has(fault.kind)) metadata.set("exception", fault.kind);
  if (fault.kind === "maximum-append-size-exceeded") {
    metadata.set("maximum-append-size", String(fault.most));
  }
  for (const [key, fact] of Object.entries(fault.facts)) {
    // A header holds printable ASCII alone.
    metadata.set(key, fact.replaceAll(/[^ -~]/g, "?"));
  }
  return { code: CODES[fault.kind], details: fault.message, metadata };
}

/** A fault as the `google.rpc.Status` inside an answer to BatchAppend. */
export function batchErrorOf(fault: Fault) {
  const [type, value] = detailsOf(fault);
  return batchError(CODES[fault.kind], fault.message, type, value);
}

/** A wrong revision as the `google.rpc.Status` inside an answer to BatchAppend. */
export function batchConflict(actual: number, expected: Expectation) {
  const current = actual > 0 ? number(1, actual - 1) : empty(2);
  const wanted = {
    count: () => (expected.count > 0 ? number(3, expected.count - 1) : empty(6)),
    any: () => empty(4),
    exists: () => empty(5),
  }[expected.kind]();
  const value = Buffer.concat([current, wanted]);
  const message = "WrongExpectedVersion";
  return batchError(status.FAILED_PRECONDITION, message, message, value);
}

/** What a writer believes of a stream: how many events it holds, or that it holds any. */
export type Expectation = { kind: "count" | "any" | "exists"; count: number };

function batchError(code: status, message: string, type: string, value: Buffer) {
  return {
    code,
    message,
    details: { typeUrl: `type.googleapis.com/event_store.client.${type}`, value },
  };
}

function detailsOf({ kind, message, most }: Fault): [type: string, value: Buffer] {
  switch (kind) {
    case "access-denied":
    case "not-authenticated":
      return ["AccessDenied", Buffer.alloc(0)];
    case "deadline-exceeded":
      return ["Timeout", Buffer.alloc(0)];
    case "maximum-append-size-exceeded":
      return ["MaximumAppendSizeExceeded", number(1, most)];
    case "bad-request": {
      const text = Buffer.from(message);
      return ["BadRequest", Buffer.concat([Buffer.from([0x0a]), varint(text.length), text])];
    }
    case "stream-deleted":
      return ["StreamDeleted", Buffer.alloc(0)];
    // What ends whole calls never stands in the answer to an append.
    case "wrong-expected-version":
    case "persistent-subscription-does-not-exist":
    case "persistent-subscription-exists":
    case "persistent-subscription-dropped":
    case "persistent-subscription-failed":
    case "maximum-subscribers-reached":
    case "unavailable":
    case "too-much-at-once":
    case "unknown":
      return ["Unknown", Buffer.alloc(0)];
  }
}

/** A field that is a number; the few messages inside an `Any` are too small for a library. */
function number(field: number, value: number): Buffer {
  return Buffer.concat([Buffer.from([field << 3]), varint(value)]);
}

/** A field that is an empty message. */
function empty(field: number): Buffer {
  return Buffer.from([(field << 3) | 2, 0]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}
