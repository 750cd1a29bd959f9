import { memoryStore } from "@nightshift/blackboard/memory-store";
import type { EventStore } from "@nightshift/blackboard/store";
import type { Recorded } from "@nightshift/protocol/envelope";

type Watcher = (recorded: Recorded, writer: string) => void;

/** The log of a world, which shows every event to its watchers as soon as it is there. */
export type WatchedStore = {
  /** The log as one writer holds it. */
  as(writer: string): EventStore;
  watch(watcher: Watcher): void;
  /** Every event so far, oldest first. */
  readonly events: readonly Recorded[];
};

export function watchedStore(): WatchedStore {
  const store = memoryStore();
  const watchers: Watcher[] = [];
  const events: Recorded[] = [];
  let last: Promise<unknown> = Promise.resolve();

  async function tell(writer: string): Promise<void> {
    for await (const recorded of store.readAll({ after: BigInt(events.length) })) {
      events.push(recorded);
      for (const watcher of watchers) watcher(recorded, writer);
    }
  }

  return {
    as: (writer) => ({
      append(stream, pending, options) {
        // One after the other, so that what is new in the log is certainly this writer's.
        const mine = last.then(async () => {
          const position = await store.append(stream, pending, options);
          await tell(writer);
          return position;
        });
        last = mine.catch(() => {});
        return mine;
      },
      read: (stream, options) => store.read(stream, options),
      readAll: (options) => store.readAll(options),
      follow: (options) => store.follow(options),
      head: () => store.head(),
      close: () => store.close(),
    }),
    watch: (watcher) => void watchers.push(watcher),
    events,
  };
}
