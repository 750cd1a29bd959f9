import { anyOf } from "../../any-of.ts";
import type { Made } from "./made.ts";
import { SIZE_MAX } from "../reading/growth.ts";
import { matchesOf, patternOf } from "../reading/patterns.ts";
import { baseOf, elementsOf, isList, lettersOf, type Value } from "../reading/value.ts";

type Parter = readonly [method: RegExp, part: (text: string, made: Made) => Value | null];

const LENGTH_MAX = 200;

/** Methods of a text that cut it, take something off it, or put something into it. */
const PARTERS: readonly Parter[] = [
  [/^(?:partition|rpartition)$/, partitioned],
  [
    /^(?:removeprefix|delete_prefix)$/,
    (text, made) => without(text, made, (cut) => (text.startsWith(cut) ? cut.length : 0)),
  ],
  [
    /^(?:removesuffix|delete_suffix|chomp)$/,
    (text, made) => without(text, made, (cut) => (text.endsWith(cut) ? -cut.length : 0)),
  ],
  [/^(?:strip|lstrip|rstrip)$/, stripped],
  [/^(?:delete|squeeze)$/, thinned],
  [/^insert$/, inserted],
  [/^split_at$/, halved],
  [/^(?:chop)$/, (text) => text.slice(0, -1)],
  [/^(?:splitlines|lines|each_line)$/, (text) => text.replace(/\n$/, "").split("\n")],
  [/^(?:rsplit)$/, (text, { value }) => splitAt(text, value(0))],
  [/^(?:scan)$/, (text, made) => matchesOf(text, patternOf(made.given[0], made.reader, text))],
  [/^(?:ljust|rjust|zfill|center)$/, padded],
  [/^(?:to_i|hex|oct)$/, numbered],
  [/^(?:succ|next)$/, (text) => text.replace(/[a-yA-Y0-8]$/, following)],
];

const ANY = anyOf([...PARTERS.map(([named]) => named), /^(?:findall|split|each_slice|each_cons)$/]);

/** What is cut of a text, or left of it; null where a call is none of these. */
export function partedMade(made: Made): Value | null {
  if (!ANY.test(made.method)) return null;
  if (/^re\.(?:findall|split)$/.test(made.name)) return ofPattern(made);
  if (made.method === "each_slice") return slicesOf(made, "apart");
  if (made.method === "each_cons") return slicesOf(made, "over each other");
  const found = PARTERS.find(([named]) => named.test(made.method));
  if (!found) return null;
  const own = made.receiver();
  return typeof own === "string" ? found[1](own, made) : null;
}

function ofPattern({ name, given, value, reader }: Made): Value | null {
  const text = lettersOf(value(1));
  const pattern = patternOf(given[0], reader, text);
  if (pattern === null || text === null) return null;
  return name.endsWith("split") ? text.split(pattern) : matchesOf(text, pattern);
}

/** `each_slice(2)`, `chunks(2)`: one behind the other; `each_cons(2)`: one from each element on. */
export function slicesOf(
  { receiver, value }: Made,
  how: "apart" | "over each other",
): Value | null {
  const [elements, given] = [elementsOf(receiver()), value(0)];
  if (elements === null || typeof given !== "number" || given < 1) return null;
  const size = Math.trunc(given);
  const last = how === "apart" ? elements.length - 1 : elements.length - size;
  const slices: Value[] = [];
  // What lies over each other holds each element many times.
  for (let at = 0; at <= last && slices.length * size < SIZE_MAX;) {
    slices.push(elements.slice(at, at + size));
    at += how === "apart" ? size : 1;
  }
  return slices;
}

function partitioned(text: string, { method, value }: Made): Value | null {
  const by = value(0);
  if (typeof by !== "string" || by === "") return null;
  const isLast = method.startsWith("r");
  const at = isLast ? text.lastIndexOf(by) : text.indexOf(by);
  if (at === -1) return isLast ? ["", "", text] : [text, "", ""];
  return [text.slice(0, at), by, text.slice(at + by.length)];
}

/** `text.split_at(4)` */
function halved(text: string, { value }: Made): Value | null {
  const at = value(0);
  return typeof at === "number" && at >= 0 ? [text.slice(0, at), text.slice(at)] : null;
}

function without(text: string, { value }: Made, cut: (by: string) => number): string {
  const by = value(0);
  const length = cut(typeof by === "string" ? by : "\n");
  return length < 0 ? text.slice(0, length) : text.slice(length);
}

function stripped(text: string, { method, value, given }: Made): string {
  const letters = given.length === 0 ? " \t\n\r" : lettersOf(value(0));
  if (letters === null) return text;
  let [from, to] = [0, text.length];
  if (method !== "rstrip") while (from < to && letters.includes(text.charAt(from))) from += 1;
  if (method !== "lstrip") while (to > from && letters.includes(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** `delete("~")`, `squeeze("/")` */
function thinned(text: string, { method, value, given }: Made): string | null {
  const letters = given.length === 0 ? null : value(0);
  if (given.length > 0 && typeof letters !== "string") return null;
  const isOne = (letter: string) => typeof letters !== "string" || letters.includes(letter);
  return Array.from(text)
    .filter((letter, at) =>
      method === "delete" ? !isOne(letter) : !isOne(letter) || text[at - 1] !== letter,
    )
    .join("");
}

function inserted(text: string, { value, given }: Made): string | null {
  const [at, more] = [value(0), value(1)];
  if (given.length !== 2 || typeof at !== "number" || typeof more !== "string") return null;
  const place = at < 0 ? text.length + at + 1 : at;
  return text.slice(0, place) + more + text.slice(place);
}

function padded(text: string, { method, value }: Made): string | null {
  const [length, by] = [value(0), value(1)];
  if (typeof length !== "number" || length > LENGTH_MAX) return null;
  const sign = typeof by === "string" ? by : method === "zfill" ? "0" : " ";
  return method === "ljust" ? text.padEnd(length, sign) : text.padStart(length, sign);
}

const BASES: Readonly<Record<string, number>> = { hex: 16, oct: 8 };

function numbered(text: string, { method, value }: Made): number | null {
  const base = BASES[method] ?? baseOf(value(0) ?? 10);
  if (base === null) return null;
  const number = Number.parseInt(text, base);
  return Number.isNaN(number) ? null : number;
}

function following(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) + 1);
}

function splitAt(text: string, by: Value | null): Value | null {
  if (by === null) return text.trim().split(/\s+/);
  return typeof by === "string" && !isList(by) ? text.split(by) : null;
}
