import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { EventStoreDBClient, jsonEvent } from "@eventstore/db-client";
import { startGateway } from "../gateway/gateway-process.ts";
import { median, type Benchmark } from "./ratio.ts";

const RUNS = 5;
const IN_FLIGHT = 64;
const APPENDS_EACH = 40;
const NOTE_CHARS = 300;
/** Of what the same client gets from a server that keeps nothing. */
const ECHO_SHARE_MIN = 0.6;

/**
 * Appends of an unmodified client through the gateway, each durable before it is answered, against a
 * gRPC server that decodes the same calls and answers at once.
 */
export async function logGateway(): Promise<Benchmark> {
  const gateway = await startGateway();
  gateway.grant("house", "house");
  const where = gateway.where("esdb", "house");
  const echo = await startEcho(gateway.folder);
  const clients = {
    gateway: EventStoreDBClient.connectionString(where),
    echo: EventStoreDBClient.connectionString(where.replace(/:\d+\?/, `:${echo.port}?`)),
  };
  try {
    await rate(clients.gateway);
    await rate(clients.echo);
    const rates: { gateway: number[]; echo: number[] } = { gateway: [], echo: [] };
    for (let run = 0; run < RUNS; run += 1) {
      rates.echo.push(await rate(clients.echo));
      rates.gateway.push(await rate(clients.gateway));
    }
    const [ours, theirs] = [median(rates.gateway), median(rates.echo)];
    const what = `appends at the gateway, ${IN_FLIGHT} in flight`;
    return [
      { what, value: ours, unit: "a second", limit: null },
      { what: "the same at a gRPC echo", value: theirs, unit: "a second", limit: null },
      {
        what: "gateway / echo",
        value: ours / theirs,
        unit: "times",
        limit: ECHO_SHARE_MIN,
        atLeast: true,
      },
    ];
  } finally {
    await Promise.all([clients.gateway.dispose(), clients.echo.dispose()]);
    echo.child.kill("SIGTERM");
    await gateway.stop();
  }
}

/** @returns appends a second of one client with so many in flight, each in a stream of its own. */
async function rate(client: EventStoreDBClient): Promise<number> {
  const note = "n".repeat(NOTE_CHARS);
  const start = performance.now();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      const stream = `call-${randomUUID()}`;
      for (let n = 0; n < APPENDS_EACH; n += 1) {
        const expectedRevision = n === 0 ? "no_stream" : BigInt(n - 1);
        const metadata = { atMs: "1795000000000", actor: "bench", hash: "0".repeat(64) };
        const data = { type: "call.working", note };
        const event = jsonEvent({ type: "call.working", data, metadata });
        await client.appendToStream(stream, event, { expectedRevision });
      }
    }),
  );
  return (IN_FLIGHT * APPENDS_EACH * 1_000) / (performance.now() - start);
}

/** Answers each append of a batch as if it had been written, after decoding it. */
const ECHO = `
  import { readFileSync } from "node:fs";
  import { Server, ServerCredentials } from "@grpc/grpc-js";
  import { loadServices, serveFeatures } from "@nightshift/infra/log/gateway/services";
  const folder = process.argv[1];
  const file = (name) => readFileSync(folder + "/gateway/" + name);
  const { streams, features } = loadServices();
  const server = new Server({ "grpc.max_receive_message_length": 17 << 20 });
  let position = 0;
  server.addService(streams, {
    read: (call) => call.end(),
    append: (call, answer) => call.on("data", () => {}).on("end", () => answer(null, {})),
    batchAppend: (call) => {
      call.on("data", ({ correlationId, options, isFinal }) => {
        if (!isFinal) return;
        position += 1;
        const place = { commitPosition: String(position), preparePosition: String(position) };
        const { streamIdentifier } = options;
        call.write({ correlationId, streamIdentifier, success: { currentRevision: 0, position: place } });
      });
      call.on("end", () => call.end());
    },
  });
  server.addService(features, { getSupportedMethods: serveFeatures([streams, features]) });
  const pair = { cert_chain: file("certificate.pem"), private_key: file("key.pem") };
  server.bindAsync("127.0.0.1:0", ServerCredentials.createSsl(null, [pair]), (_, port) => console.log(port));
  process.stdin.on("end", () => process.exit(0)).resume();
`;

async function startEcho(folder: string): Promise<{ child: ChildProcess; port: number }> {
  const args = ["--input-type=module-typescript", "--eval", ECHO, folder];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), "line");
  return { child, port: Number(line) };
}
