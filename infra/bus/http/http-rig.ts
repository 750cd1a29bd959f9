import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { readText } from "./outgoing.ts";

// Requests that a test writes by hand.

export type HandAnswer = {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON; undefined where it is none. */
  json: unknown;
};

export type HandRequest = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

export const version = { "a2a-version": "1.0" };
export const json = { "content-type": "application/json" };
export const as = (token: string) => ({ authorization: `Bearer ${token}` });

/** Sends it as it is, on a connection of its own. @throws Error when the connection breaks. */
export function byHand(
  url: string,
  { method = "GET", headers = {}, body }: HandRequest = {},
): Promise<HandAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HandAnswer>();
  const request = httpRequest(url, { method, headers, agent: false }, (response) => {
    response.on("error", () => undefined);
    resolve(whole(response));
  });
  request.on("error", reject);
  request.end(body);
  return promise;
}

async function whole(response: IncomingMessage): Promise<HandAnswer> {
  const text = await readText(response, 32 * 1024 * 1024);
  const { statusCode: status = 0, headers } = response;
  return { status, headers, text, json: parsed(text) };
}

/** A request of JSON-RPC, in every header as it should be. */
export function rpc(url: string, token: string, body: unknown): Promise<HandAnswer> {
  const headers = { ...json, ...version, ...as(token) };
  return byHand(url, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The data of the events of a stream, with their ids. */
export function eventsOf(
  text: string,
): { id: string | undefined; data: unknown; event?: string }[] {
  return text
    .split("\n\n")
    .filter((block) => block.includes("data:"))
    .map((block) => {
      const lines = block.split("\n");
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const event = field("event");
      const told = { id: field("id"), data: parsed(field("data") ?? "") };
      return event === undefined ? told : { ...told, event };
    });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
