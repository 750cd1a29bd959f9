import type { IncomingMessage } from "node:http";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";

/** A request is 8 MiB at most, as a frame of a socket is: an input may be a task's whole diff. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;

/** A body that is not read to its end: what it would be answered with. */
export class BadBody extends Error {
  override readonly name = "BadBody";
  readonly status: 400 | 413 | 415;

  constructor(status: BadBody["status"], message: string) {
    super(message);
    this.status = status;
  }
}

const types = /^application\/(?:a2a\+)?json(?:\s*;\s*charset="?utf-8"?)?$/i;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The body of a request as text. How long it may take is the server's `requestTimeout`.
 * @throws BadBody when it is too long, not declared as JSON, or packed.
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const { headers } = request;
  const type = headers["content-type"];
  if (type === undefined || !types.test(type))
    throw new BadBody(415, "send application/json or application/a2a+json, in UTF-8");
  if ((headers["content-encoding"] ?? "identity") !== "identity")
    throw new BadBody(415, "send it as it is, not packed");
  if (Number(headers["content-length"] ?? 0) > BODY_BYTES_MAX) throw tooLong();
  const bytes = await bytesOf(request);
  try {
    return strict.decode(bytes);
  } catch {
    throw new BadBody(400, "the text is not UTF-8");
  }
}

/** By events: an asynchronous iterator costs more than a small body does. */
function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) reject(tooLong());
    else chunks.push(chunk);
  });
  request.once("end", () =>
    resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
  );
  request.once("error", reject);
  request.once("close", () => {
    if (!request.complete) reject(new BadBody(400, "it broke off"));
  });
  return promise;
}

function tooLong(): BadBody {
  return new BadBody(413, `a request is ${BODY_BYTES_MAX} bytes at most`);
}

/** @throws RpcFailure -32700 for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RpcFailure(codes.parse, "not JSON");
  }
}
