import type { SgNode } from "@ast-grep/napi";
import { givenElsewhere } from "./constructed.ts";
import { fieldsOf } from "./fields.ts";
import { applied, shapeOf } from "./functions.ts";
import { HOLE, literalText } from "./literal.ts";
import { madeBy } from "./made.ts";
import { calledSo } from "./made-walks.ts";
import { combined } from "./operators.ts";
import { entryValue, ownMember } from "./own-members.ts";
import type { Reader } from "./reader.ts";
import { usesTricks } from "./tricks.ts";
import {
  elementsOf,
  isFields,
  lettersOf,
  LIST_MAX,
  numberOf,
  numberWritten,
  printed,
  sliced,
  type Fields,
  type Value,
} from "./value.ts";

const NUMBERS = /^(?:number|integer|float|\w*int\w*_literal|\w*integer_literal)$/;
const LETTERS = /^(?:char_literal|rune_literal|character_literal|character)$/;
const ALTERNATIVES = /^(?:ternary_expression|conditional_expression|conditional|if_expression)$/;
const COMPREHENSIONS = /^(?:list_comprehension|generator_expression|set_comprehension)$/;

/**
 * What an expression comes to, as far as it can be told without running it: literals, constants,
 * lists and maps, what is joined, cut, reversed, decoded or made of letters' numbers, and what
 * the file's own functions make of it. Parts of a text that are not known are holes.
 */
export function evaluated(node: SgNode, reader: Reader, depth: number): Value | null {
  const { grammar, textOf } = reader;
  const kind = String(node.kind());
  const evaluate = (inner: SgNode | null | undefined) =>
    inner ? reader.evaluate(inner, depth + 1) : null;
  if (grammar.strings.includes(kind)) return stringOf(node, reader, depth);
  if (grammar.names.includes(kind)) return ofName(node, reader, depth);
  if (grammar.maps.includes(kind)) return fieldsOf(node, reader, depth);
  if (grammar.wrappers.includes(kind)) {
    return asLetter(node, evaluate(node.namedChildren().at(-1)), reader);
  }
  if (grammar.casts.includes(kind)) {
    return asLetter(node, evaluate(node.namedChildren()[0]), reader);
  }
  if (grammar.binary.includes(kind)) return combined(node, reader, depth);
  if (grammar.lists.includes(kind)) return listOf(node, reader, depth);
  if (NUMBERS.test(kind)) return numberWritten(textOf(node));
  if (LETTERS.test(kind)) return literalText(textOf(node).replace(/^b'/, "'"));
  if (kind.startsWith("unary")) return ofUnary(node, reader, depth);
  if (ALTERNATIVES.test(kind)) return oneOf(node, reader, depth);
  if (COMPREHENSIONS.test(kind)) return comprehended(node, reader, depth);
  if (kind === "range_expression") return numbersIn(node, reader, depth);
  if (kind === "block_argument") return evaluate(node.namedChildren()[0]);
  const subscript = grammar.subscripts[kind];
  if (subscript) return partOf(node, subscript, reader, depth);
  if (grammar.members[kind]) return memberOf(node, reader, depth);
  return grammar.calls[kind] ? madeBy(node, reader, depth) : null;
}

/** What a name was given; what is brought in under it; in Ruby also what a method gives back. */
function ofName(node: SgNode, reader: Reader, depth: number): Value | null {
  const name = reader.textOf(node);
  const known = reader.named(name, depth + 1);
  if (known !== null || reader.values.has(name) || reader.bound.has(name)) return known;
  const other = PARAMETERS_ASKED.test(reader.language)
    ? elsewhere(node, name, reader, depth)
    : null;
  if (other !== null) return other;
  const brought = reader.imports.names.get(name);
  if (brought !== undefined) return SEPARATORS.test(brought) ? "/" : null;
  return reader.language === "ruby" ? givenBackBy(name, reader, depth) : null;
}

const PARAMETERS_ASKED = /^(?:go|java|rust)$/;

/** What a field, or a parameter, is given elsewhere in a file that hides something. */
function elsewhere(node: SgNode, name: string, reader: Reader, depth: number): Value | null {
  if (reader.bound.size > 0 || !usesTricks(reader.text())) return null;
  const field = reader.language === "java" ? reader.named(`this.${name}`, depth + 1) : null;
  return field ?? givenElsewhere(node, name, reader, depth);
}

/** What a getter, or a method that is asked nothing, gives back. */
function givenBackBy(name: string, reader: Reader, depth: number): Value | null {
  const own = reader.functionOf(name);
  const shape = own ? shapeOf(own, reader) : null;
  return shape ? applied(shape, [], reader, depth + 1) : null;
}

/** `-47`, and what is only pointed at: `&text`, `*letter`. */
function ofUnary(node: SgNode, reader: Reader, depth: number): Value | null {
  const written = reader.textOf(node);
  const [inner] = node.namedChildren();
  if (/^[&*]/.test(written)) return inner ? reader.evaluate(inner, depth + 1) : null;
  const number = numberWritten(written.replaceAll(/\s/g, ""));
  if (number !== null || !inner || !/^[-~^]/.test(written)) return number;
  const known = reader.evaluate(inner, depth + 1);
  if (typeof known !== "number") return null;
  return written.startsWith("-") ? -known : ~known;
}

/** `(char) 47`, `b as char` */
function asLetter(node: SgNode, value: Value | null, { textOf }: Reader): Value | null {
  if (typeof value !== "number" || !String(node.kind()).endsWith("_expression")) return value;
  return /^\(\s*char\s*\)|\bas\s+char$/.test(textOf(node)) ? lettersOf(value) : value;
}

function listOf(node: SgNode, reader: Reader, depth: number): Value | null {
  const children = node.namedChildren().slice(0, LIST_MAX);
  if (children.some((child) => child.kind() === "keyed_element")) {
    return fieldsOf(node, reader, depth);
  }
  return children
    .filter((child) => child.kind() !== "comment")
    .flatMap((child): readonly (Value | null)[] => {
      const value = reader.evaluate(child, depth + 1);
      const isSpread = /spread|splat/.test(String(child.kind()));
      return (isSpread ? elementsOf(value) : null) ?? [value];
    });
}

function stringOf(node: SgNode, reader: Reader, depth: number): string {
  const { grammar, textOf } = reader;
  const kind = String(node.kind());
  const parts = node.namedChildren();
  if (/concatenated|chained/.test(kind)) {
    return parts.map((part) => reader.fold(part, depth + 1) ?? HOLE).join("");
  }
  const holes = parts.filter((part) => grammar.holes.includes(String(part.kind())));
  const written = textOf(node);
  if (kind === "bare_string" || kind === "bare_symbol") return written;
  if (holes.length === 0) return literalText(written);
  const from = node.range().start.index;
  let text = written;
  for (const hole of holes.toReversed()) {
    const { start, end } = hole.range();
    const inner = hole.namedChildren()[0];
    const known = inner ? lettersOrNumber(reader.evaluate(inner, depth + 1)) : HOLE;
    text = text.slice(0, start.index - from) + known + text.slice(end.index - from);
  }
  return literalText(text);
}

function lettersOrNumber(value: Value | null): string {
  return typeof value === "number" ? `${value}` : (lettersOf(value) ?? HOLE);
}

/** Of alternatives the first that is known: either may be what runs. */
function oneOf(node: SgNode, reader: Reader, depth: number): Value | null {
  const condition = node.field("condition")?.id();
  for (const child of node.namedChildren().slice(0, 4)) {
    if (child.id() === condition) continue;
    const isBlock = /block|clause|then|else/.test(String(child.kind()));
    const last = isBlock ? (child.namedChildren().at(-1) ?? child) : child;
    const inner = /block/.test(String(last.kind())) ? (last.namedChildren().at(-1) ?? last) : last;
    const value = reader.evaluate(inner, depth + 1);
    if (value !== null) return value;
  }
  return null;
}

/** `[chr(c ^ 3) for c in data]` */
function comprehended(node: SgNode, reader: Reader, depth: number): Value | null {
  const [body, clause] = node.namedChildren();
  const [left, right] = [clause?.field("left"), clause?.field("right")];
  if (!body || !left || !right) return null;
  const elements = elementsOf(reader.evaluate(right, depth + 1));
  const names = reader.textOf(left).split(",");
  return elements?.map((element) => applied({ names, body }, [element], reader, depth + 1)) ?? null;
}

/** `text[1]`, `text[1:3]`, `words["a"]` */
function partOf(
  node: SgNode,
  [objectField, indexField]: readonly [object: string, index: string],
  reader: Reader,
  depth: number,
): Value | null {
  const [first, second] = node.namedChildren();
  const object = node.field(objectField) ?? first;
  const index = node.field(indexField) ?? second;
  if (!object) return null;
  const whole = reader.named(keyedName(reader.textOf(node)), depth + 1);
  if (whole !== null) return whole;
  const held = reader.evaluate(object, depth + 1);
  if (held === null) return null;
  const written = reader.textOf(node);
  const inside = written.slice(reader.textOf(object).length);
  const range = /^\[\s*(-?\d*)\s*(:|\.\.\.?=?)\s*(-?\d*)\s*(?::\s*(-?\d*)\s*)?\]$/.exec(inside);
  if (range) {
    const [, from, between, to, step] = range;
    const isClosed = between === "..=" || (between === ".." && reader.language === "ruby");
    const end = to === "" || to === undefined ? null : Number(to) + (isClosed ? 1 : 0);
    const until = end === 0 && isClosed ? null : end;
    return sliced(held, Number(from ?? 0), until, Number(step || 1));
  }
  const worked = rangeOf(node, reader, depth);
  if (worked) return sliced(held, ...worked);
  if (!index) return null;
  const key = reader.evaluate(index, depth + 1);
  if (isFields(held)) {
    const entry = held.entries.get(printed(key));
    return entry ? reader.evaluate(entry, depth + 1) : null;
  }
  return typeof key === "number" ? (elementsOf(held)?.at(key) ?? null) : null;
}

/** `text[2:len(text)-1]`, `text[from..]`: the ends as far as they can be worked out. */
function rangeOf(node: SgNode, reader: Reader, depth: number): [number, number | null] | null {
  const range = node.namedChildren().find((child) => child.kind() === "range_expression");
  const isSlice = node.kind() === "slice_expression";
  if (!range && !isSlice) return null;
  const written = range ? reader.textOf(range) : "";
  const [first, second] = range?.namedChildren() ?? [];
  const isOpen = written.startsWith("..");
  const start = range ? (isOpen ? null : first) : node.field("start");
  const end = range ? (isOpen ? first : second) : node.field("end");
  const from = start ? reader.evaluate(start, depth + 1) : 0;
  const to = end ? reader.evaluate(end, depth + 1) : null;
  if (typeof from !== "number" || (end && typeof to !== "number")) return null;
  return [from, typeof to === "number" ? to + (written.includes("..=") ? 1 : 0) : null];
}

/** `0..4` */
function numbersIn(node: SgNode, reader: Reader, depth: number): Value | null {
  const [first, last] = node.namedChildren().map((each) => reader.evaluate(each, depth + 1));
  if (typeof first !== "number" || typeof last !== "number") return null;
  const count = last - first + (reader.textOf(node).includes("..=") ? 1 : 0);
  return Array.from({ length: Math.max(0, Math.min(count, NUMBERS_MAX)) }, (_, at) => first + at);
}

const NUMBERS_MAX = 500;

function keyedName(written: string): string {
  return written.replace(/^([\w$.@]+)\[\s*["'`:]?([A-Za-z][\w$-]*)["'`]?\s*\]$/, "$1.$2");
}

const SEPARATORS =
  /(?:^|\.)(?:sep|Separator|PathSeparator|SEPARATOR|Separator|separator|separatorChar|MAIN_SEPARATOR(?:_STR)?)$/;
const ALPHABETS: ReadonlyMap<string, string> = new Map([
  ["string.ascii_lowercase", "abcdefghijklmnopqrstuvwxyz"],
  ["string.ascii_uppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
  ["string.ascii_letters", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"],
  ["string.digits", "0123456789"],
]);
const OF_ITSELF = /^(?:this|self|cls|Self|@|[A-Z]\w*)\b/;

/** A field of a struct that stands in another under no name but its own. */
function embedded(held: Fields, name: string, reader: Reader, depth: number): SgNode | null {
  if (reader.language !== "go") return null;
  for (const part of held.entries.values()) {
    const inner = reader.evaluate(part, depth + 1);
    const entry = isFields(inner) ? inner.entries.get(name) : undefined;
    if (entry) return entry;
  }
  return null;
}

/** `words.run`, `this.host`, `path.sep` */
function memberOf(node: SgNode, reader: Reader, depth: number): Value | null {
  const written = reader.textOf(node);
  const plain = written.replaceAll(/\?\.|::/g, ".");
  const whole = reader.named(plain, depth + 1);
  if (whole !== null) return whole;
  const [objectField = "", propertyField = ""] = reader.grammar.members[String(node.kind())] ?? [];
  const [object, property] = [node.field(objectField), node.field(propertyField)];
  if (!object || !property) return null;
  const name = reader.textOf(property);
  const held = /^(?:this|self|cls)$/.test(reader.textOf(object))
    ? null
    : reader.evaluate(object, depth + 1);
  if (isFields(held)) {
    const entry = held.entries.get(name) ?? embedded(held, name, reader, depth);
    return entry ? entryValue(entry, reader, depth) : null;
  }
  if (reader.language === "javascript") {
    if (name === "href" && typeof held === "string") return held;
    if (name === "length") return elementsOf(held)?.length ?? null;
    const said = /^(?:source|name|description)$/.test(name)
      ? calledSo(object, name, { reader })
      : null;
    if (said !== null) return said;
  }
  const at = numberOf(held) === null ? numberWritten(name) : null;
  if (at !== null) return elementsOf(held)?.at(at) ?? null;
  if (OF_ITSELF.test(plain)) {
    const own = reader.named(name, depth + 1) ?? givenBackBy(name, reader, depth);
    if (own !== null) return own;
    if (plain.startsWith("this.")) return ownMember(node, name, reader, depth);
  }
  if (SEPARATORS.test(plain)) return "/";
  if (/(?:^|\.)(?:pardir|ParentDir|PARENT_DIR)$/.test(plain)) return "..";
  return ALPHABETS.get(reader.nameOf(node, depth + 1)) ?? null;
}
