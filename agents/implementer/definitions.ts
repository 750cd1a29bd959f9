import type { SgNode } from "@ast-grep/napi";
import { faultsOf, sourceTree } from "../source/source-tree.ts";

/** A name that a file defines, and how it is used, on one line. */
export type Definition = { name: string; line: number; signature: string };

/** Characters of source beyond which a file is generated rather than written. */
const SOURCE_CHARS_MAX = 400_000;
/** Of one file, the first ones; what defines more names was written by a program. */
const DEFINITIONS_MAX = 2_000;
const SIGNATURE_CHARS_MAX = 160;
/** Of a definition, before its blanks are evened out; no signature is longer than that. */
const READ_CHARS_MAX = 4 * SIGNATURE_CHARS_MAX;
const LINE_CHARS_MAX = 1_000;

/**
 * What a source file defines at its top level, methods of classes included, in the order of the
 * file. Empty for what is no source file. No text can crash it or hold it up (I11).
 */
export function definitionsOf(path: string, text: string): Definition[] {
  if (text.length > SOURCE_CHARS_MAX) return [];
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  if (PARSED.has(ending)) return parsed(path, text) ?? matched(text, PATTERNS["js"] ?? []);
  return matched(text, PATTERNS[ending] ?? PATTERNS[SAME_AS[ending] ?? ""] ?? []);
}

/** Whether the definitions of such a file can be told at all. */
export function isSource(path: string): boolean {
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return PARSED.has(ending) || ending in PATTERNS || ending in SAME_AS;
}

const PARSED = new Set(["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"]);

function parsed(path: string, text: string): Definition[] | null {
  const tree = sourceTree(path, text);
  if (faultsOf(tree).length > 0) return null;
  const found: Definition[] = [];
  const add = (name: string, from: SgNode, to: number) => {
    const { start } = from.range();
    const signature = text.slice(start.index, Math.min(to, start.index + READ_CHARS_MAX));
    found.push({ name, line: start.line + 1, signature: oneLine(signature) });
  };
  for (const statement of tree.root.children()) {
    if (found.length >= DEFINITIONS_MAX) break;
    define(statement, add);
  }
  return found.slice(0, DEFINITIONS_MAX);
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

const SAME_AS: Readonly<Record<string, string>> = {
  kts: "kt",
  pyi: "py",
  cc: "c",
  cpp: "c",
  h: "c",
  hpp: "c",
  cs: "java",
  scala: "kt",
  swift: "kt",
  bash: "sh",
};

/** One expression a language: a line that defines, and the name as the group `name`. */
const PATTERNS: Readonly<Record<string, readonly RegExp[]>> = {
  py: [/^\s*(?:async )?(?:def|class) (?<name>\w+)/, /^(?<name>[A-Z][A-Z0-9_]+)\s*(?::[^=]+)?=/],
  go: [/^func (?:\([^)]*\) )?(?<name>\w+)/, /^(?:type|var|const) (?<name>\w+)/],
  rs: [
    /^\s*(?:pub(?:\([^)]*\))? )?(?:async |unsafe |const )*(?:fn|struct|enum|trait|type|mod|static|const|macro_rules!) (?<name>\w+)/,
  ],
  java: [
    /^\s*(?:[\w@]+ )*(?:class|interface|enum|record|struct) (?<name>\w+)/,
    /^\s+(?:public|protected|private|internal)(?: [\w<>[\],.?]+)+ (?<name>\w+)\(/,
  ],
  kt: [
    /^\s*(?:\w+ )*(?:class|interface|object|fun|func|def|trait|struct|protocol|extension) (?<name>\w+)/,
  ],
  rb: [/^\s*(?:def|class|module) (?:self\.)?(?<name>\w+[?!]?)/],
  php: [/^\s*(?:\w+ )*(?:function|class|interface|trait) (?<name>\w+)/],
  c: [
    // No letter may count as a word and as what parts words: a row of stars would never end.
    /^(?:[\w:<>,]+[ *&]+)+(?<name>\w+)\([^;]*$/,
    /^\s*(?:typedef )?(?:struct|class|enum|union) (?<name>\w+)/,
  ],
  sh: [/^\s*(?:function )?(?<name>[\w-]+)\s*\(\)\s*\{?/],
  ex: [/^\s*(?:def|defp|defmodule|defmacro) (?<name>[\w.?!]+)/],
  js: [
    /^\s*(?:export )?(?:default )?(?:async )?(?:function\*?|class|interface|type|enum) (?<name>[\w$]+)/,
    /^(?:export )?(?:const|let|var) (?<name>[\w$]+)/,
  ],
};

function matched(text: string, patterns: readonly RegExp[]): Definition[] {
  const found: Definition[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (found.length >= DEFINITIONS_MAX) break;
    if (line.length > LINE_CHARS_MAX) continue;
    const name = patterns.map((one) => one.exec(line)?.groups?.["name"]).find(Boolean);
    if (name) found.push({ name, line: index + 1, signature: oneLine(line) });
  }
  return found;
}

function oneLine(text: string): string {
  const line = text
    .replaceAll(/\s+/g, " ")
    .replace(/\s*(\{|=>|:)?\s*$/, "")
    .trim();
  return line.length > SIGNATURE_CHARS_MAX ? `${line.slice(0, SIGNATURE_CHARS_MAX - 1)}…` : line;
}
