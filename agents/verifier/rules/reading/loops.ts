import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { isFunction } from "./functions.ts";
import type { Reader } from "./reader.ts";
import { elementsOf, isList, type Value } from "./value.ts";

/** What the names of a loop stand for in one of its rounds. */
type Round = ReadonlyMap<string, Value | null>;
export type Loop = { node: SyntaxNode; rounds: readonly Round[] };

const ROUNDS_MAX = 100;
const ABOVE_MAX = 12;
const WALKS =
  /^(?:for_statement|for_in_statement|enhanced_for_statement|for_expression|for|range_clause)$/;
const EACH =
  /^(?:forEach|for_each|each|each_char|each_byte|each_with_index|each_entry|times|reverse_each)$/;
const FIELDS: readonly (readonly [names: string, over: string])[] = [
  ["left", "right"],
  ["name", "value"],
  ["pattern", "value"],
];

/**
 * The loop that a node stands in, where it can be told how often it goes round, and over what.
 * @param grown The name that it makes grow.
 */
export function loopAround(
  node: SyntaxNode,
  grown: string,
  reader: Reader,
  depth: number,
): Loop | null {
  let inner: SyntaxNode = node;
  for (let step = 0; step < ABOVE_MAX; step++) {
    const up = inner.parent();
    if (!up) return null;
    const kind = up.kind();
    if (isCallback(up, reader)) return handedTo(up, reader, depth);
    if (WALKS.test(kind)) {
      const rounds =
        counted(up, reader, depth) ??
        stepped(up, grown, reader, depth) ??
        walked(up, reader, depth);
      return rounds && { node: up, rounds };
    }
    inner = up;
  }
  return null;
}

function isCallback(node: SyntaxNode, { language, grammar }: Reader): boolean {
  const kind = node.kind();
  // What stands in braces is a function in Ruby alone.
  if (kind === "block") return language === "ruby";
  return isFunction(node) || grammar.functions.includes(kind);
}

/** `for (const part of parts)`, `for _, part := range parts` */
function walked(loop: SyntaxNode, reader: Reader, depth: number): readonly Round[] | null {
  const clause = loop.namedChildren().find((child) => child.kind() === "range_clause") ?? loop;
  for (const [namesField, overField] of FIELDS) {
    const names = clause.field(namesField);
    const over = clause.field(overField);
    if (!over || (!names && clause === loop)) continue;
    const whole = reader.evaluate(over, depth + 1);
    const said = names
      ? reader
          .textOf(names)
          .split(/[\s,()&]+/)
          .filter(isName)
      : [];
    if (typeof whole === "number") return roundsOver(said, numbersUpTo(whole));
    const elements = elementsOf(whole);
    if (!elements) return null;
    const isIndex = reader.language === "go" && said.length === 1;
    if (isIndex) return roundsOver(said, numbersUpTo(elements.length));
    return roundsOver(said, reader.language === "go" ? numbered(elements) : elements);
  }
  return null;
}

const isName = (said: string): boolean =>
  /^[\w$]+$/.test(said) && !/^(?:mut|ref|const|let|var)$/.test(said);
const numbered = (elements: readonly (Value | null)[]): Value[] =>
  elements.map((each, at) => [at, each]);

function numbersUpTo(count: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(count, ROUNDS_MAX)) }, (_, at) => at);
}

function roundsOver(names: readonly string[], elements: readonly (Value | null)[]): Round[] {
  return elements.slice(0, ROUNDS_MAX).map((each) => {
    const parts = names.length > 1 && isList(each) ? each : [each];
    return new Map(names.map((name, at) => [name, parts[at] ?? null]));
  });
}

const HEAD_CHARS_MAX = 200;

/** `for (int i = 0; i < 4; i++)` */
function counted(loop: SyntaxNode, reader: Reader, depth: number): Round[] | null {
  const clause = loop.namedChildren().find((child) => child.kind() === "for_clause") ?? loop;
  const [begins, until, step] = ["init", "condition", "update"].map((field) => clause.field(field));
  const start = begins ?? clause.field("initializer");
  const limit = until?.field("right");
  if (!start || !until || !limit || !step || isOfSeveral(start)) return null;
  const name = /(\w+)\s*:?=(?!=)/.exec(reader.textOf(start).slice(0, HEAD_CHARS_MAX))?.[1];
  const given =
    start.field("right") ?? start.find({ rule: { kind: "variable_declarator" } })?.field("value");
  const from = given ? reader.evaluate(given, depth + 1) : null;
  const to = reader.evaluate(limit, depth + 1);
  const by = stepOf(reader.textOf(step));
  const sign = /(?:<|>|!=)=?/.exec(reader.textOf(until).slice(0, HEAD_CHARS_MAX))?.[0];
  if (name === undefined || typeof from !== "number" || typeof to !== "number" || by === 0)
    return null;
  const goesOn = (at: number) =>
    sign === "<"
      ? at < to
      : sign === "<="
        ? at <= to
        : sign === ">"
          ? at > to
          : sign === ">="
            ? at >= to
            : at !== to;
  const rounds: Round[] = [];
  for (let at = from; goesOn(at) && rounds.length < ROUNDS_MAX; at += by)
    rounds.push(new Map([[name, at]]));
  return rounds;
}

/** `for i, j := 0, len(letters)-1; i < j; i, j = i+1, j-1` */
function stepped(loop: SyntaxNode, grown: string, reader: Reader, depth: number): Round[] | null {
  const clause = loop.namedChildren().find((child) => child.kind() === "for_clause") ?? loop;
  const until = clause.field("condition");
  const start = clause.field("initializer") ?? clause.field("init");
  const steps = clause.fieldChildren("update");
  if (!until || !start || steps.length === 0) return null;
  let now = new Map([...reader.bound, [grown, reader.named(grown, depth + 1)] as const]);
  const evaluate = (node: SyntaxNode) => reader.within(now).evaluate(node, depth + 1);
  for (const [name, node] of givenIn(start, reader)) now.set(name, evaluate(node));
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS_MAX && evaluate(until) === 1) {
    rounds.push(now);
    const next = new Map(now);
    for (const step of steps) {
      const said = reader.textOf(step);
      const [, counter = ""] = /^(\w+)(?:\+\+|--|\s*[-+]=)/.exec(said) ?? [];
      const was = now.get(counter);
      if (typeof was === "number") next.set(counter, was + stepOf(said));
      else for (const [name, node] of givenIn(step, reader)) next.set(name, evaluate(node));
    }
    now = next;
  }
  return rounds.length > 0 && rounds.length < ROUNDS_MAX ? rounds : null;
}

/** The names that a statement gives something, each with that. */
function givenIn(statement: SyntaxNode, { textOf }: Reader): [name: string, node: SyntaxNode][] {
  const [left, right] = [statement.field("left"), statement.field("right")];
  if (left && right) {
    const values = right.kind() === "expression_list" ? right.namedChildren() : [right];
    const names = left.kind() === "expression_list" ? left.namedChildren() : [left];
    return names.flatMap((name, at): [string, SyntaxNode][] => {
      const value = values[at];
      return value ? [[textOf(name), value]] : [];
    });
  }
  return statement
    .findAll({ rule: { kind: "variable_declarator" } })
    .flatMap((each): [string, SyntaxNode][] => {
      const [name, value] = [each.field("name"), each.field("value")];
      return name && value ? [[textOf(name), value]] : [];
    });
}

const isOfSeveral = (start: SyntaxNode): boolean =>
  start.text().slice(0, HEAD_CHARS_MAX).includes(",");

function stepOf(said: string): number {
  const by = Number(/[-+]=\s*(\d+)/.exec(said)?.[1] ?? 1);
  return /--|-=/.test(said) ? -by : /\+\+|\+=/.test(said) ? by : 0;
}

/** `parts.forEach((part) => …)`, `4.times { … }` */
function handedTo(callback: SyntaxNode, reader: Reader, depth: number): Loop | null {
  const above = callback.parent();
  const call = above && reader.grammar.calls[above.kind()] ? above : above?.parent();
  const shape = call ? reader.grammar.calls[call.kind()] : undefined;
  if (!call || !shape) return null;
  const whole = "whole" in shape ? call.field(shape.whole) : null;
  const said = "whole" in shape ? whole?.namedChildren().at(-1) : call.field(shape.name);
  if (!said || !EACH.test(reader.textOf(said))) return null;
  const on = "whole" in shape ? whole?.namedChildren()[0] : call.field(shape.receiver);
  const over = on ? reader.evaluate(on, depth + 1) : null;
  const elements = typeof over === "number" ? numbersUpTo(over) : elementsOf(over);
  if (!elements) return null;
  const parameters = callback.field("parameters") ?? callback.field("parameter");
  const names = parameters
    ? reader
        .textOf(parameters)
        .split(/[\s,()|&]+/)
        .filter(isName)
    : [];
  return { node: callback, rounds: roundsOver(names, elements) };
}
