import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Unavailable } from "@nightshift/protocol/errors";
import { openLog } from "../sqlite/store.ts";
import { serveAppend } from "./append.ts";
import { serveBatchAppend } from "./batch-append.ts";
import { Bell } from "./bell.ts";
import { serveDelete, serveTombstone } from "./deletion.ts";
import { openForeign, type Foreign } from "./foreign/foreign.ts";
import { GrantFile } from "./grants.ts";
import { groupCalls } from "./groups/calls.ts";
import { Groups } from "./groups/groups.ts";
import { serveSubscriber } from "./groups/subscriber-call.ts";
import {
  CALLS_PER_CONNECTION_MAX,
  MESSAGE_BYTES_MAX,
  READS_MAX,
  SLOW_READER_MS,
  SUBSCRIPTIONS_MAX,
} from "./limits.ts";
import { RawLog } from "./raw-log.ts";
import { serveRead } from "./read.ts";
import { loadServices, serveFeatures, serveGossip } from "./services.ts";
import { Turnstile } from "./turnstile.ts";
import { Writer } from "./writer.ts";

/** What every call of the gateway works with. */
export type GatewayContext = {
  log: RawLog;
  writer: Writer;
  grants: GrantFile;
  foreign: Foreign;
  bell: Bell;
  reads: Turnstile;
  subscriptions: Turnstile;
  now: () => number;
  slowReaderMs: number;
};

export type GatewayOptions = {
  /** Path of the embedded log; made where there is none. */
  log: string;
  /** Path of the file with the grants. */
  grants: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** PEM of certificate and key; null speaks without TLS. */
  tls: { certificate: Buffer; key: Buffer } | null;
  /** Milliseconds a reader may leave what it was sent lying; `SLOW_READER_MS` where left out. */
  slowReaderMs?: number;
};

/** Milliseconds that calls are given to end by themselves when the gateway closes. */
const CLOSE_MS = 1_000;

export type Gateway = { port: number; close(): Promise<void> };

/**
 * Serves an embedded log over the gRPC protocol of EventStoreDB, for its clients in any language.
 * @throws BadInput for a log or a file of grants that cannot be used.
 * @throws Unavailable when the port cannot be had.
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const store = await openLog(options.log, { writer: "thread" });
  const now = () => Date.now();
  const foreign = await orClose(store, () => openForeign(options.log, now));
  const log = new RawLog(options.log);
  const context: GatewayContext = {
    log,
    writer: new Writer(store, log, foreign.writer),
    foreign,
    grants: new GrantFile(options.grants),
    bell: new Bell(store),
    reads: new Turnstile(READS_MAX, "reads"),
    subscriptions: new Turnstile(SUBSCRIPTIONS_MAX, "subscriptions"),
    now,
    slowReaderMs: options.slowReaderMs ?? SLOW_READER_MS,
  };
  const server = new Server({
    "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
    "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
    "grpc.max_concurrent_streams": CALLS_PER_CONNECTION_MAX,
  });
  let port = options.port;
  // TLS knows no addresses as names: a client of this machine is sent to its name.
  const address = ["127.0.0.1", "::1"].includes(options.host) ? "localhost" : options.host;
  const groups = new Groups(context);
  addServices(server, context, groups, () => ({ address, port }));
  const close = async () => {
    groups.close();
    await shutDown(server);
    log.close();
    foreign.close();
    await store.close();
  };
  try {
    port = await bind(server, options);
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}

/** What cannot be opened beside an open log leaves nothing open. */
async function orClose<Opened>(store: { close(): Promise<void> }, open: () => Opened) {
  try {
    return open();
  } catch (error) {
    await store.close();
    throw error;
  }
}

function addServices(
  server: Server,
  context: GatewayContext,
  groups: Groups,
  endPoint: () => { address: string; port: number },
): void {
  const { streams, persistent, features, gossip } = loadServices();
  server.addService(streams, {
    read: serveRead(context),
    append: serveAppend(context),
    batchAppend: serveBatchAppend(context),
    delete: serveDelete(context),
    tombstone: serveTombstone(context),
  });
  server.addService(persistent, {
    ...groupCalls(context, groups),
    read: serveSubscriber(context, groups),
  });
  server.addService(features, {
    getSupportedMethods: serveFeatures([streams, persistent, features, gossip]),
  });
  server.addService(gossip, { read: serveGossip(endPoint, context.now) });
}

function bind(server: Server, { host, port, tls }: GatewayOptions): Promise<number> {
  const credentials = tls
    ? ServerCredentials.createSsl(null, [{ cert_chain: tls.certificate, private_key: tls.key }])
    : ServerCredentials.createInsecure();
  const place = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(place, credentials, (cause, bound) => {
      if (cause) reject(new Unavailable(`cannot listen on ${place}: ${cause.message}`, { cause }));
      else resolve(bound);
    });
  });
}

function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.forceShutdown(), CLOSE_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
