import { BadInput, Refusal, Unavailable } from "@nightshift/protocol/errors";
import { shownPlace } from "../place.ts";

/** Whether the server says that a stream holds another number of events. */
export function isWrongRevision(error: unknown): boolean {
  return typeOf(error) === "wrong-expected-version";
}

export function isNotFound(error: unknown): boolean {
  return typeOf(error) === "stream-not-found";
}

/**
 * Says in one line what a cluster did: `BadInput` where the director can mend it, `Unavailable` where
 * another try may help. Bugs and refusals of the server come back as plain errors.
 * @param where The connection string; never shown with its password.
 */
export function explainCluster(error: unknown, where: string): unknown {
  if (!(error instanceof Error)) return error;
  if (isOurs(error)) return error;
  const options = { cause: cleaned(error, where) };
  const place = shownPlace(where);
  switch (typeOf(error)) {
    case "access-denied": {
      const mend = "check name and password in --log, NIGHTSHIFT_LOG or the setting `log`";
      return new BadInput("the server does not let us in, or not do this", place, mend, options);
    }
    case "maximum-append-size-exceeded":
      return new Refusal("too-long", "the server takes no append of this size", options);
    case "stream-deleted":
      return new BadInput(
        "a stream of the log was deleted on the server",
        place,
        "nightshift log verify",
        options,
      );
    case "invalid-argument":
    case "unsupported":
      return new Error(oneLine(error, where), options);
    default:
      // So both clients tell an answer they know no name for; the gateway's refusals are among them.
      return /INVALID_ARGUMENT|Could not recognize/.test(error.message)
        ? new Error(oneLine(error, where), options)
        : new Unavailable(
            `the log at ${place} cannot be reached: ${oneLine(error, where)}`,
            options,
          );
  }
}

function isOurs(error: Error): boolean {
  return [BadInput, Refusal, Unavailable].some((kind) => error instanceof kind);
}

/** The name a client library has for an error; empty for errors of others. */
function typeOf(error: unknown): string {
  const known = error instanceof Error && "type" in error && typeof error.type === "string";
  return known ? String(error.type) : "";
}

const LINE_CHARS_MAX = 300;

function oneLine(error: Error, where: string): string {
  const [line = ""] = error.message.replaceAll(where, shownPlace(where)).split("\n");
  return line.slice(0, LINE_CHARS_MAX);
}

/** The error as a cause: its message alone, as the libraries keep whole calls in theirs. */
function cleaned(error: Error, where: string): Error {
  return new Error(oneLine(error, where));
}
