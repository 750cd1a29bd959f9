import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { argumentsOf } from "./called.ts";
import type { Made } from "../made/made.ts";
import { unnamed } from "../made/made.ts";
import type { Reader } from "./reader.ts";
import { elementsOf, isFields, type Fields, type Value } from "./value.ts";

const MAKES_RECORD = /^(?:collections\.)?namedtuple$|^(?:Struct\.new|Data\.define)$/;
const FIELDS_MAX = 50;

/** A part of a record, which is asked for as a method is in Ruby. */
export function partMade({ given, method, receiver, reader, depth }: Made): Value | null {
  if (reader.language !== "ruby" || given.length > 0) return null;
  const on = receiver();
  const entry = isFields(on) ? on.entries.get(method) : undefined;
  return entry ? reader.evaluate(entry, depth + 1) : null;
}

/** A record of a kind that the file itself makes: `Place = namedtuple("Place", "kind host")`. */
export function recordMade({ node, given, name, reader, depth }: Made): Fields | null {
  if (!/\(\)(?:\.new)?$/.test(name)) return null;
  const kind = /^([A-Z]\w*)(?:\.new|\.make|\._make)?\b/.exec(reader.textOf(node))?.[1];
  const made = kind === undefined ? undefined : reader.values.get(kind).at(-1);
  const names = made ? fieldNames(made, reader, depth) : null;
  if (!names) return null;
  const entries = new Map<string, SyntaxNode>();
  for (const [at, argument] of given.slice(0, FIELDS_MAX).entries()) {
    const key = argument.field("name") ?? argument.field("key");
    const field = key ? reader.textOf(key).replace(/:$/, "") : names[at];
    if (field !== undefined) entries.set(field, unnamed(argument));
  }
  return { entries };
}

/** The names of its fields, in their order. */
function fieldNames(made: SyntaxNode, reader: Reader, depth: number): string[] | null {
  if (!reader.grammar.calls[made.kind()]) return null;
  if (!MAKES_RECORD.test(reader.nameOf(made, depth + 1).replace(/\(\)$/, ""))) return null;
  const given = argumentsOf(made);
  const list = reader.language === "python" ? given.slice(1, 2) : given;
  return list
    .map((each): Value => reader.evaluate(each, depth + 1) ?? "")
    .flatMap((each) => (typeof each === "string" ? each.split(/[\s,]+/) : (elementsOf(each) ?? [])))
    .filter((each): each is string => typeof each === "string" && each !== "");
}
