import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { applied, shapeOf } from "./functions.ts";
import type { Reader } from "./reader.ts";
import { elementsOf, isFields, isList, printed, sliced, type Value } from "./value.ts";

/** `text[1]`, `text[1:3]`, `words["a"]` */
export function partOf(
  node: SyntaxNode,
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
  if (held === null) return calledByPlace(node, object, reader, depth);
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
  const [from, to, step] = isList(key) ? key : [key, lengthFrom(node, key, reader, depth)];
  // `text[slice(0, None, 2)]`, and `text[3, 4]` of Ruby
  if (isList(key) || to !== null) {
    return sliced(
      held,
      typeof from === "number" ? from : 0,
      typeof to === "number" ? to : null,
      typeof step === "number" ? step : 1,
    );
  }
  if (isFields(held)) {
    const entry = held.entries.get(printed(key));
    return entry ? reader.evaluate(entry, depth + 1) : null;
  }
  return typeof key === "number" ? (elementsOf(held)?.at(key) ?? null) : null;
}

/** `text[2:len(text)-1]`, `text[from..]`: the ends as far as they can be worked out. */
function rangeOf(node: SyntaxNode, reader: Reader, depth: number): [number, number | null] | null {
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

/** `place["a", "b"]` of Ruby calls what stands there. */
function calledByPlace(
  node: SyntaxNode,
  object: SyntaxNode,
  reader: Reader,
  depth: number,
): Value | null {
  const own = reader.language === "ruby" ? reader.functionOf(reader.textOf(object)) : null;
  const shape = own ? shapeOf(own, reader) : null;
  if (!shape) return null;
  const given = node.namedChildren().slice(1);
  return applied(
    shape,
    given.map((each) => reader.evaluate(each, depth + 1)),
    reader,
    depth + 1,
  );
}

/** Where a part ends that is told by its length. */
function lengthFrom(node: SyntaxNode, from: Value | null, reader: Reader, depth: number) {
  const length = reader.language === "ruby" ? node.namedChildren()[2] : undefined;
  const value = length ? reader.evaluate(length, depth + 1) : null;
  return typeof value === "number" && typeof from === "number" ? from + value : null;
}

function keyedName(written: string): string {
  return written.replace(/^([\w$.@]+)\[\s*["'`:]?([A-Za-z][\w$-]*)["'`]?\s*\]$/, "$1.$2");
}
