/** The next number of a row that only looks like chance, from 0 up to but not including 1. */
export type Draw = () => number;

/** A row of draws that is the same for the same seed (mulberry32). */
export function seeded(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of several. @throws Error where there is none. */
export function pick<Value>(draw: Draw, values: readonly Value[]): Value {
  const value = values[Math.floor(draw() * values.length)];
  if (value === undefined) throw new Error("nothing to pick from");
  return value;
}

/** Hexadecimal digits, as of a hash or a commit. */
export function hex(draw: Draw, digits: number): string {
  let text = "";
  while (text.length < digits)
    text += Math.floor(draw() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return text.slice(0, digits);
}

/** A sentence of words that people write of code. */
export function sentence(draw: Draw, words: number): string {
  const said = Array.from({ length: words }, () => pick(draw, WORDS)).join(" ");
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

const WORDS = (
  "the amount parser rounds negative values before sign and unit are known so a test for empty " +
  "input fails while duration of days keeps its format when locale changes and each module names " +
  "what it returns which makes merge order matter only where both sides touch one line"
).split(" ");
