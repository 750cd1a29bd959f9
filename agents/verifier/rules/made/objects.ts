import type { Made } from "./made.ts";
import { walksMade } from "./walks.ts";
import { isFields, lettersOf, type Value } from "../reading/value.ts";

const LENGTH_MAX = 200;

/** What JavaScript's own functions make of objects, and of texts that are too short. */
export function objectMade(made: Made): Value | null {
  const { name, method, receiver, value, reader, depth } = made;
  if (/^(?:Object|Reflect)\.(?:values|keys|entries|ownKeys|getOwnPropertyNames)$/.test(name)) {
    const on = value(0);
    if (!isFields(on)) return null;
    const keys = [...on.entries.keys()];
    if (!/^(?:values|entries)$/.test(method)) return keys;
    const values = [...on.entries.values()].map((entry) => reader.evaluate(entry, depth + 1));
    return method === "values" ? values : keys.map((key, at) => [key, values[at] ?? null]);
  }
  const walked = walksMade(made);
  if (walked !== null) return walked;
  if (method !== "padStart" && method !== "padEnd") return null;
  const [text, length, by] = [lettersOf(receiver()), value(0), lettersOf(value(1)) ?? " "];
  if (text === null || typeof length !== "number" || length > LENGTH_MAX) return text;
  return method === "padStart" ? text.padStart(length, by) : text.padEnd(length, by);
}
