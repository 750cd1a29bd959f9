import type { SgNode } from "@ast-grep/napi";
import { HOLE } from "./literal.ts";
import type { Binding, Names } from "./names.ts";
import { argumentsOf } from "./called.ts";
import { inOrder } from "./made-walks.ts";
import type { Reader } from "./reader.ts";
import {
  bounded,
  elementsOf,
  isFields,
  isList,
  lettersOf,
  reversed,
  type Fields,
  type Value,
} from "./value.ts";

type Held = {
  names: Names;
  reader: Reader;
  /** What is known of each name; while it is being read, what it has come to so far. */
  ofNames: Map<string, Value | null>;
  depth: number;
};

/** What a name holds in the end: what it was given, and what was put behind that step by step. */
export function heldBy(name: string, held: Held): Value | null {
  const { names, reader, ofNames, depth } = held;
  const found = ofNames.get(name);
  if (found !== undefined) return found;
  const bindings = names.held.get(name);
  if (!bindings) return takenOut(name, held);
  let known: Value | null = null;
  ofNames.set(name, known);
  for (const binding of bindings) {
    if (binding.added === null) {
      const node = nodeOf(binding);
      const value = node ? reader.evaluate(node, depth + 1) : elementOf(binding, reader, depth);
      // Another function's local of the same name makes what is known no less so.
      known = value ?? known;
    } else known = addedTo(known, binding, reader, depth);
    known = bounded(known);
    ofNames.set(name, known);
  }
  return known;
}

/** The node that a name is given; null where it is a part of a list that is not written out. */
export function nodeOf({ node, value, at, added, rest }: Binding): SgNode | null {
  if (value === "" || rest) return null;
  const given = node.field(value);
  if (given === null || at === null || added !== null) return given;
  const kind = String(given.kind());
  const isWritten = /list|tuple|array|literal_value/.test(kind) && !/comprehension|type/.test(kind);
  const isOne = given.namedChildren().length === 1;
  // The one thing on the right is the list itself where it is wrapped in one, as in Go.
  if (isWritten && !(isOne && kind === "expression_list")) return given.namedChildren()[at] ?? null;
  // Of what a function gives back, the first counts, as in `text, err := …`.
  return at === 0 && /list/.test(kind) ? (given.namedChildren()[0] ?? null) : null;
}

function elementOf(
  { node, value, at, rest }: Binding,
  reader: Reader,
  depth: number,
): Value | null {
  const given = value === "" ? null : node.field(value);
  const whole = given ? reader.evaluate(given, depth + 1) : null;
  if (at === null) return whole;
  return rest ? (elementsOf(whole)?.slice(at) ?? null) : (elementsOf(whole)?.[at] ?? null);
}

/** `const { host } = places` */
function takenOut(name: string, { names, reader, depth }: Held): Value | null {
  const part = names.parts.get(name);
  const whole = part?.node.field(part.value);
  const value = part && whole ? reader.evaluate(whole, depth + 1) : null;
  if (!part || value === null) return null;
  return part.property.split(".").reduce<Value | null>((known, key) => {
    const entry = isFields(known) ? known.entries.get(key) : undefined;
    if (entry) return reader.evaluate(entry, depth + 1);
    return isList(known) && /^\d+$/.test(key) ? (known[Number(key)] ?? null) : null;
  }, value);
}

const FRONT = /^(?:unshift|prepend|appendleft|push_front|addFirst|extendleft)$/;
const ALL = /^(?:extend|addAll|concat|extendleft|\+|\+=|append|update|push)$/;
const KEYED = /^(?:put|set|store|update|setdefault|insert)$/;

function addedTo(
  known: Value | null,
  binding: Binding,
  reader: Reader,
  depth: number,
): Value | null {
  const { node, value, added } = binding;
  const given =
    value === "" ? argumentsOf(node) : [node.field(value)].filter((one) => one !== null);
  const values = given.map((each) => reader.evaluate(each, depth + 1));
  const [first = null, second = null] = values;
  const method = added ?? "";
  if (method === "reverse") return reversed(known);
  if (method === "sort") return inOrder(known) ?? known;
  if (method === "splice" && isList(known)) {
    const many = typeof second === "number" ? second : known.length;
    return typeof first === "number" ? known.toSpliced(first, many, ...values.slice(2)) : known;
  }
  // What stands behind is where it is written to.
  if (method === "write" && typeof known === "string" && typeof second === "number") {
    return known.slice(0, second).padEnd(second, HOLE) + (lettersOf(first) ?? HOLE);
  }
  if (method === "||" || method === "??") return known ?? first;
  const [key, entry] = given;
  if (KEYED.test(method) && key && entry && !isList(known) && typeof known !== "string") {
    return withEntry(known, reader.fold(key, depth + 1) ?? reader.textOf(key), entry);
  }
  if (isFields(known)) return known;
  if (typeof known === "string")
    return textWith(known, { method, first, second, node: key, reader });
  if (known === null && (method === "+" || method === "||")) return first;
  const list = isList(known) ? known : known === null ? [] : [known];
  if (/^(?:insert|add)$/.test(method) && typeof first === "number" && given.length === 2) {
    return list.toSpliced(first, 0, second);
  }
  const more = ALL.test(method) ? values.flatMap((each) => (isList(each) ? each : [each])) : values;
  return FRONT.test(method) ? [...more.toReversed(), ...list] : [...list, ...more];
}

function withEntry(known: Value | null, key: string, entry: SgNode): Fields {
  const entries = new Map(isFields(known) ? known.entries : []);
  return { entries: entries.set(key, entry) };
}

type Addition = {
  method: string;
  first: Value | null;
  second: Value | null;
  node: SgNode | undefined;
  reader: Reader;
};

function textWith(text: string, { method, first, second, node, reader }: Addition): string {
  if (/^(?:insert|insert_str)$/.test(method) && typeof first === "number") {
    return text.slice(0, first) + (lettersOf(second) ?? HOLE) + text.slice(first);
  }
  const more = lettersOf(first) ?? HOLE;
  // A path is pushed with a slash before it, a letter without.
  if (method === "push" && reader.language === "rust" && node?.kind() !== "char_literal") {
    return more.startsWith("/") ? more : `${text}/${more}`.replaceAll(/\/{2,}/g, "/");
  }
  return FRONT.test(method) ? more + text : text + more;
}
