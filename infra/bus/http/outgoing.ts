import type { Agent, IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { Unavailable } from "@nightshift/protocol/errors";
import { checkAddress, checkedLookup, type AllowsHost } from "./addresses.ts";

/** A request to somebody else's server. Redirects are never followed. */
export type Outgoing = {
  url: URL;
  method: "GET" | "POST" | "DELETE";
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Milliseconds without a byte, from the connection to the last one; then it is given up. */
  silenceMs: number;
  signal: AbortSignal;
  allows: AllowsHost;
};

/** Connections kept for the next request, by server; further requests open their own. */
const kept = { keepAlive: true, maxFreeSockets: 8, timeout: 4_000 };

type Pools = { request: typeof request; open: Agent; allowed: Agent };
const loaded = new Map<string, Pools>();

/** TLS is loaded for who needs it: a night that asks nobody elsewhere does not pay for it. */
async function poolsFor(protocol: string): Promise<Pools> {
  const known = loaded.get(protocol);
  if (known) return known;
  const web = protocol === "http:" ? await import("node:http") : await import("node:https");
  // A connection that was made by leave of the settings is never one for a request without it.
  const { request } = web;
  const pools = { request, open: new web.Agent(kept), allowed: new web.Agent(kept) };
  loaded.set(protocol, pools);
  return pools;
}

/**
 * Sends a request and resolves with the head of the answer; the body is the caller's to read.
 * @throws Refusal `not-allowed` for an address that may not be reached. @throws Unavailable when the
 * server is not reached, is silent for too long, or the signal aborts.
 */
export async function send(outgoing: Outgoing): Promise<IncomingMessage> {
  try {
    return await sendOnce(outgoing);
  } catch (error) {
    // A kept connection that the server had given up meanwhile; what changes nothing is sent anew.
    if (outgoing.method !== "GET" || !(error instanceof Stale)) throw error;
    return sendOnce(outgoing);
  }
}

/** The connection was one that was kept, and broke before a word of an answer. */
class Stale extends Unavailable {}

async function sendOnce(outgoing: Outgoing): Promise<IncomingMessage> {
  const { url, method, headers, body, silenceMs, signal, allows } = outgoing;
  checkAddress(url, allows);
  const { request: begin, open, allowed } = await poolsFor(url.protocol);
  const request = begin(url, {
    method,
    headers: body === undefined ? headers : { ...headers, "content-length": bytesOf(body) },
    lookup: checkedLookup(url.host, allows),
    agent: allows(url.host) ? allowed : open,
    timeout: silenceMs,
    signal,
  });
  request.once("socket", guarded);
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", (response) => {
      // Whoever reads it sees it break; nobody may be reading at that moment.
      response.on("error", () => undefined);
      resolve(response);
    });
    request.on("timeout", () => request.destroy(new Error(`silent for ${silenceMs} ms`)));
    request.on("error", (error) => reject(failure(url, error, request.reusedSocket)));
  });
  request.end(body);
  return answer;
}

const guardedSockets = new WeakSet<Socket>();

/**
 * node:http takes its listener off a socket when an answer has ended, and puts another on a moment
 * later: an abort between the two is an error that nobody hears, and ends the process.
 */
function guarded(socket: Socket): void {
  if (guardedSockets.has(socket)) return;
  guardedSockets.add(socket);
  socket.on("error", () => undefined);
}

/** The body of an answer as text. @throws Unavailable when it is longer than `bytesMax`. */
export async function readText(answer: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer) {
      if (!Buffer.isBuffer(chunk)) throw new Error("not bytes");
      bytes += chunk.length;
      if (bytes > bytesMax) throw new Error(`an answer of more than ${bytesMax} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    answer.destroy();
    throw new Unavailable(`the answer broke off: ${reasonOf(error)}`, { cause: error });
  }
  return Buffer.concat(chunks).toString("utf8");
}

function bytesOf(text: string): string {
  return String(Buffer.byteLength(text));
}

function failure(url: URL, error: Error, wasKept: boolean): Error {
  if (error.name === "Refusal") return error;
  const message = `${url.origin} cannot be reached: ${reasonOf(error)}`;
  const isReset = "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
  return new (wasKept && isReset ? Stale : Unavailable)(message, { cause: error });
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.slice(0, 200);
}
