import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { givenOnItsWay } from "./branches.ts";
import type { Reader } from "./reader.ts";
import { REST, takenApart } from "./taken-apart.ts";
import { tellingOf } from "./telling.ts";
import { usesTricks } from "../texts/tricks.ts";
import { elementsOf, isFields, isList, type Value } from "./value.ts";

/** A function as far as it is followed: the names that it is given, and what it gives back. */
export type Shape = {
  names: readonly string[];
  /** What each name is when nothing is given for it. */
  defaults: readonly (SyntaxNode | null)[];
  body: SyntaxNode;
  /** What is given back beside it, as in Go: `return name, option`. */
  beside: readonly SyntaxNode[];
  /** All that it does, where what it gives back hangs on conditions. */
  branches: SyntaxNode | null;
  /** Whether the last name stands for all that is left. */
  rest: boolean;
  /** What it may give back besides: either may be what runs. */
  others?: readonly SyntaxNode[];
};

const ANY_FUNCTION =
  /^(?:arrow_function|function|function_expression|generator_function|lambda|closure_expression|lambda_expression|func_literal|block|do_block)$/;
const BLOCKS = /block|body|statement_list/;
const PARAMETERS = ["parameters", "parameter"];

export function isFunction(node: SyntaxNode): boolean {
  return ANY_FUNCTION.test(node.kind());
}

/** How a function that can be followed looks; null where it gives nothing back. */
export function shapeOf(node: SyntaxNode, reader: Reader): Shape | null {
  const known = reader.shapes.get(node.id());
  if (known !== undefined) return known;
  const shape = shapeRead(node, reader);
  reader.shapes.set(node.id(), shape);
  return shape;
}

/** The names that a function is given, and whether the last stands for all that is left. */
export function parametersOf(node: SyntaxNode, reader: Reader): { names: string[]; rest: boolean } {
  const parameters = PARAMETERS.map((field) => node.field(field)).find((found) => found !== null);
  const last = parameters?.namedChildren().at(-1);
  return {
    names: parameters ? namesIn(parameters, reader) : [],
    rest: last !== undefined && LEFT_OVER.test(last.kind()),
  };
}

function shapeRead(node: SyntaxNode, reader: Reader): Shape | null {
  const parameters = PARAMETERS.map((field) => node.field(field)).find((found) => found !== null);
  const { names, rest } = parametersOf(node, reader);
  const body = node.field("body") ?? node.namedChildren().at(-1);
  const given = body ? (givenBackBy(body, reader) ?? namedResult(node, reader)) : null;
  if (!given) return null;
  const defaults = parameters
    ?.namedChildren()
    .map((child) => child.field("value") ?? child.field("right"));
  return {
    names: names.length === 0 ? ["it", "_1"] : names,
    defaults: defaults ?? [],
    body: given,
    branches: body && branchesIn(body, reader) ? body : null,
    beside:
      given.parent()?.kind() === "expression_list"
        ? (given.parent()?.namedChildren().slice(1) ?? [])
        : [],
    rest,
    others: body ? othersIn(body, given, reader) : [],
  };
}

const LEFT_OVER = /^(?:variadic_parameter_declaration|spread_parameter|rest_pattern)$/;

const BRANCHES_CHARS_MAX = 800;

function branchesIn(body: SyntaxNode, { language, textOf }: Reader): boolean {
  if (!/^(?:go|java|rust)$/.test(language)) return false;
  const { start, end } = body.range();
  return (
    end.index - start.index < BRANCHES_CHARS_MAX && /\b(?:if|switch|match)\b/.test(textOf(body))
  );
}

/** `func turned(in string) (out string)` */
function namedResult(node: SyntaxNode, { language }: Reader): SyntaxNode | null {
  const result = language === "go" ? node.field("result") : null;
  return result?.namedChildren()[0]?.field("name") ?? null;
}

function namesIn(parameters: SyntaxNode, reader: Reader): string[] {
  if (reader.grammar.names.includes(parameters.kind())) return [reader.textOf(parameters)];
  return parameters.namedChildren().flatMap((child) => {
    if (child.kind() === "self_parameter") return [];
    // `first, second string`
    const several = reader.language === "go" ? child.fieldChildren("name") : [];
    if (several.length > 1) return several.map((name) => reader.textOf(name));
    const inner = child.kind() === "spread_parameter" ? child.namedChildren().at(-1) : null;
    const name =
      child.field("name") ?? child.field("pattern") ?? child.field("left") ?? inner ?? child;
    const said = reader.textOf(name);
    if (reader.language === "javascript" && /^(?:\.\.\.|[[{])/.test(said)) return said;
    return /^(?:&|mut |\*|\.\.\.|\()*([@\w$]+)/.exec(said)?.[1] ?? said;
  });
}

/** The last thing that a body returns, or its last expression. */
function givenBackBy(body: SyntaxNode, reader: Reader): SyntaxNode | null {
  if (!BLOCKS.test(body.kind())) return body;
  const returned = reader.textOf(body).includes("return")
    ? body.findAll({ rule: { kind: reader.grammar.returns } }).at(-1)
    : undefined;
  if (returned) return firstOf(returned.namedChildren()[0] ?? null);
  const last = body.namedChildren().at(-1);
  if (!last) return null;
  return BLOCKS.test(last.kind()) ? givenBackBy(last, reader) : firstOf(last);
}

const OTHERS_MAX = 4;

function othersIn(body: SyntaxNode, last: SyntaxNode, reader: Reader): SyntaxNode[] {
  if (
    !usesTricks(reader.text()) ||
    !BLOCKS.test(body.kind()) ||
    !reader.textOf(body).includes("return")
  )
    return [];
  return body
    .findAll({ rule: { kind: reader.grammar.returns } })
    .slice(0, OTHERS_MAX)
    .flatMap((each) => firstOf(each.namedChildren()[0] ?? null) ?? [])
    .filter((each) => each.id() !== last.id() && /["'`]/.test(reader.textOf(each)));
}

/** What stands first where several are given back, as in Go. */
function firstOf(node: SyntaxNode | null): SyntaxNode | null {
  const lists = /^(?:expression_list|argument_list|expression_statement)$/;
  return node && lists.test(node.kind()) ? (node.namedChildren()[0] ?? null) : node;
}

const BODY_CHARS_MAX = 600;

type Followed = Pick<Shape, "names"> & Partial<Shape>;

/** What a function makes of values; names of its own stand for them while it is read. */
export function applied(
  shape: Followed & Pick<Shape, "body">,
  given: readonly (Value | null)[],
  reader: Reader,
  depth: number,
): Value | null {
  const { names, body, defaults = [], branches = null, others = [] } = shape;
  // What is told nothing gives back the same each time: it is read once.
  const { start, end } = body.range();
  if (end.index - start.index > BODY_CHARS_MAX) return null;
  const isTold = given.some((each) => each !== null) || names.some((name) => name.startsWith("{"));
  if (!isTold && !defaults.some((each) => each !== null))
    return eitherOf(body, others, reader, depth);
  const inside = reader.within(boundBy(shape, given, reader, depth));
  const way = branches ? givenOnItsWay(branches, inside, depth + 1) : null;
  return way ? inside.evaluate(way, depth + 1) : eitherOf(body, others, inside, depth);
}

/** What the names of a function stand for when it is given these values. */
export function boundBy(
  { names, defaults = [], rest = false }: Followed,
  given: readonly (Value | null)[],
  reader: Reader,
  depth: number,
): ReadonlyMap<string, Value | null> {
  const [only] = given;
  const left = names.length - 1;
  const spread = names.length > 1 && given.length === 1 && isList(only ?? null) ? only : given;
  const values = rest ? [...given.slice(0, left), given.slice(left)] : spread;
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

function eitherOf(
  body: SyntaxNode,
  others: readonly SyntaxNode[],
  reader: Reader,
  depth: number,
): Value | null {
  const values = [body, ...others].map((each) => reader.evaluate(each, depth + 1));
  return values.length === 1 ? (values[0] ?? null) : tellingOf(values);
}

function valueAt(values: Value | null | undefined | readonly (Value | null)[], at: number) {
  return Array.isArray(values) ? (values[at] ?? null) : null;
}

/** What a function that is handed over makes of a value: written out, or named. */
export function appliedTo(
  node: SyntaxNode,
  given: readonly (Value | null)[],
  reader: Reader,
  depth: number,
): Value | null {
  const own = isFunction(node) ? node : reader.functionOf(reader.textOf(node));
  const shape = own ? shapeOf(own, reader) : null;
  return shape ? applied(shape, given, reader, depth) : null;
}

const ABOVE_MAX = 40;

/** The function with a name that a node stands in. */
export function functionAround(node: SyntaxNode, { grammar }: Reader): SyntaxNode | null {
  let up = node.parent();
  for (let step = 0; up && step < ABOVE_MAX; step++) {
    if (grammar.functions.includes(up.kind())) return up;
    up = up.parent();
  }
  return null;
}
