/** Turns of those who may work at once; who comes later waits, in the order in which they came. */
export type Turns = {
  /** @returns Whether it is one's turn; not when the signal ends the wait. Who has one ends it. */
  begin(until: AbortSignal): Promise<boolean>;
  /** @returns Whether nobody has a turn now. */
  end(): boolean;
};

/** @param most Turns at once. */
export function createTurns(most: number): Turns {
  const waiting = new Set<() => void>();
  let taken = 0;
  return {
    begin(until) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const giveUp = () => {
        waiting.delete(begin);
        resolve(false);
      };
      const begin = () => {
        waiting.delete(begin);
        until.removeEventListener("abort", giveUp);
        resolve(true);
      };
      if (until.aborted) resolve(false);
      else if (taken < most) {
        taken += 1;
        resolve(true);
      } else {
        waiting.add(begin);
        until.addEventListener("abort", giveUp, { once: true });
      }
      return promise;
    },
    end() {
      const [next] = waiting;
      if (next) next();
      else taken -= 1;
      return taken === 0;
    },
  };
}
