import { parseSync, type Node, type Statement } from "oxc-parser";

/** A name that a file defines, and how it is used, on one line. */
export type Definition = { name: string; line: number; signature: string };

/** Characters of source beyond which a file is generated rather than written. */
const SOURCE_CHARS_MAX = 400_000;
const SIGNATURE_CHARS_MAX = 160;

/**
 * What a source file defines at its top level, methods of classes included, in the order of the
 * file. Empty for what is no source file.
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
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) return null;
  const lineAt = lineCounter(text);
  const found: Definition[] = [];
  const add = (name: string, from: number, to: number) =>
    found.push({ name, line: lineAt(from), signature: oneLine(text.slice(from, to)) });
  for (const statement of program.body) define(statement, statement.start, add);
  return found;
}

type Add = (name: string, from: number, to: number) => void;

function define(node: Statement | Node, start: number, add: Add): void {
  // oxlint-disable-next-line switch-exhaustiveness-check -- a grammar of which we want the definitions
  switch (node.type) {
    case "ExportNamedDeclaration":
      if (node.declaration) define(node.declaration, start, add);
      return;
    case "ExportDefaultDeclaration":
      if ("id" in node.declaration && node.declaration.id) define(node.declaration, start, add);
      else add("default", start, node.end);
      return;
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      if (node.id) add(node.id.name, start, node.body?.start ?? node.end);
      return;
    case "ClassDeclaration":
      if (node.id) add(node.id.name, start, node.body.start);
      for (const member of node.body.body) {
        if (member.type !== "MethodDefinition" || member.key.type !== "Identifier") continue;
        add(member.key.name, member.start, member.value.body?.start ?? member.end);
      }
      return;
    case "VariableDeclaration":
      for (const { id, init, end } of node.declarations) {
        if (id.type !== "Identifier") continue;
        const body = init?.type === "ArrowFunctionExpression" ? init.body.start : end;
        add(id.name, start, body);
      }
      return;
    case "TSTypeAliasDeclaration":
    case "TSInterfaceDeclaration":
    case "TSEnumDeclaration":
      add(node.id.name, start, node.end);
      return;
    default:
  }
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
    /^(?:[\w*&:<>,]+[ *&]+)+(?<name>\w+)\([^;]*$/,
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
    if (line.length > 1_000) continue;
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

/** Tells the line, from 1, of offsets that only grow or shrink a little. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    if (offset < at) {
      line = 1;
      at = 0;
    }
    for (; at < offset; at++) if (text.charCodeAt(at) === 10) line += 1;
    return line;
  };
}
