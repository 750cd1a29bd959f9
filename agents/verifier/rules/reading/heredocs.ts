import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { joinedUpTo } from "./growth.ts";
import { HOLE, unescaped } from "./literal.ts";
import type { Reader } from "./reader.ts";
import { lettersOf } from "./value.ts";

const PARENTS_MAX = 12;

/** What a heredoc of Ruby says: its text stands below the line that begins it. */
export function heredocOf(node: SyntaxNode, reader: Reader, depth: number): string | null {
  const begun = /^<<([~-]?)(["'`]?)(\w+)/.exec(reader.textOf(node));
  const [, kind, quote, tag] = begun ?? [];
  const body = tag === undefined ? null : bodyOf(node, tag, reader);
  if (!body) return null;
  const parts = body.namedChildren().filter((part) => part.kind() !== "heredoc_end");
  const pieces = parts.map((part) => {
    if (part.kind() !== "interpolation") return reader.textOf(part);
    const [inner] = part.namedChildren();
    return (inner && lettersOf(reader.evaluate(inner, depth + 1))) ?? HOLE;
  });
  const said = joinedUpTo(pieces)
    .replace(/^\n/, "")
    .replace(/\n[ \t]*$/, "\n");
  const plain = kind === "~" ? unindented(said) : said;
  return quote === "'" ? plain : unescaped(plain);
}

function bodyOf(node: SyntaxNode, tag: string, reader: Reader): SyntaxNode | null {
  const from = node.range().end.index;
  let outer = node.parent();
  for (let step = 0; outer && step < PARENTS_MAX; step++) {
    const found = outer.namedChildren().find((child) => {
      if (child.kind() !== "heredoc_body" || child.range().start.index < from) return false;
      const end = child.namedChildren().at(-1);
      return end !== undefined && reader.textOf(end).trim() === tag;
    });
    if (found) return found;
    outer = outer.parent();
  }
  return null;
}

function unindented(text: string): string {
  const depths = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const least = Math.min(...depths, text.length);
  return text.replaceAll(new RegExp(`^[ \\t]{${least}}`, "gm"), "");
}
