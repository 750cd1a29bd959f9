import type { IncomingMessage, ServerOptions, ServerResponse } from "node:http";
import { Unavailable } from "@nightshift/protocol/errors";
import type { SkillName } from "@nightshift/protocol/skills";
import type { Caller } from "../caller.ts";
import { identityOf, bearerOf, turnedAway, type Identity, type Tokens } from "../door.ts";
import { createRateLimit } from "../rate-limit.ts";
import { BadBody } from "./body.ts";
import type { Cards } from "./cards.ts";
import { serveCard } from "./card-endpoint.ts";
import { serveRest } from "./rest-endpoint.ts";
import { serveRpc } from "./rpc-endpoint.ts";
import { turnAway, type Agents, type Visit } from "./visit.ts";

/** What somebody with a token may do at once. */
type VisitorLimits = {
  /** Requests of one name that may run at once, streams among them. */
  inFlightMax: number;
  /** Requests a second of one name, twice that in a burst. */
  requestsPerSecondMax: number;
};

export type HttpOptions = {
  tokens: Tokens;
  hosts: readonly string[];
  origins: readonly string[];
  guestSkills: readonly SkillName[];
  limits: { house: VisitorLimits; guest: VisitorLimits; heartbeatMs: number };
  cards: Cards;
  /** Aborts when the server closes. */
  closing: AbortSignal;
};

/**
 * What node:http is told, so that nobody holds a connection by sending slowly, or not at all.
 * @param limits Milliseconds for the head of a request, and for all of it.
 */
export function serverOptions(limits: { headMs: number; requestMs: number }): ServerOptions {
  return {
    headersTimeout: limits.headMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: Math.min(1_000, limits.headMs),
    maxHeaderSize: 16 * 1024,
  };
}

/** Where everything of A2A is. */
const ROOT = "/a2a";
const EXTENSIONS_CHARS_MAX = 1_000;

type Seat = { inFlight: number; allows: () => boolean };

/**
 * A2A 1.0 over HTTP for the agents behind it: JSON-RPC at `/a2a` and `/a2a/<agent>`, HTTP+JSON
 * below `/a2a/<agent>/`, cards at `/.well-known/`. Never rejects.
 */
export function createHttpDoor(
  agents: Agents,
  options: HttpOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const seats = new Map<string, Seat>();

  async function visit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const away = turnedAway(request.headers, options);
    if (away !== undefined) return turnAway(response, 403, "PERMISSION_DENIED", away);
    const url = URL.parse(request.url ?? "", "http://localhost");
    if (url === null) return turnAway(response, 400, "INVALID_ARGUMENT", "not an address");
    if (serveCard(request, response, url.pathname, options.cards)) return;
    const place = placeOf(url.pathname);
    if (place === undefined) return turnAway(response, 404, "NOT_FOUND", "no such path");
    if (url.pathname === ROOT && request.method === "GET")
      return turnAway(response, 426, "UNIMPLEMENTED", "open a WebSocket here, or POST JSON-RPC", {
        upgrade: "websocket",
      });
    const identity = identityOf(bearerOf(request.headers.authorization), options.tokens);
    if (!identity)
      return turnAway(response, 401, "UNAUTHENTICATED", "no valid token", {
        "www-authenticate": 'Bearer realm="night-shift"',
      });
    const seat = seatOf(seats, identity, options.limits[identity.standing]);
    if (!seat.allows() || seat.inFlight >= options.limits[identity.standing].inFlightMax)
      return turnAway(response, 429, "RESOURCE_EXHAUSTED", "too many requests", {
        "retry-after": "1",
      });
    seat.inFlight += 1;
    try {
      const came = { request, response, url, tenant: place.tenant, identity };
      await serve(visitOf(came, agents, options), place.rest, url);
    } finally {
      seat.inFlight -= 1;
    }
  }

  return async (request, response) => {
    try {
      await visit(request, response);
    } catch (error) {
      if (error instanceof BadBody) {
        const name = error.status === 413 ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT";
        // What of the body is still on its way is not read.
        turnAway(response, error.status, name, error.message, { connection: "close" });
      } else if (!(error instanceof Unavailable) && !request.destroyed) {
        turnAway(response, 500, "INTERNAL", "internal error", { connection: "close" });
      }
      if (!response.writableEnded) response.destroy();
    }
  };
}

type Came = {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  tenant: string | undefined;
  identity: Identity;
};

function visitOf(came: Came, agents: Agents, options: HttpOptions): Visit {
  const { request, response, tenant, identity } = came;
  const { searchParams: query } = came.url;
  const gone = new AbortController();
  // To abort costs more than all the rest: only where somebody is told by it.
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  const caller: Caller = {
    ...identity,
    allowed: identity.standing === "house" ? "all" : options.guestSkills,
    inFlightMax: options.limits[identity.standing].inFlightMax,
    // A call outlives the connection that asked for it: A2A lets a client come back for it.
    gone: options.closing,
  };
  const version = parameter(request, query, "A2A-Version") ?? "";
  const extensions = parameter(request, query, "A2A-Extensions");
  const { heartbeatMs } = options.limits;
  const common = { request, response, caller, agents, tenant, version, heartbeatMs };
  const activated = options.cards.known(extensions);
  return { ...common, extensions, activated, gone: gone.signal };
}

async function serve(visit: Visit, rest: string, { searchParams }: URL): Promise<void> {
  if (rest !== "") return serveRest(visit, rest, searchParams);
  if (visit.request.method === "POST") return serveRpc(visit);
  turnAway(visit.response, 405, "UNIMPLEMENTED", "JSON-RPC is POST", { allow: "POST" });
}

/** `/a2a`, `/a2a/<agent>`, and what is below an agent; undefined for any other path. */
function placeOf(path: string): { tenant: string | undefined; rest: string } | undefined {
  if (path === ROOT || path === `${ROOT}/`) return { tenant: undefined, rest: "" };
  const [, root, tenant, ...rest] = path.split("/");
  if (`/${root}` !== ROOT) return undefined;
  const below = rest.join("/");
  return { tenant, rest: below === "" ? "" : `/${below}` };
}

function seatOf(seats: Map<string, Seat>, { name }: Identity, limits: VisitorLimits): Seat {
  const seat = seats.get(name) ?? {
    inFlight: 0,
    allows: createRateLimit(limits.requestsPerSecondMax),
  };
  seats.set(name, seat);
  return seat;
}

/** A service parameter; names in a query are as they are written, names of headers are not. */
function parameter(
  { headers }: IncomingMessage,
  query: URLSearchParams,
  name: string,
): string | undefined {
  const header = headers[name.toLowerCase()];
  const given = typeof header === "string" ? header : (query.get(name) ?? undefined);
  query.delete(name);
  return given?.slice(0, EXTENSIONS_CHARS_MAX);
}
