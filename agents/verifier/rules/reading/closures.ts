import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { argumentsOf } from "./called.ts";
import { boundBy, isFunction, shapeOf } from "./functions.ts";
import type { Reader } from "./reader.ts";

/** A function that is called, and the reader of what it knows. */
type Called = { node: SyntaxNode; reader: Reader };

const STEPS_MAX = 6;

/** The function that is called by `(() => …)()` or `make(one)(two)`, and what it was told before. */
export function functionCalled(
  callee: SyntaxNode,
  reader: Reader,
  depth: number,
  step = 0,
): Called | null {
  if (step > STEPS_MAX) return null;
  const { grammar } = reader;
  const kind = callee.kind();
  if (isFunction(callee)) return { node: callee, reader };
  if (grammar.names.includes(kind)) {
    const own = reader.functionOf(reader.textOf(callee));
    return own && { node: own, reader };
  }
  const [inside] = callee.namedChildren();
  if (kind === "parenthesized_expression") {
    return inside ? functionCalled(inside, reader, depth, step + 1) : null;
  }
  const shaped = grammar.calls[kind];
  const before = shaped && "whole" in shaped ? callee.field(shaped.whole) : null;
  const made = before && functionCalled(before, reader, depth, step + 1);
  const shape = made && shapeOf(made.node, made.reader);
  if (!made || !shape || !isFunction(shape.body)) return null;
  const given = argumentsOf(callee).map((each) => reader.evaluate(each, depth + 1));
  return {
    node: shape.body,
    reader: made.reader.within(boundBy(shape, given, made.reader, depth)),
  };
}
