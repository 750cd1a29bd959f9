/** Things that happen at their time, one after the other. */
export type Agenda = {
  /** The moment that the last thing happened at, ms since 1970. */
  now(): number;
  at(atMs: number, happen: () => Promise<void> | void): void;
  /** Lets everything happen up to a moment. */
  runUntil(endMs: number): Promise<void>;
};

type Entry = { atMs: number; order: number; happen: () => Promise<void> | void };

export function createAgenda(startMs: number): Agenda {
  let nowMs = startMs;
  let orders = 0;
  /** A heap: whatever is at 2n + 1 and 2n + 2 comes after what is at n. */
  const heap: Entry[] = [];
  const isSooner = (a: Entry, b: Entry) =>
    a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
  const swap = (a: number, b: number) => {
    const [first, second] = [heap[a], heap[b]];
    if (first && second) [heap[a], heap[b]] = [second, first];
  };
  function up(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      const [child, above] = [heap[at], heap[parent]];
      if (!child || !above || !isSooner(child, above)) return;
      swap(at, parent);
      at = parent;
    }
  }
  function down(): void {
    for (let at = 0; ;) {
      let first = at;
      for (const below of [2 * at + 1, 2 * at + 2]) {
        const [entry, best] = [heap[below], heap[first]];
        if (entry && best && isSooner(entry, best)) first = below;
      }
      if (first === at) return;
      swap(at, first);
      at = first;
    }
  }
  function next(): Entry | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first && last && heap.length > 0) {
      heap[0] = last;
      down();
    }
    return first;
  }
  return {
    now: () => nowMs,
    at(atMs, happen) {
      heap.push({ atMs: Math.round(Math.max(nowMs, atMs)), order: orders++, happen });
      up(heap.length - 1);
    },
    async runUntil(endMs) {
      for (;;) {
        const first = heap[0];
        if (!first || first.atMs > endMs) break;
        next();
        nowMs = first.atMs;
        await first.happen();
      }
      nowMs = Math.max(nowMs, endMs);
    },
  };
}
