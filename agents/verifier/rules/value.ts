import type { SgNode } from "@ast-grep/napi";
import { charOf, HOLE } from "./literal.ts";

/** What an expression comes to as far as it is known; null where nothing is. */
export type Value = string | number | readonly (Value | null)[] | Fields;

/** A map or an object: its parts are read when they are asked for. */
export type Fields = { entries: ReadonlyMap<string, SgNode> };

const TEXT_CHARS_MAX = 20_000;
/** Most elements that a list is read to have. */
export const LIST_MAX = 5_000;

/** A value no larger than somebody would write it: what is put together grows by every step. */
export function bounded(value: Value | null): Value | null {
  if (typeof value === "string") return value.slice(0, TEXT_CHARS_MAX);
  return isList(value) && value.length > LIST_MAX ? value.slice(0, LIST_MAX) : value;
}

export function isFields(value: Value | null): value is Fields {
  return typeof value === "object" && value !== null && !isList(value);
}

export function isList(value: Value | null): value is readonly (Value | null)[] {
  return Array.isArray(value);
}

/** A text, or a number as it would be printed. */
export function printed(value: Value | null): string {
  return typeof value === "string" ? value : typeof value === "number" ? `${value}` : HOLE;
}

/**
 * A text, or numbers that stand for letters.
 * @param room What may still be read: a list of lists of lists may hold more than there is memory.
 */
export function lettersOf(
  value: Value | null,
  room: { left: number } = { left: TEXT_CHARS_MAX },
): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number") return charOf(value);
  if (!isList(value)) return null;
  let letters = "";
  let isKnown = false;
  for (const each of value) {
    if (room.left-- <= 0) break;
    const said = isList(each) ? (lettersOf(each, room) ?? HOLE) : letterOf(each);
    if (said !== HOLE) isKnown = true;
    if (!isList(each)) room.left -= said.length;
    letters += said;
  }
  return isKnown ? letters : null;
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

/** All texts in a value, `LIST_MAX` at most. */
export function textsOf(value: Value | null, room = { left: LIST_MAX }): string[] {
  if (room.left-- <= 0) return [];
  if (typeof value === "string") return [value];
  if (!isList(value)) return [];
  // Letters one by one are a text.
  const areLetters = value.length > 3 && value.every((one) => letterOf(one).length === 1);
  return areLetters ? [value.map(letterOf).join("")] : value.flatMap((each) => textsOf(each, room));
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

/** The number that is written, in any base and with the endings of types; null where it is none. */
export function numberWritten(written: string): number | null {
  const plain = written
    .replaceAll("_", "")
    .replace(/(?<=\d)(?:[ui](?:8|16|32|64|size)|[lLn])$/, "");
  if (/^-?(?:\d+(?:\.\d+)?|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(plain)) {
    return plain.startsWith("-") ? -Number(plain.slice(1)) : Number(plain);
  }
  return null;
}
