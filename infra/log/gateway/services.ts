import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { sendUnaryData, ServerUnaryCall, ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const FILES = ["streams.proto", "persistent.proto", "features.proto", "gossip.proto"];
/** What an official client believes of a server that serves what the gateway does. */
const SERVER_VERSION = "24.10.0";

type Service = "streams" | "persistent" | "features" | "gossip";

/** The services as the `.proto` files beside this one have them. */
export function loadServices(): Record<Service, ServiceDefinition> {
  const loaded = loadSync(FILES, {
    includeDirs: [fileURLToPath(new URL("protocol", import.meta.url))],
    // Numbers of 64 bits do not fit a JavaScript number; they are read as text.
    longs: String,
    enums: String,
    bytes: Buffer,
    oneofs: true,
  });
  const service = (name: string): ServiceDefinition => {
    const found = loaded[`event_store.client.${name}`];
    if (!found || "format" in found) throw new Error(`no service ${name} in the protocol`);
    return found;
  };
  return {
    streams: service("streams.Streams"),
    persistent: service("persistent_subscriptions.PersistentSubscriptions"),
    features: service("server_features.ServerFeatures"),
    gossip: service("gossip.Gossip"),
  };
}

type Unary = (call: ServerUnaryCall<unknown, object>, answer: sendUnaryData<object>) => void;

/** Tells a client what it may call here; asked before it has said who it is. */
export function serveFeatures(services: readonly ServiceDefinition[]): Unary {
  const methods = services.flatMap((service) =>
    Object.values(service).map(({ path }) => {
      const [, serviceName = "", methodName = ""] = path.toLowerCase().split("/");
      return { serviceName, methodName, features: ["stream", "all"] };
    }),
  );
  const supported = { eventStoreServerVersion: SERVER_VERSION, methods };
  return (_call, answer) => answer(null, supported);
}

/** A cluster of one, for clients that look for the leader first. */
export function serveGossip(endPoint: () => { address: string; port: number }, now: () => number) {
  const instanceId = { string: randomUUID() };
  const member = () => ({
    instanceId,
    timeStamp: String(now()),
    state: "Leader",
    isAlive: true,
    httpEndPoint: endPoint(),
  });
  const serve: Unary = (_call, answer) => answer(null, { members: [member()] });
  return serve;
}
