import { randomUUID } from "node:crypto";
import { createServer, STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Bus, Member } from "@nightshift/protocol/bus";
import type { SkillName } from "@nightshift/protocol/skills";
import { WebSocketServer } from "ws";
import type { Caller } from "./caller.ts";
import { delegate } from "./delegate.ts";
import { closeCodes, FRAME_BYTES_MAX } from "./link.ts";
import { createSessions, type Departure, type SessionLimits } from "./sessions.ts";
import { createSwitchboard, localWire } from "./switchboard.ts";
import { checkUpgrade, HUB_PATH, SUBPROTOCOL, type Tokens } from "./upgrade.ts";

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
  /** An agent came, or went, over a socket; those of this process are not told. */
  onJoin?: (member: Member) => void;
  onLeave?: (member: Member, departure: Departure) => void;
};

type HubLimits = SessionLimits & { connectionsMax: number };

const HEARTBEAT_MS = 15_000;
const defaults: HubLimits = {
  house: { inFlightMax: 256, framesPerSecondMax: 2_000, heartbeatMs: HEARTBEAT_MS },
  guest: { inFlightMax: 16, framesPerSecondMax: 200, heartbeatMs: HEARTBEAT_MS },
  connectionsMax: 64,
  joinMs: 5_000,
};

export type Hub = Bus & {
  /** Where agents connect to, `ws://127.0.0.1:…/a2a`. */
  readonly url: string;
};

/**
 * A bus with a door: agents of this process, and agents that come over WebSocket with a token and a
 * card. Resolves when it listens. @throws Error as node:net does when the port cannot be had.
 */
export async function createHub(options: HubOptions): Promise<Hub> {
  const limits = { ...defaults, ...options.limits };
  const { host = "127.0.0.1", port = 0 } = options;
  const http = createServer((_request, response) => response.writeHead(426).end());
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, resolve);
  });
  const address = http.address();
  const bound = typeof address === "object" && address ? address.port : port;
  const url = `ws://${host}:${bound}${HUB_PATH}`;
  const hosts = [...new Set([host, "127.0.0.1", "localhost"])].map((name) => `${name}:${bound}`);
  const board = createSwitchboard();
  const sessions = createSessions(board, url, { ...options, limits });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });

  http.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    const verdict = checkUpgrade(request, { ...options, hosts, origins: options.origins ?? [] });
    if (!verdict.ok) return turnAway(stream, verdict.status, verdict.reason);
    if (sockets.clients.size >= limits.connectionsMax)
      return turnAway(stream, 503, "the hub is full");
    sockets.handleUpgrade(request, stream, head, (socket) =>
      sessions.open(socket, verdict.identity),
    );
  });

  const closing = new AbortController();
  const caller: Caller = {
    name: options.principal,
    standing: "house",
    allowed: "all",
    inFlightMax: limits.house.inFlightMax,
    gone: closing.signal,
  };
  const wire = localWire(board, caller);

  return {
    url,
    async join(peer) {
      const url = `nightshift:${peer.card.name}`;
      board.add(peer, { standing: "house", session: randomUUID(), binding: "in-process", url });
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
      const stopped = new Promise((resolve) => http.close(resolve));
      const late = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), 500);
      http.closeIdleConnections();
      await stopped;
      clearTimeout(late);
    },
  };
}

function turnAway(stream: Duplex, status: number, reason: string): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n`;
  stream.end(
    `${head}Content-Type: text/plain\r\nContent-Length: ${reason.length}\r\n\r\n${reason}`,
  );
}
