import type { SgNode } from "@ast-grep/napi";
import { rootOf, type Grammar } from "./grammar.ts";
import type { Definition } from "./definitions.ts";
import { DEFINITIONS_MAX, signatureIn } from "./signature.ts";

/** What defines a name in a language, and what holds more definitions. */
type Kinds = {
  /** Kinds with a field `name`; their signature ends where their field `body` begins. */
  defines: ReadonlySet<string>;
  /** Kinds that are looked into: their body, or themselves where they have none. */
  opens: ReadonlySet<string>;
};

type Parsed = Exclude<Grammar, "typescript" | "tsx" | "javascript">;

const LANGUAGES: Readonly<Record<Parsed, Kinds>> = {
  python: {
    defines: kinds(`function_definition class_definition`),
    opens: kinds(`class_definition decorated_definition expression_statement`),
  },
  go: {
    defines: kinds(
      `function_declaration method_declaration type_spec type_alias const_spec var_spec`,
    ),
    opens: kinds(`type_declaration const_declaration var_declaration var_spec_list`),
  },
  rust: {
    defines: kinds(`function_item function_signature_item struct_item enum_item union_item
      trait_item type_item mod_item const_item static_item macro_definition`),
    opens: kinds(`impl_item trait_item mod_item foreign_mod_item`),
  },
  java: {
    defines: kinds(`class_declaration interface_declaration enum_declaration record_declaration
      annotation_type_declaration method_declaration constructor_declaration`),
    opens: kinds(`class_declaration interface_declaration enum_declaration record_declaration
      enum_body_declarations`),
  },
};

function kinds(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}

/** Definitions inside definitions that are told: a method of a class of a module. */
const DEPTH_MAX = 4;

/**
 * What a file of a language with a grammar defines, by one table a language; null where the file as
 * a whole does not parse.
 */
export function treeDefinitions(grammar: Parsed, text: string): Definition[] | null {
  const root = rootOf(grammar, text);
  if (root.kind() === "ERROR") return null;
  const found: Definition[] = [];
  const isWhole = walk(root, { kinds: LANGUAGES[grammar], text, found }, DEPTH_MAX);
  return isWhole ? found.slice(0, DEFINITIONS_MAX) : null;
}

type Search = { kinds: Kinds; text: string; found: Definition[] };

/** @returns false where a node of the outermost level does not parse. */
function walk(parent: SgNode, search: Search, depth: number): boolean {
  for (const node of parent.children()) {
    if (search.found.length >= DEFINITIONS_MAX) return true;
    const kind = String(node.kind());
    if (kind === "ERROR" && depth === DEPTH_MAX) return false;
    if (search.kinds.defines.has(kind)) add(node, search);
    else if (kind === "assignment") addConstant(node, search);
    if (depth > 1 && search.kinds.opens.has(kind))
      walk(node.field("body") ?? node, search, depth - 1);
  }
  return true;
}

function add(node: SgNode, { text, found }: Search): void {
  const name = node.field("name")?.text();
  if (name === undefined) return;
  const { start, end } = node.range();
  const to = node.field("body")?.range().start.index ?? end.index;
  found.push({ name, line: start.line + 1, signature: signatureIn(text, start.index, to) });
}

/** What a module of Python assigns: its constants and the objects that others import. */
function addConstant(node: SgNode, { text, found }: Search): void {
  const left = node.field("left");
  if (left?.kind() !== "identifier") return;
  const { start, end } = node.range();
  const signature = signatureIn(text, start.index, end.index);
  found.push({ name: left.text(), line: start.line + 1, signature });
}
