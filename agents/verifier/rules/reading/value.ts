import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { joinedUpTo, SIZE_MAX } from "./growth.ts";
import { charOf, HOLE } from "./literal.ts";

/**
 * What an expression comes to as far as it is known; null where nothing is. Whole numbers that a
 * number cannot tell apart are large ones.
 */
export type Value = string | number | bigint | readonly (Value | null)[] | Fields;

/** A map or an object: its parts are read when they are asked for. */
export type Fields = { entries: ReadonlyMap<string, SyntaxNode> };

/** Most elements of a list that are read where it is written out. */
export const LIST_MAX = 5_000;
/** Lists within lists within a list. */
export const NESTED_MAX = 50;

/**
 * A value no larger than somebody would write it: what is put together may grow by every step, and
 * a list of lists of lists hold more than there is memory. What is too much is cut off its end;
 * what lies too deep is not known at all.
 */
export function bounded(value: Value | null): Value | null {
  if (typeof value === "string") return value.slice(0, SIZE_MAX);
  if (!isList(value)) return value;
  let size = 0;
  let depth = 0;
  for (const [at, each] of value.entries()) {
    const of = extentOf(each);
    size += of.size;
    if (size > SIZE_MAX) return value.slice(0, at);
    depth = Math.max(depth, of.depth + 1);
    if (depth > NESTED_MAX) return null;
  }
  extents.set(value, { size, depth });
  return value;
}

type Extent = { size: number; depth: number };

/** Lists are in many others: each is gone through once. */
const extents = new WeakMap<readonly (Value | null)[], Extent>();

function extentOf(value: Value | null): Extent {
  if (typeof value === "string") return { size: 1 + value.length, depth: 0 };
  if (!isList(value)) return ONE;
  const known = extents.get(value);
  if (known) return known;
  const extent = value
    .map(extentOf)
    .reduce(
      (all, each) => ({ size: all.size + each.size, depth: Math.max(all.depth, each.depth + 1) }),
      ONE,
    );
  extents.set(value, extent);
  return extent;
}

const ONE: Extent = { size: 1, depth: 0 };

/** Letters, and elements with all that is in them. */
export function sizeOf(value: Value | null): number {
  return extentOf(value).size;
}

export function isFields(value: Value | null): value is Fields {
  return typeof value === "object" && value !== null && !isList(value);
}

export function isList(value: Value | null): value is readonly (Value | null)[] {
  return Array.isArray(value);
}

/** A text, or a number as it would be printed. */
export function printed(value: Value | null): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "bigint" ? `${value}` : HOLE;
}

/** A text, or numbers that stand for letters. */
export function lettersOf(value: Value | null): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number") return charOf(value);
  if (!isList(value) || value.length === 0) return null;
  const letters = value.map((each) => (isList(each) ? (lettersOf(each) ?? HOLE) : letterOf(each)));
  return letters.every((each) => each === HOLE) ? null : joinedUpTo(letters);
}

function letterOf(value: Value | null): string {
  if (typeof value === "number") return value < 0 ? charOf(value + 256) : charOf(value);
  return typeof value === "string" ? value : HOLE;
}

/** A number, or that of a single letter. */
export function numberOf(value: Value | null): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && Array.from(value).length === 1
    ? (value.codePointAt(0) ?? null)
    : null;
}

/** The elements of a list, or the letters of a text. */
export function elementsOf(value: Value | null): readonly (Value | null)[] | null {
  if (typeof value === "string") return Array.from(value);
  return isList(value) ? value : null;
}

/** What a loop over it gets: the elements of a list, the letters of a text, the keys of a map. */
export function walkedOf(value: Value | null): readonly (Value | null)[] | null {
  return isFields(value) ? [...value.entries.keys()] : elementsOf(value);
}

/** All texts in a value. */
export function textsOf(value: Value | null): string[] {
  if (typeof value === "string") return [value];
  if (!isList(value)) return [];
  // Letters one by one are a text.
  const areLetters = value.length > 3 && value.every((one) => letterOf(one).length === 1);
  return areLetters ? [value.map(letterOf).join("")] : value.flatMap(textsOf);
}

export function reversed(value: Value | null): Value | null {
  if (typeof value === "string") return Array.from(value).reverse().join("");
  return isList(value) ? value.toReversed() : null;
}

/** `text[from:to:step]`; counted from the end where negative. */
export function sliced(
  value: Value | null,
  from: number,
  to: number | null,
  step = 1,
): Value | null {
  const parts = elementsOf(value);
  if (parts === null) return null;
  if (step < 0) {
    const turned = parts.toReversed();
    const taken = turned.filter((_, at) => at % -step === 0);
    return typeof value === "string" ? taken.map(letterOf).join("") : taken;
  }
  const taken = parts.slice(from, to ?? undefined).filter((_, at) => at % step === 0);
  return typeof value === "string" ? taken.map(letterOf).join("") : taken;
}

/** A base that numbers may be written in; null for all others. */
export function baseOf(value: Value | null): number | null {
  const isBase = typeof value === "number" && Number.isInteger(value) && value > 1 && value <= 36;
  return isBase ? value : null;
}

/** The number that is written, in any base and with the endings of types; null where it is none. */
export function numberWritten(written: string): number | bigint | null {
  const plain = written
    .replaceAll("_", "")
    .replace(/(?<=[\da-fA-F])(?:[ui](?:8|16|32|64|128|size)|[lLn])$/, "");
  if (/^-?(?:\d+(?:\.\d+)?|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(plain)) {
    const number = plain.startsWith("-") ? -Number(plain.slice(1)) : Number(plain);
    const isWhole = Number.isSafeInteger(number) || /[.-]/.test(plain);
    return isWhole || plain.length > DIGITS_MAX ? number : BigInt(plain);
  }
  return null;
}

/** Numbers with more digits than this say no name. */
const DIGITS_MAX = 200;
