import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { filled } from "./formats.ts";
import { gatheredUpTo, joinedUpTo, repeatedUpTo } from "./growth.ts";
import { HOLE } from "./literal.ts";
import type { Reader } from "./reader.ts";
import { bounded, isFields, isList, numberOf, printed, type Value } from "./value.ts";
import { ofLargeNumbers } from "./whole-numbers.ts";

const SPINE_MAX = 2_000;
/** How often the same is put behind itself at the most. */
export const REPEATED_MAX = 50;

/** What operators make of values; `a + b + c` is read from its left end, however long it is. */
export function combined(node: SyntaxNode, reader: Reader, depth: number): Value | null {
  const spine: SyntaxNode[] = [];
  let first: SyntaxNode | null = node;
  while (first && reader.grammar.binary.includes(first.kind()) && spine.length < SPINE_MAX) {
    spine.push(first);
    first = first.field("left");
  }
  let known: Value | null = first ? reader.evaluate(first, depth + 1) : null;
  for (const each of spine.toReversed()) {
    const operator = each.field("operator");
    const right = each.field("right");
    if (!operator || !right) return null;
    const other = reader.evaluate(right, depth + 1);
    if (isCounted(known, other, each, reader)) {
      known = (numberOf(known) ?? 0) + (numberOf(other) ?? 0);
      continue;
    }
    known = bounded(
      applyOperator(reader.textOf(operator), known, other, (part) =>
        reader.evaluate(part, depth + 1),
      ),
    );
  }
  return known;
}

/** In Go, Java and Rust a letter and a number are a number: `'a' + 13`. */
function isCounted(
  one: Value | null,
  other: Value | null,
  node: SyntaxNode,
  reader: Reader,
): boolean {
  if (!/^(?:go|java|rust)$/.test(reader.language)) return false;
  const isNumber = typeof one === "number";
  if (isNumber === (typeof other === "number") || numberOf(isNumber ? other : one) === null)
    return false;
  const letter = node.field(isNumber ? "right" : "left");
  const isText = letter !== null && reader.grammar.strings.includes(letter.kind());
  return !isText && node.field("operator")?.text() === "+";
}

export function applyOperator(
  operator: string,
  left: Value | null,
  right: Value | null,
  read: (node: SyntaxNode) => Value | null = () => null,
): Value | null {
  const large = ofLargeNumbers(operator, left, right);
  if (large !== null) return large;
  switch (operator) {
    case "+":
    case "<<":
      return sum(left, right, operator);
    case "||":
      return left === 0 ? right : (left ?? right);
    case "??":
    case "or":
      return left ?? right;
    case "&&":
      return left === 0 ? left : right;
    case "and":
      return right;
    case "*":
      return repeated(left, right);
    case "%":
      if (typeof left === "string") {
        return filled(left, isList(right) ? right : [right], (name) => {
          const entry = isFields(right) ? right.entries.get(name) : undefined;
          return entry ? read(entry) : null;
        });
      }
      break;
    case "|":
      // Maps of Python are laid one over the other.
      if (isFields(left) && isFields(right)) {
        return { entries: new Map([...left.entries, ...right.entries]) };
      }
      break;
    case "/":
      // Paths of Python are put together with a slash.
      if (typeof left === "string" || typeof right === "string") {
        return `${typeof left === "string" ? left : HOLE}/${printed(right)}`;
      }
      break;
  }
  return computed(operator, numberOf(left), numberOf(right));
}

function sum(left: Value | null, right: Value | null, operator: string): Value | null {
  if (isList(left))
    return isList(right) && operator === "+" ? [...left, ...right] : [...left, right];
  if (isList(right)) return [left, ...right];
  if (typeof left === "number" && typeof right === "number") {
    return operator === "+" ? left + right : left << right;
  }
  if (typeof left !== "string" && typeof right !== "string") return null;
  return `${printed(left)}${printed(right)}`;
}

function repeated(left: Value | null, right: Value | null): Value | null {
  // A list of Ruby times a text is joined by it.
  if (isList(left) && typeof right === "string") return joinedUpTo(left.map(printed), right);
  const [text, times] = typeof left === "string" ? [left, right] : [right, left];
  if (typeof text === "string" && typeof times === "number") {
    return repeatedUpTo(text, Math.min(times, REPEATED_MAX));
  }
  if (typeof text === "string") return text;
  if (isList(left) && typeof right === "number") return listed(left, right);
  return typeof left === "number" && typeof right === "number" ? left * right : null;
}

/** A list, or a thing, as often as a number says. */
export function listed(each: Value | null, times: number): readonly (Value | null)[] {
  const count = Math.max(0, Math.min(Math.trunc(times), REPEATED_MAX));
  return gatheredUpTo(Array.from({ length: count }, () => (isList(each) ? each : [each])));
}

function computed(operator: string, left: number | null, right: number | null): number | null {
  if (left === null || right === null) return null;
  switch (operator) {
    case "==":
    case "===":
      return Number(left === right);
    case "!=":
    case "!==":
      return Number(left !== right);
    case "<":
      return Number(left < right);
    case ">":
      return Number(left > right);
    case "<=":
      return Number(left <= right);
    case ">=":
      return Number(left >= right);
    case "^":
      return left ^ right;
    case "-":
      return left - right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case ">>":
    case ">>>":
      return left >>> right;
    case "%":
      return right === 0 ? null : left % right;
    case "/":
      return right === 0 ? null : Math.trunc(left / right);
    default:
      return null;
  }
}
