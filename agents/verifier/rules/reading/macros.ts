import { SyntaxNode } from "../../../source/syntax-node.ts";
import { grownRoot } from "../../../source/grammars.ts";

const CHARS_MAX = 4_000;
const KEPT_MAX = 500;
/** Literals and names with commas between: they are read as they stand. */
const WORD = String.raw`(?:\w+|\d[\w.]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`;
const PLAIN = new RegExp(String.raw`^[(\[{]\s*(?:${WORD}(?:\s*,\s*${WORD})*)?\s*,?\s*[)\]}]$`);
const read = new Map<string, readonly SyntaxNode[]>();

/** What a macro of Rust is given: its tree holds only words, so they are read as a call's. */
export function macroArguments(tokens: SyntaxNode): readonly SyntaxNode[] {
  const written = tokens.text();
  if (written.length > CHARS_MAX || PLAIN.test(written)) return tokens.namedChildren();
  const known = read.get(written);
  if (known) return known;
  if (read.size >= KEPT_MAX) read.clear();
  const root = new SyntaxNode(grownRoot("rust", `fn f() { g(${written.slice(1, -1)}); }`));
  const given = root.find({ rule: { kind: "arguments" } })?.namedChildren() ?? [];
  const isWhole = given.length > 0 && !root.find({ rule: { kind: "ERROR" } });
  const found = isWhole ? given : tokens.namedChildren();
  read.set(written, found);
  return found;
}
