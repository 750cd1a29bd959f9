import type { SyntaxNode } from "../../../source/syntax-node.ts";
import type { Parsed } from "./grammar.ts";
import { type Held, toldAround } from "./objects-sites.ts";
import type { Reader } from "./reader.ts";
import type { Value } from "./value.ts";

/** Kinds of what is written out with its fields. */
const WRITTEN: Partial<Record<Parsed, string>> = {
  go: "composite_literal",
  rust: "struct_expression",
};
const NODES_MAX = 400;

/** `step{tool: "sh"}`, `&step{"sh", "-c"}`, `Self { program: program.to_string() }` */
export function writtenOut(root: SyntaxNode, reader: Reader): Held[] {
  const kind = WRITTEN[reader.language];
  if (kind === undefined) return [];
  const nodes = root.findAll({ rule: { kind } }).slice(0, NODES_MAX);
  return nodes.flatMap((node) => {
    const type = node.field("type") ?? node.field("name");
    const body = node.field("body");
    if (!type || !body) return [];
    const names = fieldNames(reader.textOf(type).replace(/^\[\]\*?/, ""), reader);
    // The elements of a list have its type.
    const isList = reader.textOf(type).startsWith("[]");
    const parts = isList ? body.namedChildren().map(innerList) : [body];
    const told = toldAround(node, reader);
    return parts.flatMap((part) => told.map((within) => fieldsGiven(part, names, within)));
  });
}

function innerList(element: SyntaxNode): SyntaxNode {
  const inner = element.kind() === "literal_element" ? element.namedChildren()[0] : element;
  return inner?.field("body") ?? inner ?? element;
}

function fieldsGiven(body: SyntaxNode, names: readonly string[], reader: Reader): Held {
  const held = new Map<string, Value | null>();
  for (const [at, child] of body.namedChildren().entries()) {
    const [first, second] = child.namedChildren();
    const isShort = child.kind().startsWith("shorthand");
    const isKeyed = /^(?:keyed_element|field_initializer)$/.test(child.kind());
    const name = isShort
      ? reader.textOf(child)
      : isKeyed && first
        ? reader.textOf(first)
        : names[at];
    const value = isKeyed ? second : child;
    if (name !== undefined && value) held.set(name, reader.evaluate(value));
  }
  return held;
}

/** The fields of a type in their order, as the file declares it. */
function fieldNames(type: string, reader: Reader): string[] {
  const plain = /^\w+$/.test(type) ? type : "";
  if (plain === "" || reader.language !== "go") return [];
  const body = new RegExp(String.raw`\b${plain}\s+struct\s*\{([^}]{0,2000})\}`).exec(reader.text());
  return (body?.[1] ?? "").split(/[\n;]/).flatMap((line) => {
    const names = /^\s*(\w+(?:\s*,\s*\w+)*)\s+\S/.exec(line)?.[1];
    return names?.split(/\s*,\s*/) ?? [];
  });
}
