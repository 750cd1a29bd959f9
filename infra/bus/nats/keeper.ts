import type { Broker } from "./connection.ts";
import { buryDead } from "./dead-letters.ts";
import { openJetStream, type JetStream } from "./jetstream.ts";
import { ensureConsumer, ensureStreams } from "./streams.ts";
import { whileAway } from "./while-away.ts";

/** Who looks after the work queue: the house, whose keys alone may. */
export interface Keeper extends JetStream {
  /** Makes sure that an agent can be leased work. */
  employ(agent: string): Promise<void>;
  close(): Promise<void>;
}

/** Makes the streams, and carries what nobody could do to the dead letters. @throws Unavailable. */
export async function openKeeper(
  { nc }: Broker,
  { leaseMs }: { leaseMs: number },
): Promise<Keeper> {
  const { stream, manager } = await whileAway(() => openJetStream(nc, true));
  await ensureStreams(manager);
  const employed = new Map<string, Promise<void>>();
  const closing = new AbortController();
  const burying = buryDead({ stream, manager }, closing.signal);
  return {
    stream,
    manager,
    employ(agent) {
      const known = employed.get(agent);
      if (known) return known;
      const made = ensureConsumer(manager, agent, leaseMs);
      employed.set(agent, made);
      made.catch(() => employed.delete(agent));
      return made;
    },
    async close() {
      closing.abort();
      await burying;
    },
  };
}
