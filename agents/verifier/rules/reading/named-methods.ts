import { charOf } from "./literal.ts";
import { elementsOf, isList, lettersOf, numberOf, reversed, type Value } from "./value.ts";

type Method = (value: Value | null) => Value | null;

/** Methods that are asked for by their names alone: `map(&:reverse)`, `map(str.upper, …)`. */
const METHODS: Readonly<Record<string, Method>> = {
  reverse: reversed,
  upcase: ofLetters((text) => text.toUpperCase()),
  upper: ofLetters((text) => text.toUpperCase()),
  downcase: ofLetters((text) => text.toLowerCase()),
  lower: ofLetters((text) => text.toLowerCase()),
  strip: ofLetters((text) => text.trim()),
  chop: ofLetters((text) => text.slice(0, -1)),
  succ: ofLetters(next),
  next: ofLetters(next),
  hex: ofLetters((text) => Number.parseInt(text, 16)),
  ord: numberOf,
  first: (value) => elementsOf(value)?.[0] ?? null,
  last: (value) => elementsOf(value)?.at(-1) ?? null,
  join: lettersOf,
  to_s: (value) => (typeof value === "number" ? `${value}` : value),
  str: (value) => (typeof value === "number" ? `${value}` : value),
  to_sym: (value) => value,
};

/** What a method of that name makes of a value; undefined where that is not known. */
export function methodNamed(named: string): Method | undefined {
  const plain = named.replace(/^:|^(?:str|String)\./, "");
  return Object.hasOwn(METHODS, plain) ? METHODS[plain] : undefined;
}

function ofLetters(change: (text: string) => Value): Method {
  return (value) => {
    const text = isList(value) ? null : lettersOf(value);
    return text === null ? value : change(text);
  };
}

function next(text: string): string {
  return text.slice(0, -1) + charOf((text.codePointAt(text.length - 1) ?? 0) + 1);
}
