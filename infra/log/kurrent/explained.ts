import type { Cluster } from "./cluster.ts";
import { explainCluster, isNotFound, isWrongRevision } from "./trouble.ts";

/** Somebody else wrote the stream: it holds another number of events than this append said. */
export class StreamMoved extends Error {}

/**
 * A cluster whose errors are ours: `StreamMoved` for a wrong revision, no events for a stream that is
 * not there, and what `explainCluster` makes of all others.
 */
export function explained(cluster: Cluster, where: string): Cluster {
  async function* reading<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
    try {
      yield* items;
    } catch (error) {
      if (!isNotFound(error)) throw explainCluster(error, where);
    }
  }
  return {
    async append(stream, events, options) {
      try {
        return await cluster.append(stream, events, options);
      } catch (error) {
        if (isWrongRevision(error)) throw new StreamMoved(stream);
        throw explainCluster(error, where);
      }
    },
    readStream: (stream, from) => reading(cluster.readStream(stream, from)),
    readBackwards: (before, most) => reading(cluster.readBackwards(before, most)),
    subscribe: (options) => cluster.subscribe(options),
    dispose: () => cluster.dispose(),
  };
}
