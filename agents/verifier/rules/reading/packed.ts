import { bytesOf } from "./bytes.ts";
import { gatheredUpTo } from "./growth.ts";
import { lettersOf, type Value } from "./value.ts";

/** Of one letter of a pattern no more is packed than this: longer texts say no name. */
const COUNT_MAX = 64;
/** The letters that stand for one byte, for two, for four and for eight. */
const LETTERS_OF_PYTHON = ["bBcsx", "hH", "iIlL", "qQ"];
const LETTERS_OF_RUBY = ["cC", "sSnv", "iIlLNV", "qQjJ"];
const sizeIn = (letters: readonly string[], letter: string): number =>
  2 ** letters.findIndex((each) => each.includes(letter));
/** What `long` is on the machines that are in use. */
const LONG_BYTES = 8;
const OF_PYTHON = /^[@=<>!]?(?:\s*\d*[bBcChHiIlLqQsx])+$/;
const OF_RUBY = /^(?:[CcSsLlIiQqJjNnVvAaZx][_!<>]{0,3}(?:\d+|\*)?\s*)+$/;

/**
 * What `struct.pack` of Python makes of values. Where the pattern does not begin with an order of
 * bytes, numbers are as long as the machine's, and stand where its own would.
 */
export function packedByPython(
  pattern: string,
  values: readonly (Value | null)[],
): readonly (Value | null)[] | null {
  if (!OF_PYTHON.test(pattern)) return null;
  const isLittle = !/^[>!]/.test(pattern);
  const isNative = !/^[=<>!]/.test(pattern);
  const left = [...values];
  let length = 0;
  const packed = (many: string, letter: string): (Value | null)[] => {
    const count = many === "" ? 1 : Math.min(Number(many), COUNT_MAX);
    const size = isNative && /[lL]/.test(letter) ? LONG_BYTES : sizeIn(LETTERS_OF_PYTHON, letter);
    const before = isNative ? (size - (length % size)) % size : 0;
    length += before + count * size;
    const bytes = zeros(before);
    if (letter === "x") return [...bytes, ...zeros(count)];
    if (letter === "s") return [...bytes, left.shift() ?? null];
    for (const each of left.splice(0, count)) {
      bytes.push(...(letter === "c" ? [each] : (bytesOf(each, { size, isLittle }) ?? [null])));
    }
    return bytes;
  };
  return gatheredUpTo(
    pattern.matchAll(/(\d*)([A-Za-z])/g).map(([, many = "", letter = ""]) => packed(many, letter)),
  );
}

/** What `pack` of Ruby makes of values. */
export function packedByRuby(pattern: string, values: readonly (Value | null)[]): string | null {
  if (!OF_RUBY.test(pattern)) return null;
  const left = [...values];
  const packed = (letter: string, signs: string, many: string | undefined): (Value | null)[] => {
    const count = many === undefined ? 1 : Math.min(Number(many), COUNT_MAX);
    if (letter === "x") return zeros(many === "*" ? 0 : count);
    if (/[AaZ]/.test(letter)) return [left.shift() ?? null];
    const isLittle = signs.includes("<") || (!signs.includes(">") && !/[Nn]/.test(letter));
    const isLong = /[lL]/.test(letter) && /[_!]/.test(signs);
    const size = isLong ? LONG_BYTES : sizeIn(LETTERS_OF_RUBY, letter);
    return left
      .splice(0, many === "*" ? left.length : count)
      .flatMap((each): readonly (Value | null)[] => {
        return bytesOf(each, { size, isLittle }) ?? [null];
      });
  };
  const parts = pattern
    .matchAll(/([A-Za-z])([_!<>]*)(\d+|\*)?/g)
    .map(([, letter = "", signs = "", many]) => packed(letter, signs, many));
  return lettersOf(gatheredUpTo(parts));
}

const zeros = (count: number): (Value | null)[] => Array.from({ length: count }, () => 0);
