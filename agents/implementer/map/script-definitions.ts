import type { SgNode } from "@ast-grep/napi";
import { rootOf, type Grammar } from "./grammar.ts";
import type { Definition } from "./definitions.ts";
import { DEFINITIONS_MAX, signatureIn } from "./signature.ts";

/** What a file of JavaScript or TypeScript defines; null where it does not parse. */
export function scriptDefinitions(grammar: Grammar, text: string): Definition[] | null {
  const root = rootOf(grammar, text);
  if (isLeftOpen(root)) return null;
  const found: Definition[] = [];
  const add = (name: string, from: SgNode, to: number) => {
    const { start } = from.range();
    found.push({ name, line: start.line + 1, signature: signatureIn(text, start.index, to) });
  };
  for (const statement of root.children()) {
    if (found.length >= DEFINITIONS_MAX) break;
    if (statement.kind() === "ERROR") return null;
    define(statement, add);
  }
  return found.slice(0, DEFINITIONS_MAX);
}

const SPINE_MAX = 100_000;

/** Whether the parser had to add what closes the last thing: what stands in it may be anything. */
function isLeftOpen(root: SgNode): boolean {
  let node = root.children().at(-1);
  for (let depth = 0; node && depth < SPINE_MAX; depth++) {
    const { start, end } = node.range();
    if (start.index === end.index) return true;
    node = node.children().at(-1);
  }
  return false;
}

type Add = (name: string, from: SgNode, to: number) => void;

function define(statement: SgNode, add: Add): void {
  const node = declared(statement);
  const name = node.field("name");
  switch (String(node.kind())) {
    case "export_statement":
      if (node.field("value")) add("default", node, node.range().end.index);
      return;
    case "function_declaration":
    case "generator_function_declaration":
    case "function_signature":
      if (name) add(name.text(), statement, bodyOf(node));
      return;
    case "class_declaration":
    case "abstract_class_declaration":
      if (name) add(name.text(), statement, bodyOf(node));
      for (const member of partsOf(node.field("body"))) defineMethod(member, add);
      return;
    case "lexical_declaration":
    case "variable_declaration":
      for (const variable of partsOf(node)) defineVariable(variable, statement, add);
      return;
    case "type_alias_declaration":
    case "interface_declaration":
    case "enum_declaration":
      if (name) add(name.text(), statement, node.range().end.index);
      return;
    default:
  }
}

const WRAPPERS_MAX = 3;

/** What stands behind `export` and `declare`. */
function declared(statement: SgNode): SgNode {
  let node = statement;
  for (let depth = 0; depth < WRAPPERS_MAX; depth++) {
    const isAmbient = node.kind() === "ambient_declaration";
    const inner = isAmbient ? node.namedChildren()[0] : node.field("declaration");
    if (!inner) return node;
    node = inner;
  }
  return node;
}

function defineMethod(member: SgNode, add: Add): void {
  if (!METHODS.has(String(member.kind()))) return;
  const name = member.field("name");
  if (name?.kind() === "property_identifier") add(name.text(), member, bodyOf(member));
}

const METHODS = new Set(["method_definition", "abstract_method_signature", "method_signature"]);

function defineVariable(variable: SgNode, statement: SgNode, add: Add): void {
  const name = variable.kind() === "variable_declarator" ? variable.field("name") : null;
  if (name?.kind() !== "identifier") return;
  const value = variable.field("value");
  const { end } = variable.range();
  add(name.text(), statement, value?.kind() === "arrow_function" ? bodyOf(value) : end.index);
}

/** As many as can define something, the commas between them included. */
function partsOf(node: SgNode | null): SgNode[] {
  return node?.children().slice(0, 2 * DEFINITIONS_MAX) ?? [];
}

/** Where the body of a definition begins, or else where the definition ends. */
function bodyOf(node: SgNode): number {
  return node.field("body")?.range().start.index ?? node.range().end.index;
}
