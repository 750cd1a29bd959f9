import { plain } from "@nightshift/projections/words/plain";

/** A part of a view as one short line; maps and sets as what is in them. */
export function shown(value: unknown, charsMax: number): string {
  const text = JSON.stringify(value, (_key, part: unknown) => plainPart(part));
  return text === undefined ? "nothing" : plain(text, charsMax);
}

function plainPart(part: unknown): unknown {
  if (typeof part === "bigint") return String(part);
  if (part instanceof Map) return Object.fromEntries(part);
  return part instanceof Set ? [...part] : part;
}
