import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../caller.ts";
import type { Served } from "../served.ts";

/** What stands behind the door: the agents, by their names. */
export type Agents = Pick<Served, "answer" | "stream">;

/** One request of somebody who may come in. */
export type Visit = {
  request: IncomingMessage;
  response: ServerResponse;
  caller: Caller;
  agents: Agents;
  /** The agent that the path names. */
  tenant: string | undefined;
  /** The service parameters, from headers or, for clients that cannot set one, the query. */
  version: string;
  extensions: string | undefined;
  /** Those of the extensions that are known here. */
  activated: string | undefined;
  /** Milliseconds between signs of life on a stream. */
  heartbeatMs: number;
  /** Aborts when whoever asked is gone. */
  gone: AbortSignal;
};

/** What every answer says, whatever it is. */
const ALWAYS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/** Sends an answer and ends it. Does nothing where nobody is there to get it. */
export function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  if (body === undefined) {
    response.writeHead(status, { ...ALWAYS, ...headers });
    response.end();
    return;
  }
  // As text, so that head and body go in one piece.
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  const type = { "content-type": "application/json", "content-length": length };
  response.writeHead(status, { ...ALWAYS, ...type, ...headers });
  response.end(text);
}

/** A refusal of the door itself, in the form that both bindings read. */
export function turnAway(
  response: ServerResponse,
  status: number,
  name: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  reply(response, status, { error: { code: status, status: name, message, details: [] } }, headers);
}

/** The event after which a stream is wanted, as it came. */
export function lastEventOf({ request }: Visit): string | undefined {
  const given = request.headers["last-event-id"];
  return typeof given === "string" ? given : undefined;
}

/** Tells which extensions an answer is made with. */
export function activatedBy({ activated }: Visit): Record<string, string> {
  return activated === undefined ? {} : { "a2a-extensions": activated };
}
