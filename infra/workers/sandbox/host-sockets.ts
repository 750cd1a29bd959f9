import { readFileSync } from "node:fs";

const SOCKETS_MAX = 200;

/**
 * Sockets of this machine's services that have a place in the file system: whoever may open such a
 * file talks to its service, read-only mounts or not. Those without a place (abstract ones) belong
 * to the network, which is another one inside.
 * @param table As `/proc/net/unix` has it; empty where there is no such table.
 */
export function hostSockets(table: string = readTable()): string[] {
  const paths = table
    .split("\n")
    .slice(1)
    .map((line) => /^(?:\S+\s+){7}(\/.*)$/.exec(line)?.[1])
    .filter((path) => path !== undefined);
  return [...new Set(paths)].slice(0, SOCKETS_MAX);
}

function readTable(): string {
  try {
    return readFileSync("/proc/net/unix", "utf8");
  } catch {
    return "";
  }
}
