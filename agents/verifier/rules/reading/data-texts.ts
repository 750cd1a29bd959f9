import { NESTED_MAX, type Value } from "./value.ts";

const READS =
  /^(?:json\.loads|JSON\.(?:parse|load)|ast\.literal_eval|orjson\.loads|MultiJson\.load|simplejson\.loads)$/;

/** Whether a function of that name reads data that is written in a text. */
export function readsData(name: string): boolean {
  return READS.test(name);
}

/** A text, a number or a list that is written in a text; null where it is anything else. */
export function dataIn(text: string): Value | null {
  // What Python writes in single quotes is the same.
  const plain = text.includes('"') ? text : text.replaceAll("'", '"').replaceAll(/[()]/g, bracket);
  try {
    return valueOf(JSON.parse(plain), 0);
  } catch {
    return null;
  }
}

function bracket(round: string): string {
  return round === "(" ? "[" : "]";
}

function valueOf(read: unknown, depth: number): Value | null {
  if (typeof read === "string" || typeof read === "number") return read;
  if (!Array.isArray(read) || depth > NESTED_MAX) return null;
  return read.map((each) => valueOf(each, depth + 1));
}
