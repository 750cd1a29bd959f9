import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { addedTo } from "./added.ts";
import { stepped, weighed } from "./effort.ts";
import { applied, shapeOf } from "./functions.ts";
import { type Loop, loopAround } from "./loops.ts";
import type { Binding, Names } from "./names.ts";
import { argumentsOf } from "./called.ts";
import type { Reader } from "./reader.ts";
import { bounded, elementsOf, isFields, isList, type Value } from "./value.ts";

type Held = {
  names: Names;
  reader: Reader;
  /** Keeps what the name has come to so far, for what it is given that is made of itself. */
  soFar: (value: Value | null) => void;
  depth: number;
};

/** What a name holds in the end: what it was given, and what was put behind that step by step. */
export function heldBy(name: string, held: Held): Value | null {
  const { names, reader, soFar, depth } = held;
  const bindings = names.held.get(name);
  if (!bindings) return takenOut(name, held);
  let known: Value | null = null;
  let given: SyntaxNode | null = null;
  for (let at = 0; at < bindings.length; at++) {
    const binding = bindings[at];
    if (!binding) break;
    // What was given nothing before has nothing to grow.
    const isBegun = at > 0 || binding.added !== null;
    const loop =
      isBegun && growsBy(binding, name, reader)
        ? loopAround(binding.node, name, reader, depth)
        : null;
    if (loop && !(given && isInside(given, loop.node))) {
      const beyond = bindings.findIndex((each, n) => n > at && !isInside(each.node, loop.node));
      const inside = bindings.slice(at, beyond === -1 ? undefined : beyond);
      known = afterRounds(known, loop, inside, { name, reader, depth });
      at += inside.length - 1;
    } else {
      if (binding.added === null) given = binding.node;
      known = after(known, binding, reader, depth);
    }
    soFar(known);
  }
  return known;
}

/** What a name holds after one more binding. */
function after(known: Value | null, binding: Binding, reader: Reader, depth: number): Value | null {
  let now: Value | null;
  if (binding.added === null) {
    const node = nodeOf(binding);
    const whole = node ? reader.evaluate(node, depth + 1) : elementOf(binding, reader, depth);
    const isFirst = node && binding.at === 0 && isList(whole) && givesSeveral(node, reader);
    const value = isFirst ? (whole[0] ?? null) : whole;
    // Another function's local of the same name makes what is known no less so.
    now = value ?? known;
  } else now = addedTo(known, binding, reader, depth);
  return weighed(bounded(now), reader.effort);
}

/** Whether a binding makes a name of what it was: `list = append(list, x)`, `text += x`. */
function growsBy({ added, value, node }: Binding, name: string, reader: Reader): boolean {
  if (added !== null) return true;
  const given = value === "" ? null : node.field(value);
  return given !== null && reader.textOf(given).includes(name);
}

function isInside(node: SyntaxNode, loop: SyntaxNode): boolean {
  const [inner, outer] = [node.range(), loop.range()];
  return inner.start.index > outer.start.index && inner.end.index <= outer.end.index;
}

/** What a name holds after a loop, round by round. */
function afterRounds(
  known: Value | null,
  { rounds }: Loop,
  inside: readonly Binding[],
  { name, reader, depth }: { name: string; reader: Reader; depth: number },
): Value | null {
  let now = known;
  for (const round of rounds) {
    for (const binding of inside) {
      if (!stepped(reader.effort)) return now;
      const bound = new Map([...reader.bound, ...round, [name, now] as const]);
      now = after(now, binding, reader.within(bound), depth + 1);
    }
  }
  return now;
}

/** The node that a name is given; null where it is a part of a list that is not written out. */
export function nodeOf({ node, value, at, added, rest }: Binding): SyntaxNode | null {
  if (value === "" || rest) return null;
  const given = node.field(value);
  // In Go what a name is given stands in a list, of one too.
  if (given?.kind() === "expression_list" && at === null && node.kind() !== "assignment") {
    const parts = given.namedChildren();
    return parts.length === 1 ? (parts[0] ?? null) : given;
  }
  if (given === null || at === null || added !== null) return given;
  const kind = given.kind();
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
  const other = given && at !== null ? givenBeside(given, at, reader, depth) : null;
  if (other !== null) return other;
  const whole = given ? reader.evaluate(given, depth + 1) : null;
  if (at === null) return whole;
  // What a function of Go gives back besides a text is no letter of it.
  if (reader.language === "go" && !isList(whole)) return null;
  return rest ? (elementsOf(whole)?.slice(at) ?? null) : (elementsOf(whole)?.[at] ?? null);
}

const SEVERAL = /^(?:strings|bytes)\.Cut|^(?:filepath|path)\.Split\(|^net\.SplitHostPort/;
const givesSeveral = (node: SyntaxNode, { language, textOf }: Reader): boolean =>
  language === "go" && SEVERAL.test(textOf(node));

/** `name, option := tool()`: what a function of the file gives back beside the first. */
function givenBeside(given: SyntaxNode, at: number, reader: Reader, depth: number): Value | null {
  if (reader.language !== "go" || at === 0) return null;
  const call = given.kind() === "expression_list" ? given.namedChildren()[0] : given;
  const callee = call?.kind() === "call_expression" ? call.field("function") : null;
  const own = callee ? reader.functionOf(reader.textOf(callee).replace(/^.*\./, "")) : null;
  const shape = own ? shapeOf(own, reader) : null;
  const body = shape?.beside[at - 1];
  if (!call || !shape || !body) return null;
  const values = argumentsOf(call).map((each) => reader.evaluate(each, depth + 1));
  return applied({ names: shape.names, body, rest: shape.rest }, values, reader, depth + 1);
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
