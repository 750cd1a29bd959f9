import { Unavailable } from "@nightshift/protocol/errors";

/** Commands that may wait for one stream (I8). */
export const WAITING_MAX = 1_000;

/**
 * Runs work of one key one after the other, in the order it was asked for: writers of one process
 * then never meet at a stream, and conflicts are left to other processes.
 * @throws Unavailable when a thousand wait already.
 */
export function inLine(): <Result>(key: string, work: () => Promise<Result>) => Promise<Result> {
  const lines = new Map<string, { last: Promise<unknown>; waiting: number }>();

  return async (key, work) => {
    const line = lines.get(key) ?? { last: Promise.resolve(), waiting: 0 };
    if (line.waiting >= WAITING_MAX) {
      throw new Unavailable(`${WAITING_MAX} commands wait for ${key} already`);
    }
    const mine = line.last.then(work, work);
    line.last = mine;
    line.waiting += 1;
    lines.set(key, line);
    try {
      return await mine;
    } finally {
      line.waiting -= 1;
      if (line.waiting === 0) lines.delete(key);
    }
  };
}
