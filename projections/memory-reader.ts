import type { Recorded } from "@nightshift/protocol/envelope";
import type { LogReader } from "./log-reader.ts";

/** A log to read from that grows only by hand: the twin of a store for the read side. */
export function memoryReader(log: readonly Recorded[]): LogReader {
  return {
    async *readAll({ after, upTo, types }) {
      for (const recorded of log) {
        const within = recorded.position > after && recorded.position <= upTo;
        if (within && types.includes(recorded.event.type)) yield recorded;
      }
    },
    async *read(stream, { from }) {
      yield* log.filter((recorded) => recorded.stream === stream && recorded.revision >= from);
    },
    head: async () => log.at(-1)?.position ?? 0n,
  };
}
