import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { GrantFile, type Role } from "@nightshift/infra/log/gateway/grants";

/** A gateway as its own process, as `nightshift serve` starts it, over a log of its own. */
export type GatewayProcess = {
  folder: string;
  log: string;
  port: number;
  /** A connection string for a name that was granted something; null for nobody. */
  where(scheme: "esdb" | "kurrentdb", name: string | null): string;
  grant(name: string, role: Role, ...streams: string[]): void;
  revoke(name: string): void;
  /** As a power cut would end it. */
  kill(): Promise<void>;
  /** As Ctrl-C would end it. */
  end(): Promise<void>;
  /** The same log at the same port once more. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Memory that the process has resident now, in bytes. */
  residentBytes(): number;
};

const SCRIPT = `
  import { openGateway } from "@nightshift/infra/log/gateway/gateway";
  import { ownCertificate } from "@nightshift/infra/log/gateway/certificate";
  const [folder, log, port, insecure, slow] = process.argv.slice(1);
  const slowReaderMs = Number(slow);
  const tls = insecure === "insecure" ? null : ownCertificate(folder + "/gateway", "127.0.0.1", Date.now());
  const options = { log, grants: folder + "/grants.json", host: "127.0.0.1", port: Number(port), tls, slowReaderMs };
  const gateway = await openGateway(options);
  console.log(gateway.port);
  process.on("SIGTERM", () => void gateway.close().then(() => process.exit(0)));
  process.stdin.on("end", () => process.exit(0)).resume();
`;

export async function startGateway({
  insecure = false,
  slowReaderMs = 30_000,
} = {}): Promise<GatewayProcess> {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-gateway-"));
  const log = join(folder, "log.sqlite");
  const grants = new GrantFile(join(folder, "grants.json"));
  const passwords = new Map<string, string>();
  const how = [insecure ? "insecure" : "tls", String(slowReaderMs)];
  let running = await spawnGateway(folder, log, 0, how);
  const { port } = running;
  const end = async (signal: NodeJS.Signals) => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  return {
    folder,
    log,
    port,
    where(scheme, name) {
      const who = name === null ? "" : `${name}:${passwords.get(name) ?? "wrong"}@`;
      const how = insecure ? "tls=false" : `tlsCAFile=${join(folder, "gateway", "authority.pem")}`;
      return `${scheme}://${who}localhost:${port}?${how}`;
    },
    grant: (name, role, ...streams) => void passwords.set(name, grants.give(name, role, streams)),
    revoke: (name) => void grants.takeBack(name),
    kill: () => end("SIGKILL"),
    end: () => end("SIGTERM"),
    async restart() {
      running = await spawnGateway(folder, log, port, how);
    },
    residentBytes() {
      const status = readFileSync(`/proc/${running.child.pid}/status`, "utf8");
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
    },
    async stop() {
      await end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function spawnGateway(
  folder: string,
  log: string,
  port: number,
  how: readonly string[],
): Promise<{ child: ChildProcess; port: number }> {
  const args = ["--input-type=module-typescript", "--eval", SCRIPT, folder, log, String(port)];
  const child = spawn(process.execPath, [...args, ...how], {
    cwd: import.meta.dirname,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [line]: unknown[] = await Promise.race([
    once(lines, "line"),
    once(child, "exit").then(() => {
      throw new Error("the gateway did not start");
    }),
  ]);
  return { child, port: Number(line) };
}
