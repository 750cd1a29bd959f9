import type { Value } from "./value.ts";

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
    return valueOf(JSON.parse(plain));
  } catch {
    return null;
  }
}

function bracket(round: string): string {
  return round === "(" ? "[" : "]";
}

function valueOf(read: unknown): Value | null {
  if (typeof read === "string" || typeof read === "number") return read;
  return Array.isArray(read) ? read.map(valueOf) : null;
}
