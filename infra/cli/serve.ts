import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { once } from "node:events";
import { BadInput } from "@nightshift/protocol/errors";
import { readPlaces } from "../config/places.ts";
import type { Paths } from "../config/paths.ts";
import { logFile } from "../log/place.ts";
import type { Gateway, GatewayOptions } from "../log/gateway/gateway.ts";
import { GrantFile } from "../log/gateway/grants.ts";
import { gatewayFiles } from "../log/gateway/files.ts";
import { EXIT, printJson, tell, verb } from "./terminal.ts";

type Options = {
  esdbPort: number;
  host: string;
  cert?: string;
  key?: string;
  insecure?: boolean;
  attached?: boolean;
  json?: boolean;
};

/** `nightshift serve`: the log for EventStoreDB clients of any language, until Ctrl-C. */
export function serve(options: Options) {
  return verb(async () => {
    const { paths } = await readPlaces(process.env);
    const gateway = await open(paths, options);
    const { grants: path } = gatewayFiles(paths.gateway);
    const { host } = options;
    const at = `${host.includes(":") ? `[${host}]` : host}:${gateway.port}`;
    if (options.json) printJson({ host, port: gateway.port, tls: !options.insecure });
    tell("good", `The log is served at ${at}, for EventStoreDB and KurrentDB clients.`);
    if (new GrantFile(path).list().length === 0) {
      tell("ask", "Nobody may use it yet: nightshift log grant <name> --role house");
    }
    tell("plain", "Ctrl-C ends it.");
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), lostStarter(options)]);
    await gateway.close();
    // Open, it would keep this process.
    if (options.attached) process.stdin.destroy();
    return EXIT.ok;
  });
}

async function open(paths: Paths, options: Options): Promise<Gateway> {
  const { host, esdbPort: port } = options;
  mustBeSafe(options);
  // Only who serves waits for gRPC.
  const { openGateway } = await import("../log/gateway/gateway.ts");
  const { grants } = gatewayFiles(paths.gateway);
  const tls = await certificateOf(paths, options);
  return openGateway({ log: logFile(paths.log), grants, host, port, tls });
}

/** @throws BadInput for a host that others reach and that nobody said how to protect. */
function mustBeSafe({ host, cert, key, insecure }: Options): void {
  if ((cert === undefined) !== (key === undefined)) {
    throw new BadInput("a certificate and its key belong together", "--cert, --key", "give both");
  }
  if (cert !== undefined && insecure) {
    throw new BadInput("with a certificate or without?", "--insecure", "leave one of them out");
  }
  if (isLoopback(host) || cert !== undefined || insecure) return;
  throw new BadInput(
    "others can reach this address",
    `--host ${host}`,
    "add --cert <file> --key <file>; or --insecure, and everybody on the way reads along",
  );
}

async function certificateOf(paths: Paths, options: Options): Promise<GatewayOptions["tls"]> {
  const { host, cert, key, insecure } = options;
  if (insecure) return null;
  if (cert === undefined || key === undefined) {
    const { ownCertificate } = await import("../log/gateway/certificate.ts");
    return ownCertificate(paths.gateway, host, Date.now());
  }
  return { certificate: fileIn(cert, "--cert"), key: fileIn(key, "--key") };
}

function fileIn(path: string, option: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new BadInput("the file cannot be read", `${option} ${path}`, `ls -l ${path}`, { cause });
  }
}

function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  const family = isIP(host);
  if (family === 0) return false;
  const loopback = new BlockList();
  loopback.addSubnet("127.0.0.0", 8, "ipv4");
  loopback.addAddress("::1", "ipv6");
  return loopback.check(host, family === 4 ? "ipv4" : "ipv6");
}

/** A gateway that another program started ends when that one does; at a terminal it never does. */
function lostStarter({ attached = false }: Options): Promise<unknown> {
  if (!attached) return new Promise(() => {});
  process.stdin.resume();
  return once(process.stdin, "close");
}
