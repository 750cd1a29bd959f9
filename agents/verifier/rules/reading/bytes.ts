import type { SyntaxNode } from "../../../source/syntax-node.ts";
import type { Reader } from "./reader.ts";
import { elementsOf, isList, numberOf, type Value } from "./value.ts";
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
