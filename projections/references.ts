import type { Digest, Fact } from "./digest/digest.ts";

/** An event as the foot of a digest lists it: its short name, its id and its place in the log. */
export type Reference = { label: string; id: string; type: string; position: bigint };

export type References = {
  /** `[e1–e3, e7]`: the numbers of a fact's events. */
  cite(events: readonly string[]): string;
  /** All of them, in the order of their numbers. */
  list: readonly Reference[];
};

/** Gives each event behind a digest a short number, in the order in which the facts are read. */
export function numberReferences(facts: readonly Fact[], known: Digest["references"]): References {
  const numbers = new Map<string, number>();
  const list: Reference[] = [];
  for (const id of facts.flatMap(({ events }) => events)) {
    const reference = known.get(id);
    if (!reference || numbers.has(id)) continue;
    numbers.set(id, numbers.size + 1);
    list.push({ label: `e${numbers.size}`, id, ...reference });
  }
  const numbersOf = (events: readonly string[]): number[] =>
    [...new Set(events)].flatMap((id) => numbers.get(id) ?? []).toSorted((a, b) => a - b);
  return { cite: (events) => `[${runs(numbersOf(events)).join(", ")}]`, list };
}

/** `1 2 3 7` as `e1–e3` and `e7`. */
function runs(numbers: readonly number[]): string[] {
  const found: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && last.to + 1 === number) last.to = number;
    else found.push({ from: number, to: number });
  }
  return found.map(({ from, to }) => (from === to ? `e${from}` : `e${from}–e${to}`));
}
