import type { IncomingMessage } from "node:http";
import { Unavailable } from "@nightshift/protocol/errors";

/** One event of a stream as it came. */
export type ReadEvent = { event: string; id: string | undefined; data: string };

const EVENT_CHARS_MAX = 8 * 1024 * 1024;
const EVENTS_MAX = 100_000;
const ID_CHARS_MAX = 64;

/**
 * Reads Server-Sent Events off an answer, in bounded memory. Ends with the answer.
 * @throws Unavailable when the connection breaks, or an event is longer than may be.
 */
export async function* readEvents(answer: IncomingMessage): AsyncGenerator<ReadEvent> {
  answer.setEncoding("utf8");
  const parts = createParts();
  let events = 0;
  try {
    for await (const chunk of answer) {
      for (const event of parts.take(String(chunk))) {
        events += 1;
        if (events > EVENTS_MAX) throw new Error("a stream of too many events");
        yield event;
      }
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Unavailable(`the stream broke off: ${why}`, { cause: error });
  } finally {
    answer.destroy();
  }
}

/** Puts the text of a stream together to events; keeps what is not one yet. */
function createParts() {
  // Pieces are joined when a line ends: adding to a long text once a chunk would copy it each time.
  let pieces: string[] = [];
  let chars = 0;
  let data: string[] = [];
  let id: string | undefined;
  let event = "message";

  function line(text: string): ReadEvent | undefined {
    if (text === "") {
      const whole = data.length === 0 ? undefined : { event, id, data: data.join("\n") };
      data = [];
      chars = 0;
      event = "message";
      return whole;
    }
    const colon = text.indexOf(":");
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "data") data.push(value);
    if (name === "event") event = value;
    if (name === "id" && value.length <= ID_CHARS_MAX && !value.includes("\0")) id = value;
    return undefined;
  }

  return {
    *take(text: string): Generator<ReadEvent> {
      let from = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
        pieces.push(text.slice(from, end));
        from = end + 1;
        const whole = line(pieces.join("").replace(/\r$/, ""));
        pieces = [];
        if (whole) yield whole;
      }
      pieces.push(text.slice(from));
      chars += text.length;
      if (chars > EVENT_CHARS_MAX) throw new Error("an event is too long");
    },
  };
}
