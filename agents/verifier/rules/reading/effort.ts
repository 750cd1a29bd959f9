import { Tangled } from "../../../source/source-tree.ts";
import { sizeOf, type Value } from "./value.ts";

/** What the reading of one file may take, and has taken so far. */
export type Effort = {
  /** Steps inside functions and loops that are followed, left to what is being asked. */
  steps: number;
  /** The same, left to the whole file. */
  ofFile: number;
  /** Letters and elements that all values of the file may still have. */
  size: number;
  /** How often something was not read on, as it lay too deep or took too many steps. */
  cuts: number;
  isAsked: boolean;
};

/** Names within names, and texts within texts, that are followed. */
const DEPTH_MAX = 40;
/** With 1,000 nothing more of the poisoned sets is caught, and reading takes a tenth longer. */
const STEPS_MAX = 300;
const STEPS_OF_FILE_MAX = 60_000;
const SIZE_OF_FILE_MAX = 50_000_000;

export function effortOf(): Effort {
  return {
    steps: STEPS_MAX,
    ofFile: STEPS_OF_FILE_MAX,
    size: SIZE_OF_FILE_MAX,
    cuts: 0,
    isAsked: false,
  };
}

/**
 * Answers what is asked from outside, with steps of its own: what takes them all must not leave
 * what is asked after it without any.
 * @throws Tangled where the file takes too many in all.
 */
export function asked<T>(effort: Effort, answer: () => T): T {
  if (effort.isAsked) return answer();
  effort.steps = STEPS_MAX;
  effort.isAsked = true;
  const found = answer();
  effort.isAsked = false;
  effort.ofFile -= STEPS_MAX - effort.steps;
  if (effort.ofFile < 0) throw new Tangled("what it works out takes too many steps");
  return found;
}

/** Takes a step; false where none is left. */
export function stepped(effort: Effort): boolean {
  if (effort.steps > 0) {
    effort.steps -= 1;
    return true;
  }
  effort.cuts += 1;
  return false;
}

/** @throws Tangled where all values of the file together take more than there is room for. */
export function weighed(value: Value | null, effort: Effort): Value | null {
  effort.size -= sizeOf(value);
  if (effort.size < 0) throw new Tangled("what it works out takes too much room");
  return value;
}

/** Answers by what was asked. */
export type Kept<K, V> = {
  answers: Map<K, V>;
  /** From where those were asked that were cut off; null where none was. */
  cut: Map<K, { depth: number; steps: number }> | null;
};

export function kept<K, V>(): Kept<K, V> {
  return { answers: new Map(), cut: null };
}

/** What was answered before, where nothing was cut off: most of what is asked was. */
export function answered<K, V>({ answers, cut }: Kept<K, V>, key: K): V | undefined {
  return cut === null ? answers.get(key) : undefined;
}

/**
 * Reads each thing once. While it is being read it is not known, so a name that is made of itself
 * ends, and a thousand names made of each other cost a thousand readings. What was cut off is read
 * again for who asks from less deep, or with more steps left.
 * @param open What it is while it is not known.
 * @param read It is told how to keep what is known so far.
 */
export function once<K, V>(
  all: Kept<K, V>,
  key: K,
  { open, depth, effort }: { open: V; depth: number; effort: Effort },
  read: (soFar: (value: V) => void) => V,
): V {
  const { answers } = all;
  const found = answers.get(key);
  const place = all.cut?.get(key);
  if (found !== undefined && (!place || (depth >= place.depth && effort.steps <= place.steps))) {
    if (place) effort.cuts += 1;
    return found;
  }
  if (depth > DEPTH_MAX) {
    effort.cuts += 1;
    return open;
  }
  const { cuts, steps } = effort;
  all.cut?.delete(key);
  answers.set(key, open);
  const value = read((soFar) => answers.set(key, soFar));
  answers.set(key, value);
  if (effort.cuts > cuts) (all.cut ??= new Map()).set(key, { depth, steps });
  return value;
}
