/** Takes one event of a call; a promise holds the next one back. */
export type Emit = (event: unknown) => void | Promise<void>;

/**
 * The events of one running call, for everyone who asked for it: whoever comes late gets what was
 * said before, then what follows. A call's events are few (its notes are counted where they are made).
 */
export type Relay = {
  push(event: unknown): void;
  end(failure?: Error): void;
  /** Resolves at the end, or when the signal aborts. @throws what ended the call. */
  follow(emit: Emit, signal: AbortSignal): Promise<void>;
};

export function createRelay(): Relay {
  const events: unknown[] = [];
  let over: { failure?: Error } | undefined;
  let change = Promise.withResolvers<void>();

  function wake(): void {
    change.resolve();
    change = Promise.withResolvers();
  }

  return {
    push(event) {
      events.push(event);
      wake();
    },
    end(failure) {
      over = failure ? { failure } : {};
      wake();
    },
    async follow(emit, signal) {
      signal.addEventListener("abort", wake, { once: true });
      try {
        for (let next = 0; !signal.aborted;) {
          if (next < events.length) await emit(events[next++]);
          else if (over) break;
          else await change.promise;
        }
        if (over?.failure) throw over.failure;
      } finally {
        signal.removeEventListener("abort", wake);
      }
    },
  };
}
