import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { argumentsOf } from "./called.ts";
import { parametersOf } from "./functions.ts";
import type { Reader } from "./reader.ts";
import type { Fields } from "./value.ts";

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
