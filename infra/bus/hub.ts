import { randomUUID } from "node:crypto";
import { createServer, STATUS_CODES, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Bus, Member, Peer } from "@nightshift/protocol/bus";
import type { SkillName } from "@nightshift/protocol/skills";
import { WebSocketServer } from "ws";
import type { Caller } from "./caller.ts";
import { createBesides } from "./besides.ts";
import type { Keeping } from "./calls/desk.ts";
import { delegate } from "./delegate.ts";
import type { Tokens } from "./door.ts";
import { createCards, type Cards } from "./http/cards.ts";
import { createHttpDoor, serverOptions } from "./http/server.ts";
import { closeCodes, FRAME_BYTES_MAX } from "./link.ts";
import type { Push } from "./push/push.ts";
import { createSessions, type Departure, type SessionLimits } from "./sessions.ts";
import type { HouseKey } from "./signing/house-keys.ts";
import { createSwitchboard, localWire, type Switchboard } from "./switchboard.ts";
import { checkUpgrade, HUB_PATH, SUBPROTOCOL } from "./upgrade.ts";

export type HubOptions = {
  /** Who this process is when it calls. */
  principal: string;
  /** Looked up at each upgrade, so that a token can be given and taken while the hub runs. */
  tokens: Tokens;
  /** 0 takes any free port. */
  port?: number;
  host?: string;
  /** Origins of browsers that may connect; none by default. */
  origins?: readonly string[];
  /** What guests may call. */
  guestSkills?: readonly SkillName[];
  limits?: Partial<HubLimits>;
  /** Keys that sign the cards of the house's agents; they are unsigned without. */
  keys?: readonly HouseKey[];
  /** Posts events to clients that ask for it; push notifications are -32003 without. */
  push?: Push;
  /** Calls that outlive this process and their caller's connection; none do without. */
  keeping?: Keeping;
  /** An agent came, or went, over a socket; those of this process are not told. */
  onJoin?: (member: Member) => void;
  onLeave?: (member: Member, departure: Departure) => void;
};

type HubLimits = SessionLimits & {
  connectionsMax: number;
  /** Milliseconds that a request over HTTP may take to come: its head, and all of it. */
  headMs: number;
  requestMs: number;
};

const HEARTBEAT_MS = 15_000;
const defaults: HubLimits = {
  house: { inFlightMax: 256, framesPerSecondMax: 2_000, heartbeatMs: HEARTBEAT_MS },
  guest: { inFlightMax: 16, framesPerSecondMax: 200, heartbeatMs: HEARTBEAT_MS },
  connectionsMax: 64,
  joinMs: 5_000,
  headMs: 10_000,
  requestMs: 60_000,
};

export type Hub = Bus & {
  /** Where agents connect to, `ws://127.0.0.1:…/a2a`. */
  readonly url: string;
  /**
   * Seats an agent that lives elsewhere and does not come by itself, as a guest.
   * @param at Its address. @returns it, as the roster has it. @throws Refusal when its name is taken.
   */
  host(peer: Peer, at: string): Member;
};

/** HTTP connections at once, beside the sockets of agents. */
const HTTP_CONNECTIONS_MAX = 256;
/** Whose card stands for the house: who takes what strangers propose. */
const FRONT = "dispatcher";

/**
 * A bus with a door: agents of this process, and agents that come over WebSocket with a token and a
 * card. Whoever speaks A2A over HTTP is served at the same port. Resolves when it listens.
 * @throws Error as node:net does when the port cannot be had.
 */
export async function createHub(options: HubOptions): Promise<Hub> {
  const limits = { ...defaults, ...options.limits };
  const { host = "127.0.0.1", port = 0 } = options;
  const http = createServer(serverOptions(limits));
  http.maxConnections = limits.connectionsMax + HTTP_CONNECTIONS_MAX;
  const bound = await listen(http, port, host);
  const url = `ws://${host}:${bound}${HUB_PATH}`;
  const hosts = [...new Set([host, "127.0.0.1", "localhost"])].map((name) => `${name}:${bound}`);
  const closing = new AbortController();
  const cards = cardsOf(() => board, url, options);
  const besides = createBesides(cards, options.push);
  const board = createSwitchboard({ keeping: options.keeping, besides });
  const arrived = () => options.push?.resume(board, (name) => board.find(name) !== undefined);
  const onJoin = (member: Member) => {
    arrived();
    options.onJoin?.(member);
  };
  const sessions = createSessions(board, url, { ...options, onJoin, limits });
  const { tokens, origins = [], guestSkills = ["propose"] } = options;
  const common = { tokens, hosts, origins, guestSkills, cards, closing: closing.signal };
  const door = createHttpDoor(board, { ...common, limits: visitorLimits(limits) });
  http.on("request", (request, response) => void door(request, response));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });

  http.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    const verdict = checkUpgrade(request, { tokens, hosts, origins });
    const isFull = sockets.clients.size >= limits.connectionsMax;
    if (!verdict.ok) return turnAway(stream, verdict.status, verdict.reason);
    if (isFull) return turnAway(stream, 503, "the hub is full");
    const { identity } = verdict;
    sockets.handleUpgrade(request, stream, head, (socket) => sessions.open(socket, identity));
  });

  const wire = localWire(board, callerOf(options.principal, limits, closing.signal));

  return {
    url,
    async join(peer) {
      const url = `nightshift:${peer.card.name}`;
      board.add(peer, { standing: "house", session: randomUUID(), binding: "in-process", url });
      arrived();
    },
    host(peer, at) {
      const who = { standing: "guest", session: randomUUID(), binding: "http", url: at } as const;
      const member = board.add(peer, who);
      arrived();
      return member;
    },
    async leave(name) {
      if (sessions.close(name)) return;
      const member = board.find(name);
      if (member) board.remove(name, member.session, "it left");
    },
    roster: () => board.roster(),
    call: (to, skill, input, callOptions) => delegate(wire, { to, skill, input }, callOptions),
    async close() {
      closing.abort();
      for (const { card, session } of board.roster())
        board.remove(card.name, session, "bus closed");
      for (const socket of sockets.clients) socket.close(closeCodes.going, "the hub closes");
      await closed(http, sockets);
    },
  };
}

/** This process, as the agents see it when it calls. */
function callerOf(name: string, { house: { inFlightMax } }: HubLimits, gone: AbortSignal): Caller {
  return { name, standing: "house", allowed: "all", inFlightMax, gone };
}

/** Milliseconds that those who are connected have to go. */
const GOODBYE_MS = 500;

async function closed(http: Server, sockets: WebSocketServer): Promise<void> {
  const stopped = new Promise((resolve) => http.close(resolve));
  const late = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
  }, GOODBYE_MS);
  http.closeIdleConnections();
  await stopped;
  clearTimeout(late);
}

/** @returns the port that was had. @throws Error as node:net does. */
async function listen(http: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, resolve);
  });
  const address = http.address();
  return typeof address === "object" && address ? address.port : port;
}

function cardsOf(board: () => Switchboard, url: string, options: HubOptions): Cards {
  return createCards({
    find: (name) => board().find(name),
    origin: new URL(url.replace(/^ws/, "http")).origin,
    socketUrl: url,
    guestSkills: options.guestSkills ?? ["propose"],
    push: options.push !== undefined,
    front: FRONT,
    keys: options.keys ?? [],
  });
}

function visitorLimits({ house, guest }: HubLimits) {
  const of = ({ inFlightMax, framesPerSecondMax }: HubLimits["house"]) => ({
    inFlightMax,
    requestsPerSecondMax: framesPerSecondMax,
  });
  return { house: of(house), guest: of(guest), heartbeatMs: house.heartbeatMs };
}

function turnAway(stream: Duplex, status: number, reason: string): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n`;
  stream.end(
    `${head}Content-Type: text/plain\r\nContent-Length: ${reason.length}\r\n\r\n${reason}`,
  );
}
