import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Refusal } from "@nightshift/protocol/errors";
import { checkAddress, checkedLookup, type AllowsHost } from "../bus/http/addresses.ts";

/** What came back, whole or not at all. */
export type Response = { url: string; status: number; type: string; body: Buffer };

export type Ask = {
  method?: "GET" | "POST";
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Private addresses that the director allows. */
  allows: AllowsHost;
  signal: AbortSignal;
};

const REDIRECTS_MAX = 5;
const WALL_MS = 20_000;
const SILENCE_MS = 10_000;
/** Of an answer, unpacked; what is larger is no page that anybody reads. */
export const BODY_BYTES_MAX = 3 * 1024 * 1024;
const HEADER_BYTES_MAX = 32 * 1024;
/** Nothing is sent that tells who asks; some servers answer nobody without a name. */
const AGENT = "Mozilla/5.0 (compatible; NightShift/0.1; research)";

/**
 * Asks a server of the web. Every address, also of each redirect, is looked at before anything is
 * sent, and the connection goes to the very address that was looked at: neither a redirect nor a
 * name that answers differently the second time leads into a private network.
 * @throws Refusal `not-allowed` for such an address, Error in a few words for all that fails.
 */
export async function request(address: string, ask: Ask): Promise<Response> {
  const signal = AbortSignal.any([ask.signal, AbortSignal.timeout(WALL_MS)]);
  let url = parsed(address);
  let { method = "GET", body } = ask;
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    checkAddress(url, ask.allows);
    const isOwn = url.origin === new URL(address).origin;
    // What belongs to one server, such as a key, is not told to the next.
    const headers = isOwn ? ask.headers : {};
    const response = await send(url, { ...ask, headers: headers ?? {}, method, body, signal });
    const { location } = response.headers;
    const status = response.statusCode ?? 0;
    if (status < 300 || status >= 400 || location === undefined) {
      const type = response.headers["content-type"] ?? "";
      return { url: url.href, status, type, body: await read(response, signal) };
    }
    response.destroy();
    if (method === "POST" && status !== 307 && status !== 308) [method, body] = ["GET", undefined];
    url = parsed(location, url);
  }
  throw new Error(`more than ${REDIRECTS_MAX} redirects`);
}

function parsed(address: string, base?: URL): URL {
  if (!URL.canParse(address, base?.href)) throw new Error("no address");
  return new URL(address, base);
}

type Sent = Required<Pick<Ask, "headers" | "method" | "allows" | "signal">> & {
  body: string | undefined;
};

function send(url: URL, { headers, method, body, allows, signal }: Sent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === "https:" ? httpsRequest : httpRequest;
    const sent = start(url, {
      method,
      signal,
      agent: false,
      lookup: checkedLookup(url.host, allows),
      maxHeaderSize: HEADER_BYTES_MAX,
      headers: {
        "user-agent": AGENT,
        accept: "text/html,application/xhtml+xml,text/plain,application/json;q=0.9,*/*;q=0.1",
        "accept-language": "en",
        "accept-encoding": "gzip, br",
        ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }),
        ...headers,
      },
    });
    sent.setTimeout(SILENCE_MS, () => sent.destroy(new Error("it does not answer")));
    sent.once("response", resolve);
    sent.once("error", reject);
    sent.end(body);
  });
}

/** The body, unpacked; what would be larger than its maximum is cut off the wire, not kept. */
async function read(response: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  const told = Number(response.headers["content-length"] ?? 0);
  if (told > BODY_BYTES_MAX) {
    response.destroy();
    throw new Error(`larger than ${BODY_BYTES_MAX / 1024 ** 2} MB`);
  }
  const plain = unpacked(response);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of plain) {
      signal.throwIfAborted();
      if (!Buffer.isBuffer(chunk)) throw new Error("no bytes");
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) throw new Error(`larger than ${BODY_BYTES_MAX / 1024 ** 2} MB`);
      chunks.push(chunk);
    }
  } finally {
    response.destroy();
  }
  return Buffer.concat(chunks);
}

function unpacked(response: IncomingMessage): Readable {
  const unpack = UNPACKERS[response.headers["content-encoding"] ?? ""];
  if (!unpack) return response;
  const plain = unpack();
  response.once("error", (error) => plain.destroy(error));
  return response.pipe(plain);
}

const UNPACKERS: Readonly<Record<string, () => ReturnType<typeof createGunzip>>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Why a request failed, in a few words and without a stack. */
export function whyFailed(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (!(error instanceof Error)) return "it failed";
  const code = "code" in error ? String(error.code) : "";
  if (error.name === "TimeoutError" || code === "ETIMEDOUT") return "it does not answer";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "there is no such host";
  if (code === "ECONNREFUSED" || code === "ECONNRESET") return "it takes no connection";
  return error.message.replaceAll(/\s+/g, " ").slice(0, 200);
}
