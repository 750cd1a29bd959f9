import { SyntaxNode } from "../../../source/syntax-node.ts";
import { grownRoot } from "../../../source/grammars.ts";
import { Tangled } from "../../../source/source-tree.ts";

const CHARS_MAX = 4_000;
const MACROS_MAX = 10_000;
/** Literals and names with commas between: they are read as they stand. */
const WORD = String.raw`(?:\w+|\d[\w.]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`;
const PLAIN = new RegExp(String.raw`^[(\[{]\s*(?:${WORD}(?:\s*,\s*${WORD})*)?\s*,?\s*[)\]}]$`);

/**
 * What macros were given, by how that is written, as long as their file is read: nodes are known
 * by their ids, which another tree gets when theirs is gone.
 */
const read = new WeakMap<object, Map<string, readonly SyntaxNode[] | null>>();

/** What a macro of Rust is given: its tree holds only words, so they are read as a call's. */
export function macroArguments(tokens: SyntaxNode): readonly SyntaxNode[] {
  const written = tokens.text();
  if (written.length > CHARS_MAX || PLAIN.test(written)) return tokens.namedChildren();
  const ofFile = read.get(tokens.tree) ?? new Map<string, readonly SyntaxNode[] | null>();
  read.set(tokens.tree, ofFile);
  const known = ofFile.get(written);
  if (known !== undefined) return known ?? tokens.namedChildren();
  if (ofFile.size >= MACROS_MAX) throw new Tangled("it has too many macros to be read");
  const root = new SyntaxNode(grownRoot("rust", `fn f() { g(${written.slice(1, -1)}); }`));
  const given = root.find({ rule: { kind: "arguments" } })?.namedChildren() ?? [];
  const isWhole = given.length > 0 && !root.find({ rule: { kind: "ERROR" } });
  ofFile.set(written, isWhole ? given : null);
  return isWhole ? given : tokens.namedChildren();
}
