import type { Cluster, ClusterRecord, Resolved } from "./cluster.ts";

/**
 * A cluster as one of several logs on it sees it: its streams are called `<space>.<stream>` there, and
 * nobody else's are there at all.
 * @param space The name of the log on the cluster; empty for the one whose streams have plain names.
 */
export function inSpace(cluster: Cluster, space: string): Cluster {
  if (space === "") return cluster;
  const prefix = `${space}.`;
  const mine = ({ event }: Resolved): Resolved => ({ event: event && own(event, prefix) });
  async function* named(read: AsyncIterable<Resolved>): AsyncGenerator<Resolved> {
    for await (const resolved of read) yield mine(resolved);
  }
  return {
    append: (stream, events, options) => cluster.append(prefix + stream, events, options),
    readStream: (stream, from) => named(cluster.readStream(prefix + stream, from)),
    readBackwards: (before, most) => named(cluster.readBackwards(before, most)),
    subscribe(options) {
      const { on, prefixes } = options.filter;
      const filter = on === "type" ? { on, prefixes } : { on, prefixes: prefixes.map(inside) };
      return { ...cluster.subscribe({ ...options, filter }), view: mine };
    },
    dispose: () => cluster.dispose(),
  };
  function inside(stream: string): string {
    return prefix + stream;
  }
}

/** The event under the name that its stream has in the space; its place alone where it is not ours. */
function own(event: ClusterRecord, prefix: string): ClusterRecord {
  const isOurs = event.streamId.startsWith(prefix);
  return { ...event, streamId: isOurs ? event.streamId.slice(prefix.length) : "$elsewhere" };
}
