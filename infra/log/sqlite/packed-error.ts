import { BadInput, Conflict, Unavailable } from "@nightshift/protocol/errors";

/** An error on its way from one thread to another, where classes do not go. */
export type PackedError =
  | { kind: "conflict"; stream: string; expected: number; actual: number }
  | { kind: "unavailable"; message: string; cause: string | null }
  | { kind: "bad-input"; message: string; where: string; mend: string }
  | { kind: "bug"; message: string; stack: string };

export function packError(error: unknown): PackedError {
  if (error instanceof Conflict) {
    const { stream, expected, actual } = error;
    return { kind: "conflict", stream, expected, actual };
  }
  if (error instanceof Unavailable) {
    const { message, cause } = error;
    return { kind: "unavailable", message, cause: cause instanceof Error ? cause.message : null };
  }
  if (error instanceof BadInput) {
    const { message, where, mend } = error;
    return { kind: "bad-input", message, where, mend };
  }
  const bug = error instanceof Error ? error : new Error(String(error));
  return { kind: "bug", message: bug.message, stack: bug.stack ?? "" };
}

export function unpackError(packed: PackedError): Error {
  switch (packed.kind) {
    case "conflict":
      return new Conflict(packed.stream, packed.expected, packed.actual);
    case "unavailable": {
      const { message, cause } = packed;
      return new Unavailable(message, cause === null ? undefined : { cause: new Error(cause) });
    }
    case "bad-input":
      return new BadInput(packed.message, packed.where, packed.mend);
    case "bug": {
      const bug = new Error(packed.message);
      bug.stack = packed.stack;
      return bug;
    }
  }
}
