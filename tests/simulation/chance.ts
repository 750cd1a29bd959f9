/** Draws that follow from a seed alone. */
export type Chance = {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True with this probability. */
  odds(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
  /** Draws of their own: what is drawn there and when moves nothing here. */
  about(key: string): Chance;
};

/**
 * The same seed and key give the same draws, whatever was drawn elsewhere before: an answer depends
 * on what is asked, not on who asked first.
 */
export function chanceOf(seed: string): Chance {
  let state = hashOf(seed);
  const next = (): number => {
    // Mulberry32: 32 bits of state, good enough to make worlds from.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    odds: (probability) => next() < probability,
    pick(items) {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
    weighted: (weights) => byWeight(weights, next()),
    about: (key) => chanceOf(`${seed}/${key}`),
  };
}

function byWeight<Name extends string>(
  weights: Readonly<Record<Name, number>>,
  draw: number,
): Name {
  const names: Name[] = [];
  for (const name in weights) names.push(name);
  const total = names.reduce((sum, name) => sum + weights[name], 0);
  let left = draw * total;
  const found = names.find((name) => (left -= weights[name]) < 0) ?? names.at(-1);
  if (found === undefined) throw new Error("nothing to draw from");
  return found;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return hash;
}
