import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { applied, shapeOf } from "./functions.ts";
import type { Reader } from "./reader.ts";
import { isFields, type Value } from "./value.ts";

const PARENTS_MAX = 20;

/** What `this.name` is: of the object that is written out around it, or told to its constructor. */
export function ownMember(
  node: SyntaxNode,
  name: string,
  reader: Reader,
  depth: number,
): Value | null {
  let outer = node.parent();
  for (let step = 0; outer && step < PARENTS_MAX; step++, outer = outer.parent()) {
    const kind = outer.kind();
    if (kind === "object") {
      const own = reader.evaluate(outer, depth + 1);
      const entry = isFields(own) ? own.entries.get(name) : undefined;
      return entry ? entryValue(entry, reader, depth) : null;
    }
    if (kind === "class_body") return toldAtFirst(outer, name, reader, depth);
  }
  return null;
}

/** A part of an object; what a getter gives back. */
export function entryValue(entry: SyntaxNode, reader: Reader, depth: number): Value | null {
  const isGetter = entry.kind() === "method_definition" && /^get\s/.test(reader.textOf(entry));
  const shape = isGetter ? shapeOf(entry, reader) : null;
  return shape ? applied(shape, [], reader, depth + 1) : reader.evaluate(entry, depth + 1);
}

/** `constructor(private readonly host = "…") {}` */
function toldAtFirst(body: SyntaxNode, name: string, reader: Reader, depth: number): Value | null {
  const made = body
    .namedChildren()
    .find((child) => child.field("name") && /^constructor\s*\(/.test(reader.textOf(child)));
  const parameters = made?.field("parameters")?.namedChildren() ?? [];
  const own = parameters.find((each) => {
    const pattern = each.field("pattern");
    return pattern !== null && reader.textOf(pattern) === name;
  });
  const value = own?.field("value");
  return value ? reader.evaluate(value, depth + 1) : null;
}
