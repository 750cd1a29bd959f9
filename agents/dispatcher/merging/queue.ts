import type { Line } from "../line.ts";

/** How the things of one queue are worked off. */
type Work<Item, Answer> = {
  /** Items of a batch, at most. */
  sizeMax: number;
  /** Answers at least one of the items; what it leaves out comes first in the next batch. */
  work: (items: readonly Item[]) => Promise<ReadonlyMap<Item, Answer>>;
};

/** Puts something in line. @returns its answer. */
export type Batches<Item, Answer> = (
  key: string,
  item: Item,
  how: Work<Item, Answer>,
) => Promise<Answer>;

type Waiting<Item, Answer> = {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
};

/**
 * Takes all that waits under one key at once, as soon as what was before it is done: while one batch
 * is worked on the next one gathers.
 */
export function createBatches<Item, Answer>(line: Line): Batches<Item, Answer> {
  const waiting = new Map<string, Waiting<Item, Answer>[]>();
  return (key, item, how) =>
    new Promise((resolve, reject) => {
      const queue = waiting.get(key) ?? [];
      waiting.set(key, [...queue, { item, resolve, reject }]);
      // One turn for each that waits, and each turn answers one at least: nobody is left over.
      void line(key, () => nextBatch(waiting, key, how));
    });
}

async function nextBatch<Item, Answer>(
  waiting: Map<string, Waiting<Item, Answer>[]>,
  key: string,
  { sizeMax, work }: Work<Item, Answer>,
): Promise<void> {
  const queue = waiting.get(key) ?? [];
  if (queue.length === 0) return;
  const batch = queue.slice(0, sizeMax);
  waiting.set(key, queue.slice(sizeMax));
  try {
    const answers = await work(batch.map(({ item }) => item));
    const left = batch.filter(({ item }) => !answers.has(item));
    if (left.length === batch.length) throw new Error("a batch was worked on and nobody answered");
    for (const { item, resolve } of batch) {
      const answer = answers.get(item);
      if (answer !== undefined) resolve(answer);
    }
    waiting.set(key, [...left, ...(waiting.get(key) ?? [])]);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
  if (waiting.get(key)?.length === 0) waiting.delete(key);
}
