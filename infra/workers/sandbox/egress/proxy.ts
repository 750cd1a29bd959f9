import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { ListenOptions, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { allowList } from "./allow-list.ts";
import { dial } from "./dial.ts";
import type { Target } from "./dial.ts";
import { upstreamFor } from "./upstream.ts";

const CONNECTIONS_MAX = 128;
/** Connections to hosts, those that are being made included: one client may ask for many. */
const WAYS_MAX = 128;
const HEADER_BYTES_MAX = 32 * 1024;
const HEAD_MS = 10_000;
/** A model may think this long before a byte. */
const IDLE_MS = 1_800_000;
/** Of one run, both ways together; a night's worth of prompts is a tenth of it. */
const BYTES_MAX = 8 * 1024 ** 3;
const REFUSED_MAX = 50;
const NAME_CHARS_MAX = 200;
/** A socket's path has a place of 108 bytes in the kernel. */
const SOCKET_PATH_MAX = 100;

export type Egress = {
  /** Path of the socket on which it listens, unless on loopback, in a folder of its own that only we may enter. */
  socket: string;
  folder: string;
  /** Where it listens on loopback instead, for sandboxes without a network of their own. */
  port: number | null;
  loopbackPorts: readonly number[];
  /** Hosts that were asked for and refused, each once, in the order they were asked for. */
  refused(): readonly string[];
  close(): Promise<void>;
};

/**
 * The one way out of a sandbox: an HTTP proxy on a socket that is laid into it, which connects to
 * the hosts of a list and to nothing else. Names are looked up here, never inside.
 * @param environment Where the director's own proxy is named, with the password that stays here.
 */
export async function openEgress(
  hosts: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { onLoopback = false } = {},
): Promise<Egress> {
  const list = allowList(hosts);
  const refused = new Set<string>();
  const sockets = new Set<Duplex>();
  const traffic = meter(sockets);
  /** Null where the list does not have it; that is written down, for the director to see. */
  const targetOf = (host: string, port: number): Target | null => {
    const { verdict } = list.rule(host, port);
    if (verdict !== "refused") return { host, port, mayBePrivate: verdict === "named" };
    const name = `${host}:${port}`.slice(0, NAME_CHARS_MAX).replaceAll(/[^\x21-\x7e]/g, "?");
    if (refused.size < REFUSED_MAX) refused.add(name);
    return null;
  };

  let ways = 0;
  const open: Open = async (target, near) => {
    if (ways >= WAYS_MAX) return null;
    ways += 1;
    const far = await dial(target, upstreamFor(target, environment)).catch(() => null);
    if (far)
      track(
        sockets,
        far.once("close", () => (ways -= 1)),
      );
    else ways -= 1;
    // Whoever hung up meanwhile is not told, and would leave it open for as long as it is idle.
    if (near.destroyed) far?.destroy();
    return near.destroyed ? null : far;
  };
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: HEAD_MS });
  server.maxConnections = CONNECTIONS_MAX;
  server.on("connection", (socket) => track(sockets, socket));
  server.on("connect", (asked: IncomingMessage, socket: Duplex, head: Buffer) => {
    const place = placeOf(`http://${asked.url ?? ""}`, 443);
    const target = place && targetOf(place.host, place.port);
    if (target) void tunnel({ target, socket, head, open, traffic });
    else deny(socket);
  });
  server.on("request", (asked, answer) => {
    const place = placeOf(asked.url ?? "", 80);
    const target = place && targetOf(place.host, place.port);
    if (place && target) void pass({ asked, answer, target, path: place.path, open, traffic });
    else answer.writeHead(403).end(DENIED);
  });

  const folder = await socketFolder();
  const socket = join(folder, "out");
  await listening(server, onLoopback ? { port: 0, host: "127.0.0.1" } : { path: socket });
  const address = server.address();
  return {
    socket,
    folder,
    port: typeof address === "object" && address ? address.port : null,
    loopbackPorts: list.loopbackPorts,
    refused: () => [...refused],
    async close() {
      for (const open of sockets) open.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listening(server: Server, place: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(place, resolve);
  });
}

const DENIED = "this host is not for programs in the sandbox; the director's settings name hosts\n";

function deny(socket: Duplex): void {
  const size = Buffer.byteLength(DENIED);
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n${DENIED}`,
  );
}

type Place = { host: string; port: number; path: string };

function placeOf(address: string, port: number): Place | null {
  const url = URL.parse(address);
  if (url === null || url.protocol !== "http:" || url.hostname === "") return null;
  const host = url.hostname.replaceAll(/^\[|\]$/g, "");
  // The standard leaves a port away that is the protocol's own.
  const named = /^http:\/\/[^/]*:80(?:\/|$)/.test(address) ? 80 : port;
  return {
    host,
    port: url.port === "" ? named : Number(url.port),
    path: url.pathname + url.search,
  };
}

/** Connects to a place that is allowed; null where nothing answers there, or nobody asks any more. */
type Open = (target: Target, near: { readonly destroyed: boolean }) => Promise<Socket | null>;

type Tunnel = { target: Target; socket: Duplex; head: Buffer; open: Open; traffic: Traffic };

async function tunnel({ target, socket, head, open, traffic }: Tunnel): Promise<void> {
  const far = await open(target, socket);
  if (far === null) return void socket.end("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n");
  socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
  if (head.length > 0) far.write(head);
  far.setTimeout(IDLE_MS, () => far.destroy());
  socket.on("data", traffic.count);
  far.on("data", traffic.count);
  socket.pipe(far);
  far.pipe(socket);
  socket.once("close", () => far.destroy());
  far.once("close", () => socket.destroy());
}

type Passing = {
  asked: IncomingMessage;
  answer: ServerResponse;
  target: Target;
  path: string;
  open: Open;
  traffic: Traffic;
};

/** Plain HTTP, request by request: whoever keeps a connection may ask for another host on it. */
async function pass({ asked, answer, target, path, open, traffic }: Passing): Promise<void> {
  const far = await open(target, answer);
  if (far === null) return void answer.writeHead(502).end();
  const { "proxy-connection": _, "proxy-authorization": __, ...headers } = asked.headers;
  const forward = request({
    createConnection: () => far,
    method: asked.method,
    path,
    headers: { ...headers, connection: "close" },
  });
  const end = () => {
    far.destroy();
    answer.destroy();
  };
  forward.setTimeout(IDLE_MS, end);
  forward.on("response", (response) => {
    const { connection: _c, "keep-alive": _k, "transfer-encoding": _t, ...told } = response.headers;
    answer.writeHead(response.statusCode ?? 502, told);
    response.on("data", traffic.count).on("error", end);
    response.pipe(answer);
  });
  forward.on("error", end);
  asked.on("data", traffic.count).on("error", end);
  answer.on("close", () => far.destroy());
  asked.pipe(forward);
}

type Traffic = { count: (chunk: Buffer) => void };

function meter(sockets: ReadonlySet<Duplex>): Traffic {
  let bytes = 0;
  return {
    count(chunk) {
      bytes += chunk.length;
      if (bytes > BYTES_MAX) for (const socket of sockets) socket.destroy();
    },
  };
}

function track(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket);
  socket.on("error", () => socket.destroy());
  socket.once("close", () => sockets.delete(socket));
}

async function socketFolder(): Promise<string> {
  const name = "nightshift-out-";
  const short = join(tmpdir(), `${name}000000`, "out").length <= SOCKET_PATH_MAX;
  const folder = await mkdtemp(join(short ? tmpdir() : "/tmp", name));
  await chmod(folder, 0o700);
  return folder;
}
