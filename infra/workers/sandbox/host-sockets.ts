import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";

/** Each takes a mount, and a mount some microseconds; a busy desktop shows some dozens. */
const SOCKETS_MAX = 1_000;

/**
 * Sockets of this machine's services that have a place in the file system: whoever may open such a
 * file talks to its service, read-only mounts or not. Those without a place (abstract ones) belong
 * to the network, which is another one inside.
 * @param isHidden Whether nobody inside sees a path, so that nothing need be laid over it.
 * @param table As `/proc/net/unix` has it; empty where there is no such table.
 * @throws WorkerFailure `sandbox` where there are more than can be masked: none is left open.
 */
export function hostSockets(
  isHidden: (path: string) => boolean,
  table: string = readTable(),
): string[] {
  const paths = table
    .split("\n")
    .slice(1)
    .map((line) => /^(?:\S+\s+){7}(\/.*)$/.exec(line)?.[1])
    .filter((path) => path !== undefined);
  const seen = [...new Set(paths)].filter((path) => !isHidden(path));
  if (seen.length <= SOCKETS_MAX) return seen;
  const folders = [...new Set(seen.map(dirname))].slice(0, FOLDERS_TOLD).join(", ");
  const told = `${seen.length} sockets of this machine would be open to workers, in ${folders}`;
  throw new WorkerFailure("sandbox", `${told}; ${SOCKETS_MAX} can be masked`);
}

const FOLDERS_TOLD = 3;

function readTable(): string {
  try {
    return readFileSync("/proc/net/unix", "utf8");
  } catch {
    return "";
  }
}
