import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { literalText } from "./literal.ts";
import type { Reader } from "./reader.ts";
import { type Fields, isFields } from "./value.ts";

const ENTRIES_MAX = 20_000;

/** The parts of a map, an object or a struct that is written out. */
export function fieldsOf(node: SyntaxNode, reader: Reader, depth: number): Fields {
  const entries = new Map<string, SyntaxNode>();
  const children = node.namedChildren();
  const inner = children.find((child) => child.kind() === "field_initializer_list");
  for (const child of (inner?.namedChildren() ?? children).slice(0, ENTRIES_MAX)) {
    const kind = child.kind();
    if (/spread|splat/.test(kind)) {
      const [whole] = child.namedChildren();
      const more = whole ? reader.evaluate(whole, depth + 1) : null;
      if (isFields(more)) for (const [key, value] of more.entries) entries.set(key, value);
      continue;
    }
    if (kind.startsWith("shorthand")) entries.set(reader.textOf(child), child);
    if (kind === "method_definition") {
      const name = child.field("name");
      if (name) entries.set(reader.textOf(name), child);
      continue;
    }
    const [first, second] = child.namedChildren();
    const key = child.field("key") ?? child.field("field") ?? first;
    const value = child.field("value") ?? second;
    if (key && value) entries.set(keyOf(key, reader, depth), value);
  }
  return { entries };
}

/** Keys and values in turn, as `Map.of("a", x)` has them. */
export function pairsOf(nodes: readonly SyntaxNode[], reader: Reader, depth: number): Fields {
  const entries = new Map<string, SyntaxNode>();
  for (let at = 0; at + 1 < nodes.length; at += 2) {
    const [key, value] = [nodes[at], nodes[at + 1]];
    if (key && value) entries.set(reader.fold(key, depth + 1) ?? reader.textOf(key), value);
  }
  return { entries };
}

function keyOf(key: SyntaxNode, reader: Reader, depth: number): string {
  const kind = key.kind();
  const written = reader.textOf(key);
  if (kind === "computed_property_name" || kind === "literal_element") {
    const [inner] = key.namedChildren();
    const isName = inner && reader.grammar.names.includes(inner.kind());
    const text = inner ? reader.fold(inner, depth + 1) : null;
    return text ?? (isName ? reader.textOf(inner) : written);
  }
  if (reader.grammar.names.includes(kind)) return reader.fold(key, depth + 1) ?? written;
  const text = reader.grammar.strings.includes(kind) ? reader.fold(key, depth + 1) : null;
  return text ?? literalText(written).replace(/:$/, "");
}

const FOLLOWED_MAX = 10;
const MAKES_MAP = /Map|dict|Object\.|entries|Hash|Struct|Namespace|Proxy|\{/i;

/** The node that stands under a key of something, through names: `ops["run"]`, `ops[0]`. */
export function entryAt(
  object: SyntaxNode,
  key: string,
  reader: Reader,
  depth: number,
): SyntaxNode | null {
  const { grammar, values, textOf } = reader;
  let node: SyntaxNode | null = object;
  for (let step = 0; node && step < FOLLOWED_MAX; step++) {
    const kind = node.kind();
    if (grammar.names.includes(kind)) node = values.get(textOf(node)).at(-1) ?? null;
    else if (grammar.wrappers.includes(kind)) node = node.namedChildren().at(-1) ?? null;
    else break;
  }
  if (!node) return null;
  const kind = node.kind();
  if (grammar.lists.includes(kind)) {
    const element = /^-?\d+$/.test(key) ? node.namedChildren().at(Number(key)) : undefined;
    if (element) return element;
  }
  const isCall = grammar.calls[kind] !== undefined && MAKES_MAP.test(textOf(node).slice(0, 60));
  if (!grammar.maps.includes(kind) && !grammar.lists.includes(kind) && !isCall) return null;
  const held = reader.evaluate(node, depth + 1);
  return isFields(held) ? (held.entries.get(key) ?? null) : null;
}
