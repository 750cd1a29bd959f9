import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { constants } from "node:os";

/**
 * Runs inside a sandbox, before the program: makes the socket that was laid into it reachable as
 * a proxy on the sandbox's own loopback, and the ports of the host's loopback that are allowed as
 * if they were its own, for programs that ask no proxy there. It decides nothing: whoever ends or
 * replaces it has no network.
 * Arguments: path of the socket, port of the proxy, ports of the host's loopback, then the program.
 */
const [socketPath = "", proxyPort = "", ports = "", program = "", ...args] = process.argv.slice(2);
const CONNECTIONS_MAX = 256;
const ANSWER_BYTES_MAX = 4_096;

await listen(Number(proxyPort), (near) => {
  const far = joined(near);
  near.pipe(far).pipe(near);
});
for (const port of ports.split(",").filter((text) => text !== "")) {
  await listen(Number(port), (near) => tunnel(near, port));
}
const child = spawn(program, args, { stdio: "inherit" });
child.once("error", () => process.exit(127));
child.once("exit", (code, signal) => {
  process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
});

/** A port that only the host's root may take is reached by the proxy alone. */
function listen(port: number, serve: (near: Socket) => void): Promise<void> {
  return new Promise((resolve) => {
    const server = createServer({ allowHalfOpen: true }, serve);
    server.maxConnections = CONNECTIONS_MAX;
    server.once("error", () => resolve());
    server.listen(port, "127.0.0.1", resolve);
    server.unref();
  });
}

/** A connection to the house that ends with this one. */
function joined(near: Socket): Socket {
  const far = connect({ path: socketPath, allowHalfOpen: true });
  const end = () => {
    near.destroy();
    far.destroy();
  };
  near.on("error", end).on("close", end);
  far.on("error", end).on("close", end);
  return far;
}

function tunnel(near: Socket, port: string): void {
  const far = joined(near);
  let head = Buffer.alloc(0);
  const onHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0 && head.length <= ANSWER_BYTES_MAX) return;
    far.off("data", onHead);
    if (!head.toString("latin1").startsWith("HTTP/1.1 200 ")) return void near.destroy();
    near.write(head.subarray(end + 4));
    far.pipe(near);
    near.pipe(far);
  };
  far.on("data", onHead);
  far.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
}
