import { connect, isIP } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { checkedLookup, isPrivate } from "../../../bus/http/addresses.ts";
import { isLoopback } from "./allow-list.ts";

const CONNECT_MS = 30_000;
const ANSWER_BYTES_MAX = 16_384;

/** A place that a program asked for, after the list allowed it. */
export type Target = {
  host: string;
  port: number;
  /** Whether it may be an address of a private network. */
  mayBePrivate: boolean;
};

/**
 * Connects to a place, by the director's own proxy where the environment names one. A name is
 * looked up once, here, and what was checked is what is connected to (DNS rebinding). The address
 * at which a cloud tells a machine its keys is reached under no name.
 */
export function dial(target: Target, proxy: URL | null): Promise<Socket> {
  if (proxy && !isLoopback(target.host)) return throughProxy(target, proxy);
  if (isIP(target.host) !== 0 && isRefused(target.host, target)) return Promise.reject(refused());
  const { host, port, mayBePrivate } = target;
  const socket = connect({
    host,
    port,
    lookup: (name, options, done) =>
      checkedLookup(name, () => mayBePrivate)(name, options, (error, found, family) => {
        const addresses = typeof found === "string" ? [found] : found.map(({ address }) => address);
        if (!error && addresses.some((address) => isRefused(address, target)))
          return done(refused(), "", 0);
        return done(error, found, family);
      }),
  });
  return opened(socket, "connect");
}

/** Link-local addresses serve credentials to whoever asks from inside a machine. */
const METADATA = /^(?:169\.254\.|fe80:|fd00:ec2:|100\.100\.100\.200$)/i;

function isRefused(address: string, { host, mayBePrivate }: Target): boolean {
  if (METADATA.test(address)) return true;
  const own = address.startsWith("127.") || address === "::1" || address === "0.0.0.0";
  // Only who says loopback means it: another name for it is a trick, or a mistake.
  if (own) return !isLoopback(host);
  return !mayBePrivate && isPrivate(address);
}

function refused(): Error {
  return new Error("the name leads to an address that is not for programs");
}

async function throughProxy({ host, port }: Target, proxy: URL): Promise<Socket> {
  const isTls = proxy.protocol === "https:";
  const at = { host: proxy.hostname, port: Number(proxy.port) || (isTls ? 443 : 80) };
  const socket = isTls ? connectTls({ ...at, servername: at.host }) : connect(at);
  await opened(socket, isTls ? "secureConnect" : "connect");
  const place = isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
  const pass = [proxy.username, proxy.password].map(decodeURIComponent).join(":");
  const basic = Buffer.from(pass).toString("base64");
  const authorization = pass === ":" ? "" : `Proxy-Authorization: Basic ${basic}\r\n`;
  socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${authorization}\r\n`);
  const head = await answer(socket);
  if (/^HTTP\/1\.[01] 2\d\d /.test(head)) return socket;
  socket.destroy();
  throw new Error(`the director's proxy answered: ${head.split("\r\n")[0]?.slice(0, 100)}`);
}

function opened(socket: Socket, event: "connect" | "secureConnect"): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error("no connection in time")));
    socket.once("error", reject);
    socket.once(event, () => {
      socket.setTimeout(0);
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

/** The head of an answer; what comes after it belongs to the tunnel and is put back. */
function answer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const timer = setTimeout(() => socket.destroy(new Error("no answer in time")), CONNECT_MS);
    const done = (finish: () => void) => {
      clearTimeout(timer);
      socket.off("data", take).off("error", failed).off("close", closed);
      finish();
    };
    const failed = (error: Error) => done(() => reject(error));
    const closed = () => done(() => reject(new Error("the director's proxy hung up")));
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0 && bytes.length > ANSWER_BYTES_MAX) return closed();
      if (end < 0) return;
      socket.pause();
      done(() => {
        const rest = bytes.subarray(end + 4);
        if (rest.length > 0) socket.unshift(rest);
        resolve(bytes.subarray(0, end).toString("latin1"));
      });
    };
    socket.on("data", take).on("error", failed).on("close", closed);
  });
}
