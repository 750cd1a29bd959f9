import type { SyntaxNode } from "../../../source/syntax-node.ts";
import type { Reader } from "./reader.ts";
import { elementsOf, isList, lettersOf, numberOf, type Value } from "./value.ts";
import { wholeOf } from "./whole-numbers.ts";

/** Numbers of more bytes say no name. */
const BYTES_MAX = 64;
const BYTE = 256;
const SIZES = [2, 4, 8, 16, 32, BYTES_MAX];

/** The bytes of a whole number, the largest first; null where it is none, or too large. */
export function bytesOf(
  value: Value | null,
  { size = null, isLittle = false }: { size?: number | null; isLittle?: boolean } = {},
): readonly number[] | null {
  const whole = wholeOf(value);
  if (whole === null) return null;
  const length = size ?? SIZES.find((each) => whole < 2n ** BigInt(8 * each)) ?? BYTES_MAX;
  if (length < 1 || length > BYTES_MAX) return null;
  let left = BigInt.asUintN(8 * length, whole);
  const bytes: number[] = [];
  for (let at = 0; at < length; at++) {
    bytes.push(Number(left % BigInt(BYTE)));
    left /= BigInt(BYTE);
  }
  return isLittle ? bytes : bytes.toReversed();
}

const WIDTH =
  /(?:(?:^|\W)[ui]|u?int|Int|Long|Short)_?(8|16|32|64|128)?(?:$|\b)|\b(long|int|short)\b/;
const OF_WORDS: Readonly<Record<string, number>> = { long: 8, int: 4, short: 2 };
const TYPED_CHARS = 200;

/** How many bytes a number has by what it is said to be, where that stands near it; else null. */
export function sizeOf(node: SyntaxNode, reader: Reader): number | null {
  const written = reader.textOf(node).slice(0, TYPED_CHARS);
  const ending = /(?:[ui]|as [ui]|^u?int)(8|16|32|64|128)\)?(?:\(.*\))?$/.exec(written)?.[1];
  if (ending !== undefined) return Number(ending) / 8;
  const held = reader.values.get(written).at(-1)?.parent();
  const binding = held?.kind() === "expression_list" ? held.parent() : held;
  if (!binding) return null;
  const [head = ""] = reader.textOf(binding).slice(0, TYPED_CHARS).split("=");
  const [, bits, word] = WIDTH.exec(head) ?? [];
  if (bits !== undefined) return Number(bits) / 8;
  return word === undefined ? null : (OF_WORDS[word] ?? null);
}

/** How many bytes each of the letters of Python's `struct` and of Ruby's `pack` stands for. */
const OF_LETTERS = ["bBcC", "hHsSnv", "iIlLNV", "qQjJ"];
const sizeOfLetter = (letter: string): number =>
  2 ** OF_LETTERS.findIndex((each) => each.includes(letter));
const OF_RUBY = /^(?:[CcSsLlQqJjNnVvAaZx](?:[_!]?[<>]?)(?:\d+|\*)?\s*)+$/;
const OF_PYTHON = /^[@=<>!]?(?:\s*\d*[bBcChHiIlLqQsx])+$/;

/** What `struct.pack` of Python makes of values. */
export function packedByPython(
  pattern: string,
  values: readonly (Value | null)[],
): readonly (Value | null)[] | null {
  if (!OF_PYTHON.test(pattern)) return null;
  const isLittle = !/^[>!]/.test(pattern);
  const left = [...values];
  return [...pattern.matchAll(/(\d*)([A-Za-z])/g)].flatMap(([, many = "", letter = ""]) => {
    const count = many === "" ? 1 : Math.min(Number(many), BYTES_MAX);
    if (letter === "x") return Array.from({ length: count }, () => 0);
    if (letter === "s") return [left.shift() ?? null];
    const size = sizeOfLetter(letter);
    return left.splice(0, count).flatMap((each): readonly (Value | null)[] => {
      return letter === "c" ? [each] : (bytesOf(each, { size, isLittle }) ?? [null]);
    });
  });
}

/** What `pack` of Ruby makes of values. */
export function packedByRuby(pattern: string, values: readonly (Value | null)[]): string | null {
  if (!OF_RUBY.test(pattern)) return null;
  const left = [...values];
  const parts = [...pattern.matchAll(/([A-Za-z])[_!]?([<>]?)(\d+|\*)?/g)].flatMap(
    ([, letter = "", order, many]): (Value | null)[] => {
      if (letter === "x") return [0];
      if (/[AaZ]/.test(letter)) return [left.shift() ?? null];
      const count = many === "*" ? left.length : Math.min(Number(many ?? 1), BYTES_MAX);
      const isLittle = order === "<" || (order === "" && !/[Nn]/.test(letter));
      const size = sizeOfLetter(letter);
      const taken = left.splice(0, count);
      return taken.flatMap((each): readonly (Value | null)[] => {
        return bytesOf(each, { size, isLittle }) ?? [null];
      });
    },
  );
  return lettersOf(parts);
}

/** `new Uint32Array(list).buffer`: the bytes of a list of numbers of that length. */
export function bufferOf(
  held: Value | null,
  object: SyntaxNode,
  reader: Reader,
  depth: number,
): Value | null {
  const bits = /(16|32|64)Array\b/.exec(reader.nameOf(object, depth + 1))?.[1];
  const size = Number(bits) / 8;
  if (bits === undefined || !isList(held)) return held;
  return held.flatMap((each): readonly (Value | null)[] => {
    return bytesOf(each, { size, isLittle: true }) ?? [null];
  });
}

/** A list in which bytes are put at a place, or behind its end. */
export function bytesPlaced(
  known: Value | null,
  bytes: readonly (Value | null)[],
  at: number | null,
): readonly (Value | null)[] {
  const isText = typeof known === "string";
  const list = (elementsOf(known) ?? []).map((each) => (isText ? (numberOf(each) ?? each) : each));
  if (at === null || at < 0) return [...list, ...bytes];
  while (list.length < at && list.length < BYTES_MAX) list.push(0);
  list.splice(at, bytes.length, ...bytes);
  return list;
}
