import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNats } from "./install-nats.ts";

/** A real nats-server on loopback, with JetStream on files of its own. */
export type NatsServer = {
  url: string;
  port: number;
  /** Its folder: configuration, and what JetStream keeps. */
  folder: string;
  /** Starts it again after `kill`, with the same port and files. */
  start(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Has it read its configuration anew. */
  reload(): Promise<void>;
  /** Ends it and removes its files. */
  close(): Promise<void>;
};

export type NatsServerOptions = {
  /** More lines of nats.conf: users, TLS. */
  config?: string;
  /** In place of the server's default; the binding asks for 8 MB. */
  maxPayload?: string;
  jetstream?: boolean;
  /** Whether what is acknowledged is on the disk, as in infra/deploy/nats.conf; it is unless told. */
  durable?: boolean;
  program?: string;
  scheme?: "nats" | "tls";
};

const START_MS = 10_000;
const LOOK_EVERY_MS = 20;
const RELOAD_MS = 300;

/** @throws Error when it does not listen within ten seconds, with its last words. */
export async function startNats(options: NatsServerOptions = {}): Promise<NatsServer> {
  const program = options.program ?? (await findNats());
  if (program === null) throw new Error("no nats-server: node infra/sim/install-nats.ts");
  const folder = mkdtempSync(join(tmpdir(), "nightshift-nats-"));
  const port = await freePort();
  writeFileSync(join(folder, "nats.conf"), configOf(folder, port, options));
  let child: ChildProcess | undefined;
  const server: NatsServer = {
    url: `${options.scheme ?? "nats"}://127.0.0.1:${port}`,
    port,
    folder,
    async start() {
      child = await launch(program, folder, port);
    },
    async kill(signal) {
      const running = child;
      child = undefined;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const ended = once(running, "exit");
      running.kill(signal);
      await ended;
    },
    async reload() {
      child?.kill("SIGHUP");
      await new Promise((resolve) => setTimeout(resolve, RELOAD_MS));
    },
    async close() {
      await server.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

function configOf(folder: string, port: number, options: NatsServerOptions): string {
  const { config = "", maxPayload = "8MB", jetstream = true, durable = true } = options;
  const sync = durable ? ", sync_interval: always" : "";
  return [
    `listen: "127.0.0.1:${port}"`,
    `max_payload: ${maxPayload}`,
    jetstream ? `jetstream { store_dir: "${join(folder, "jetstream")}"${sync} }` : "",
    config,
  ].join("\n");
}

async function launch(program: string, folder: string, port: number): Promise<ChildProcess> {
  const args = ["-c", join(folder, "nats.conf")];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => (words = `${words}${chunk.toString()}`.slice(-4_000)));
  for (let waited = 0; waited < START_MS; waited += LOOK_EVERY_MS) {
    if (child.exitCode !== null) throw new Error(`nats-server ended at once: ${words}`);
    if (await answers(port)) return child;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  child.kill("SIGKILL");
  throw new Error(`nats-server does not listen: ${words}`);
}

/** Whether it greets, as it does once JetStream has read its files. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const end = (heard: boolean) => {
      socket.destroy();
      resolve(heard);
    };
    socket.once("data", () => end(true));
    socket.once("error", () => end(false));
    socket.setTimeout(500, () => end(false));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}
