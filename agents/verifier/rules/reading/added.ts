import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { orHoles, receiverOf } from "../made/made.ts";
import { inOrder } from "../made/walked.ts";
import { printedInOrder } from "../made/walks.ts";
import { argumentsOf } from "./called.ts";
import { afterBytes, BYTES } from "./bytes-into.ts";
import { afterPutting } from "./into.ts";
import { gatheredUpTo, joinedUpTo } from "./growth.ts";
import { HOLE } from "./literal.ts";
import { type Binding, EACH, INTO, PLACE } from "./names.ts";
import { applyOperator } from "./operators.ts";
import type { Reader } from "./reader.ts";
import {
  elementsOf,
  isFields,
  isList,
  lettersOf,
  reversed,
  type Fields,
  type Value,
} from "./value.ts";

const FRONT = /^(?:unshift|prepend|appendleft|push_front|addFirst|extendleft)$/;
const ALL = /^(?:extend|addAll|concat|extendleft|\+|\+=|append|update|push|print|puts)$/;
const KEYED = /^(?:put|set|store|update|setdefault|insert)$/;

/** What a name holds after something was put into it, or behind it. */
export function addedTo(
  known: Value | null,
  binding: Binding,
  reader: Reader,
  depth: number,
): Value | null {
  const { node, value, added } = binding;
  if (added === PLACE) return placedIn(known, node, reader, depth);
  if (added === EACH) {
    const on = receiverOf(node, reader);
    const more = on ? elementsOf(reader.evaluate(on, depth + 1)) : null;
    if (typeof known !== "string") return [...(elementsOf(known) ?? []), ...(more ?? [null])];
    return (
      known + (more === null ? HOLE : joinedUpTo(orHoles(more.map((each) => lettersOf(each)))))
    );
  }
  if (added === BYTES) return afterBytes(known, node, reader, depth);
  if (added === INTO) return afterPutting(known, node, reader, depth);
  if (added === "reverse") return reversed(known);
  const given =
    value === "" ? argumentsOf(node) : [node.field(value)].filter((one) => one !== null);
  const values = given.map((each) => reader.evaluate(each, depth + 1));
  const [first = null, second = null] = values;
  const method = added ?? "";
  if (method === "sort") {
    const isPrinted = reader.language === "javascript";
    const sorted = isPrinted ? printedInOrder(known) : inOrder(isList(known) ? known : null);
    return sorted ?? known;
  }
  if (method === "splice" && isList(known)) {
    const many = typeof second === "number" ? second : known.length;
    return typeof first === "number" ? known.toSpliced(first, many, ...values.slice(2)) : known;
  }
  // What stands behind is where it is written to.
  if (method === "write" && typeof known === "string" && typeof second === "number") {
    if (second > PLACES_MAX) return known;
    return known.slice(0, second).padEnd(second, HOLE) + (lettersOf(first) ?? HOLE);
  }
  if (method === "||" || method === "??") return known ?? first;
  // A number of Ruby is shifted, and stays what it is.
  if (method === "<<" && (typeof known === "number" || typeof known === "bigint")) return known;
  const [key, entry] = given;
  const more = /^(?:update|merge!?)$/.test(method) ? mergedOf(given, first, reader) : null;
  if (more && (known === null || isFields(known))) {
    return { entries: new Map([...(known?.entries ?? []), ...more]) };
  }
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
  const others = ALL.test(method)
    ? gatheredUpTo(values.map((each) => (isList(each) ? each : [each])))
    : values;
  return FRONT.test(method) ? [...others.toReversed(), ...list] : [...list, ...others];
}

/** What a map is given of another, or by name: `update(shell=True)`. */
function mergedOf(
  given: readonly SyntaxNode[],
  first: Value | null,
  reader: Reader,
): readonly [string, SyntaxNode][] | null {
  if (isFields(first)) return [...first.entries];
  const named = given.flatMap((each): [string, SyntaxNode][] => {
    const [key, value] = [each.field("name") ?? each.field("key"), each.field("value")];
    return key && value ? [[reader.textOf(key).replace(/:$/, ""), value]] : [];
  });
  return named.length === 0 ? null : named;
}

function withEntry(known: Value | null, key: string, entry: SyntaxNode): Fields {
  const entries = new Map(isFields(known) ? known.entries : []);
  return { entries: entries.set(key, entry) };
}

/** A letter of Rust is in quotes of its own, or made of a number. */
function isLetter(value: Value | null, node: SyntaxNode | undefined): boolean {
  const kind = String(node?.kind());
  return (
    kind === "char_literal" || (kind === "type_cast_expression" && lettersOf(value)?.length === 1)
  );
}

type Addition = {
  method: string;
  first: Value | null;
  second: Value | null;
  node: SyntaxNode | undefined;
  reader: Reader;
};

function textWith(text: string, { method, first, second, node, reader }: Addition): string {
  if (/^(?:insert|insert_str)$/.test(method) && typeof first === "number") {
    return text.slice(0, first) + (lettersOf(second) ?? HOLE) + text.slice(first);
  }
  const more = lettersOf(first) ?? HOLE;
  // A path is pushed with a slash before it, a letter without.
  if (method === "push" && reader.language === "rust" && !isLetter(first, node)) {
    if (text === "") return more;
    return more.startsWith("/") ? more : `${text}/${more}`.replaceAll(/\/{2,}/g, "/");
  }
  return FRONT.test(method) ? more + text : text + more;
}

const PLACES_MAX = 2_000;

/** A list in which a place is given something: `letters[at] ^= 7`, `a[i], a[j] = a[j], a[i]`. */
function placedIn(
  known: Value | null,
  node: SyntaxNode,
  reader: Reader,
  depth: number,
): Value | null {
  const [left = [], right = []] = ["left", "right"].map((field) => {
    const side = node.field(field);
    return side?.kind() === "expression_list" ? side.namedChildren() : side ? [side] : [];
  });
  const values = right.map((each) => reader.evaluate(each, depth + 1));
  const operator = node.field("operator")?.text().replace(/=$/, "") ?? "";
  const list = [...(elementsOf(known) ?? [])];
  for (const [which, place] of left.entries()) {
    const index = place.field("index") ?? place.namedChildren()[1];
    const at = index ? reader.evaluate(index, depth + 1) : null;
    if (typeof at !== "number" || !Number.isInteger(at) || at < 0 || at > PLACES_MAX) return known;
    while (list.length < at) list.push(null);
    const value = values[which] ?? null;
    list[at] = operator === "" ? value : applyOperator(operator, list[at] ?? null, value);
  }
  return list;
}
