import { BadInput, Unavailable } from "@nightshift/protocol/errors";
import { inboxPrefix } from "@nightshift/protocol/subjects";
import { connect, errors, nkeyAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { setTimeout as sleep } from "node:timers/promises";
import { mustServe } from "./server-version.ts";

export type BrokerOptions = {
  /** `nats://host:port`, or `tls://host:port`; plain only on this machine. */
  url: string;
  /** Who this connection is, as its keys and their permissions say. */
  principal: string;
  /** The seed of its nkey; none where the broker asks for none, which only one of this machine may. */
  seed?: Uint8Array | undefined;
  /** Who vouches for the broker's certificate; the system's own list where it is left out. */
  caFile?: string | undefined;
  /** How often a broker that is not there is tried before it is given up. */
  triesMax?: number;
};

/** A connection to the broker, kept over its restarts. */
export type Broker = {
  readonly nc: NatsConnection;
  /** False while the broker is away: nothing is heard then, and silence means nothing. */
  readonly connected: () => boolean;
  /** Called after each time the broker was away, once everything is subscribed again. */
  onReturn(listener: () => void): void;
  close(): Promise<void>;
};

const DIAL_MS = 5_000;
const TRIES_MAX = 8;
const PAUSE_MS = 250;
const PAUSE_MS_MAX = 4_000;
const PING_MS = 10_000;

/**
 * Connects, and looks whether the broker is one that will do.
 * @throws BadInput for an address, a key, a version or a limit that will not do, with what mends it.
 * @throws Unavailable when nobody answers in as many tries as there are.
 */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const address = readAddress(options.url);
  const nc = await reach(options, address);
  try {
    mustServe(nc.info, { ...address, url: options.url });
  } catch (error) {
    await nc.close();
    throw error;
  }
  return keep(nc);
}

function keep(nc: NatsConnection): Broker {
  const listeners: (() => void)[] = [];
  let connected = true;
  void (async () => {
    for await (const { type } of nc.status()) {
      if (type === "disconnect") connected = false;
      if (type !== "reconnect") continue;
      connected = true;
      for (const listener of listeners) listener();
    }
  })();
  return {
    nc,
    connected: () => connected && !nc.isClosed(),
    onReturn: (listener) => void listeners.push(listener),
    close: () => nc.close(),
  };
}

type Address = { host: string; isLocal: boolean; isSecret: boolean };

function readAddress(url: string): Address {
  const parsed = URL.parse(url);
  const isSecret = parsed?.protocol === "tls:";
  if (!parsed || !parsed.hostname || (!isSecret && parsed.protocol !== "nats:")) {
    throw new BadInput("not the address of a broker", url, "give nats://127.0.0.1:4222");
  }
  if (parsed.username || parsed.password) {
    const mend = "nightshift agents keys <name> makes a key";
    throw new BadInput("a password does not belong into an address", "--bus", mend);
  }
  const name = parsed.hostname.replaceAll(/^\[|\]$/g, "");
  const isLocal = name === "localhost" || name === "::1" || /^127\.\d+\.\d+\.\d+$/.test(name);
  if (!isLocal && !isSecret) {
    throw new BadInput("another machine is spoken to in secret", url, `give tls://${parsed.host}`);
  }
  return { host: `${parsed.hostname}:${parsed.port || "4222"}`, isLocal, isSecret };
}

async function reach(options: BrokerOptions, { host, isSecret }: Address): Promise<NatsConnection> {
  const { principal, seed, caFile, url, triesMax = TRIES_MAX } = options;
  let last: unknown;
  for (let tried = 0; tried < triesMax; tried += 1) {
    if (tried > 0) await sleep(Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** tried));
    try {
      return await connect({
        servers: host,
        name: principal,
        inboxPrefix: inboxPrefix(principal),
        timeout: DIAL_MS,
        pingInterval: PING_MS,
        maxPingOut: 2,
        // A broker that is away comes back, or the process is ended from outside.
        maxReconnectAttempts: -1,
        reconnectTimeWait: PAUSE_MS,
        ignoreClusterUpdates: true,
        ...(seed && { authenticator: nkeyAuthenticator(seed) }),
        ...(isSecret && { tls: caFile === undefined ? {} : { caFile } }),
      });
    } catch (error) {
      if (isAboutKeys(error)) {
        const mend = `nightshift agents keys ${principal}, then reload the broker`;
        throw new BadInput(`the broker does not know this key of ${principal}`, url, mend);
      }
      last = error;
    }
  }
  throw new Unavailable(`the broker at ${url} does not answer`, { cause: last });
}

function isAboutKeys(error: unknown): boolean {
  if (error instanceof errors.AuthorizationError) return true;
  return error instanceof Error && error.cause instanceof errors.AuthorizationError;
}
