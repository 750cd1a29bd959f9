import { baseOf, type Value } from "../reading/value.ts";
import type { Made } from "./made.ts";

/** A number as it is written in a base, in that of ten where none is known; null where it is none. */
export function inBase(value: Value | null, base: Value | null): string | null {
  if (typeof value !== "number" && typeof value !== "bigint") return null;
  return value.toString(baseOf(base) ?? 10);
}

/** The number that a text says in the base that is given behind it. */
export function numberFrom({ value }: Pick<Made, "value">): number | null {
  const [text, base] = [value(0), value(1)];
  if (typeof text === "number") return text;
  if (typeof text !== "string") return null;
  const number = Number.parseInt(text, baseOf(base) ?? 10);
  return Number.isNaN(number) ? null : number;
}
