import { StringDecoder } from "node:string_decoder";
import { EVENT_BYTES_MAX } from "@nightshift/blackboard/admission";
import { BadInput } from "@nightshift/protocol/errors";

/** Longest line of an export in characters: a body as a text may take six for one. */
const LINE_CHARS_MAX = 6 * EVENT_BYTES_MAX + 65_536;

/**
 * The lines of a file or a pipe; never more than one and a piece of the next are held.
 * @throws BadInput for a line that cannot be one of an export.
 */
export async function* linesIn(
  bytes: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of bytes) {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_CHARS_MAX) {
      const message = `a line of more than ${LINE_CHARS_MAX} characters`;
      throw new BadInput(message, source, "nightshift log export --out whole.ndjson");
    }
    yield* lines;
  }
  rest += decoder.end();
  if (rest !== "") yield rest;
}
