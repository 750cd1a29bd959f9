import type { SyntaxNode } from "../../../source/syntax-node.ts";
import type { Reader } from "./reader.ts";
import type { Fields } from "./value.ts";

const PARENTS_MAX = 200;
const CLASS = /^[A-Z]\w*$/;

/** Names of classes; read once a file. */
const classes = new WeakMap<object, ReadonlySet<string>>();
function classesIn(reader: Reader): ReadonlySet<string> {
  const known = classes.get(reader.values);
  if (known) return known;
  const found = [...reader.text().matchAll(/^class (\w+)/gm)].map(([, name = ""]) => name);
  const names = new Set(found);
  classes.set(reader.values, names);
  return names;
}

/** What a class of the file is given at its beginning, e.g. the members of an enumeration. */
export function membersOf(node: SyntaxNode, name: string, reader: Reader): Fields | null {
  if (reader.language !== "python" || !CLASS.test(name)) return null;
  if (!classesIn(reader).has(name)) return null;
  let top = node;
  for (let step = 0; step < PARENTS_MAX; step++) {
    const outer = top.parent();
    if (!outer) break;
    top = outer;
  }
  const found = top
    .namedChildren()
    .map((child) => (child.kind() === "decorated_definition" ? child.field("definition") : child))
    .find((child) => {
      const called = child?.kind() === "class_definition" ? child.field("name") : null;
      return called !== null && called !== undefined && reader.textOf(called) === name;
    });
  const entries = new Map<string, SyntaxNode>();
  for (const statement of found?.field("body")?.namedChildren() ?? []) {
    const inner =
      statement.kind() === "expression_statement" ? statement.namedChildren()[0] : statement;
    const [left, right] = [inner?.field("left"), inner?.field("right")];
    if (left && right) entries.set(reader.textOf(left), right);
  }
  return found ? { entries } : null;
}
