/** Why a rule said no. Each code is one rule; the message says it in words. */
export type RefusalCode =
  | "not-open"
  | "stale"
  | "own-work"
  | "over-budget"
  | "not-found"
  | "not-allowed"
  | "not-verified"
  | "not-accepted"
  | "already-leading"
  | "out-of-order"
  | "sealed"
  | "held"
  | "locked"
  | "too-long"
  | "out-of-bounds"
  | "unauthenticated";

/** A rule of the system said no. Expected; carried to the caller as a JSON-RPC error. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The world failed: a disk, a socket, a process. Infra retries it a bounded number of times. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** Who worked on it is gone in the middle: nothing is known of the work, and nobody failed at it. */
export class Lost extends Unavailable {
  readonly lost = true;
}

/** Two writers met: the stream holds another number of events than the caller believed. */
export class Conflict extends Error {
  override readonly name = "Conflict";
  readonly stream: string;
  readonly expected: number;
  readonly actual: number;

  constructor(stream: string, expected: number, actual: number) {
    super(`${stream} holds ${actual} events, not ${expected}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** What the director gave cannot be used. `mend` is the command or edit that puts it right. */
export class BadInput extends Error {
  override readonly name = "BadInput";
  readonly where: string;
  readonly mend: string;

  /** @param where File, line or field, as the director would look for it. */
  constructor(message: string, where: string, mend: string, options?: ErrorOptions) {
    super(message, options);
    this.where = where;
    this.mend = mend;
  }
}
