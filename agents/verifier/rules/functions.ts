import type { SgNode } from "@ast-grep/napi";
import type { Reader } from "./reader.ts";
import { REST, takenApart } from "./taken-apart.ts";
import { elementsOf, isFields, isList, type Value } from "./value.ts";

/** A function as far as it is followed: the names that it is given, and what it gives back. */
export type Shape = {
  names: readonly string[];
  /** What each name is when nothing is given for it. */
  defaults: readonly (SgNode | null)[];
  body: SgNode;
};

const ANY_FUNCTION =
  /^(?:arrow_function|function|function_expression|generator_function|lambda|closure_expression|lambda_expression|func_literal|block|do_block)$/;
const BLOCKS = /block|body|statement_list/;
const PARAMETERS = ["parameters", "parameter"];

export function isFunction(node: SgNode): boolean {
  return ANY_FUNCTION.test(String(node.kind()));
}

/** How a function that can be followed looks; null where it gives nothing back. */
export function shapeOf(node: SgNode, reader: Reader): Shape | null {
  const known = reader.shapes.get(node.id());
  if (known !== undefined) return known;
  const shape = shapeRead(node, reader);
  reader.shapes.set(node.id(), shape);
  return shape;
}

function shapeRead(node: SgNode, reader: Reader): Shape | null {
  const parameters = PARAMETERS.map((field) => node.field(field)).find((found) => found !== null);
  const names = parameters ? namesIn(parameters, reader) : [];
  const body = node.field("body") ?? node.namedChildren().at(-1);
  const given = body ? givenBackBy(body, reader) : null;
  if (!given) return null;
  const defaults = parameters
    ?.namedChildren()
    .map((child) => child.field("value") ?? child.field("right"));
  return {
    names: names.length === 0 ? ["it", "_1"] : names,
    defaults: defaults ?? [],
    body: given,
  };
}

function namesIn(parameters: SgNode, reader: Reader): string[] {
  if (reader.grammar.names.includes(String(parameters.kind()))) return [reader.textOf(parameters)];
  return parameters.namedChildren().map((child) => {
    const name = child.field("name") ?? child.field("pattern") ?? child.field("left") ?? child;
    const said = reader.textOf(name);
    if (reader.language === "javascript" && /^(?:\.\.\.|[[{])/.test(said)) return said;
    return /^(?:&|mut |\*|\.\.\.|\()*([@\w$]+)/.exec(said)?.[1] ?? said;
  });
}

/** The last thing that a body returns, or its last expression. */
function givenBackBy(body: SgNode, reader: Reader): SgNode | null {
  if (!BLOCKS.test(String(body.kind()))) return body;
  const returned = reader.textOf(body).includes("return")
    ? body.findAll({ rule: { kind: reader.grammar.returns } }).at(-1)
    : undefined;
  if (returned) return firstOf(returned.namedChildren()[0] ?? null);
  const last = body.namedChildren().at(-1);
  if (!last) return null;
  return BLOCKS.test(String(last.kind())) ? givenBackBy(last, reader) : firstOf(last);
}

/** What stands first where several are given back, as in Go. */
function firstOf(node: SgNode | null): SgNode | null {
  const lists = /^(?:expression_list|argument_list|expression_statement)$/;
  return node && lists.test(String(node.kind())) ? (node.namedChildren()[0] ?? null) : node;
}

const BODY_CHARS_MAX = 600;

/** What a function makes of values; names of its own stand for them while it is read. */
export function applied(
  { names, body, defaults = [] }: Omit<Shape, "defaults"> & Partial<Shape>,
  given: readonly (Value | null)[],
  reader: Reader,
  depth: number,
): Value | null {
  // What is told nothing gives back the same each time: it is read once.
  const { start, end } = body.range();
  if (end.index - start.index > BODY_CHARS_MAX) return null;
  const isTold = given.some((each) => each !== null) || names.some((name) => name.startsWith("{"));
  if (!isTold && !defaults.some((each) => each !== null)) return reader.evaluate(body, depth + 1);
  const bound = boundBy({ names, body, defaults }, given, reader, depth);
  return reader.within(bound).evaluate(body, depth + 1);
}

/** What the names of a function stand for when it is given these values. */
export function boundBy(
  { names, defaults }: Shape,
  given: readonly (Value | null)[],
  reader: Reader,
  depth: number,
): ReadonlyMap<string, Value | null> {
  const [only] = given;
  const values = names.length > 1 && given.length === 1 && isList(only ?? null) ? only : given;
  const bound = new Map(reader.bound);
  for (const [at, name] of names.entries()) {
    const told = isList(values ?? null) ? valueAt(values, at) : (given[at] ?? null);
    const other = told === null ? (defaults[at] ?? null) : null;
    const value = other ? reader.evaluate(other, depth + 1) : told;
    if (name.startsWith(REST)) bound.set(name.slice(REST.length), given.slice(at));
    else if (/^[[{]/.test(name)) takeApart(name, value, bound, reader, depth);
    else bound.set(name.trim(), value);
  }
  return bound;
}

/** `([left, right]) => …`, `({ host }) => …` */
function takeApart(
  written: string,
  value: Value | null,
  bound: Map<string, Value | null>,
  reader: Reader,
  depth: number,
): void {
  for (const [local, path, otherwise] of takenApart(written)) {
    const entry = isFields(value) ? value.entries.get(path) : undefined;
    const element = elementsOf(value)?.[Number(path)] ?? null;
    bound.set(local, entry ? reader.evaluate(entry, depth + 1) : (element ?? otherwise));
  }
}

function valueAt(values: Value | null | undefined | readonly (Value | null)[], at: number) {
  return Array.isArray(values) ? (values[at] ?? null) : null;
}

/** What a function that is handed over makes of a value: written out, or named. */
export function appliedTo(
  node: SgNode,
  given: readonly (Value | null)[],
  reader: Reader,
  depth: number,
): Value | null {
  const own = isFunction(node) ? node : reader.functionOf(reader.textOf(node));
  const shape = own ? shapeOf(own, reader) : null;
  return shape ? applied(shape, given, reader, depth) : null;
}
