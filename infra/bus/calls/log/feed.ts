import type { EventStore } from "@nightshift/blackboard/store";
import type { EventType } from "@nightshift/protocol/events";

/** Milliseconds until the log is followed again after it failed. */
const AGAIN_MS = 1_000;

/** Wakes those who wait for a stream of the log; what is there they read themselves. */
export interface Feed {
  /** Calls back at each event of the stream, until the function that it returns is called. */
  watch(stream: string, wake: () => void): () => void;
  close(): void;
}

/** One follower of the log for everybody who waits for these types; it begins with the first. */
export function createFeed(store: EventStore, types: readonly EventType[]): Feed {
  const watching = new Map<string, Set<() => void>>();
  const closing = new AbortController();
  const { signal } = closing;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    let after = await store.head();
    while (!signal.aborted) {
      try {
        for await (const { stream, position } of store.follow({ after, types, signal })) {
          after = position;
          for (const wake of watching.get(stream) ?? []) wake();
        }
      } catch {
        // What is missed meanwhile is not lost: who waits looks by itself from time to time.
      }
      if (!signal.aborted) await pause(AGAIN_MS, signal);
    }
  }

  return {
    watch(stream, wake) {
      running ??= run().catch(() => {
        running = undefined;
      });
      const watchers = watching.get(stream) ?? new Set();
      watching.set(stream, watchers.add(wake));
      return () => {
        watchers.delete(wake);
        if (watchers.size === 0 && watching.get(stream) === watchers) watching.delete(stream);
      };
    },
    close: () => closing.abort(),
  };
}

/** Waits, at the most until the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => resolve();
  const timer = setTimeout(done, ms);
  signal.addEventListener("abort", done, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", done);
}
