import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { argumentsOf } from "./called.ts";
import { functionAround, parametersOf } from "./functions.ts";
import { unnamed } from "../made/made.ts";
import type { Reader } from "./reader.ts";
import type { Fields, Value } from "./value.ts";

const SITES_MAX = 5;
const ASSIGNED_MAX = 40;

/** The fields of an object of Java that is made by a constructor, or a record, of the file. */
export function fieldsMade(node: SyntaxNode, own: SyntaxNode, reader: Reader): Fields {
  const given = argumentsOf(node);
  const { names } = parametersOf(own, reader);
  const entries = new Map<string, SyntaxNode>();
  const argument = (name: string) => given[names.indexOf(name)];
  if (own.kind() === "record_declaration") {
    for (const name of names) {
      const value = argument(name);
      if (value) entries.set(name, value);
    }
    return { entries };
  }
  const assigned = own.findAll({ rule: { kind: "assignment_expression" } });
  for (const each of assigned.slice(0, ASSIGNED_MAX)) {
    const [left, right] = [each.field("left"), each.field("right")];
    const field = left ? /^(?:this\.)?(\w+)$/.exec(reader.textOf(left))?.[1] : undefined;
    if (field === undefined || !right) continue;
    entries.set(field, argument(reader.textOf(right)) ?? right);
  }
  return { entries };
}

/** What a parameter of a function of Go, Java or Rust is where the file itself calls that. */
export function givenElsewhere(
  node: SyntaxNode,
  name: string,
  reader: Reader,
  depth: number,
): Value | null {
  const own = functionAround(node, reader);
  const called = own?.field("name");
  if (!own || !called) return null;
  const { names, rest } = parametersOf(own, reader);
  const at = names.indexOf(name);
  if (at === -1) return null;
  for (const site of reader.sites(reader.textOf(called)).slice(0, SITES_MAX)) {
    const given = argumentsOf(site).slice(at);
    const values = (rest && at === names.length - 1 ? given : given.slice(0, 1)).map((each) =>
      reader.evaluate(unnamed(each), depth + 1),
    );
    const known = values.some((value) => value !== null);
    if (known) return rest && at === names.length - 1 ? values : (values[0] ?? null);
  }
  return null;
}
