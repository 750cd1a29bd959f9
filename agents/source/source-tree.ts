import { Lang, parse } from "@ast-grep/napi";
import { grownRoot, type Grown } from "./grammars.ts";
import { SyntaxNode } from "./syntax-node.ts";

/**
 * A file as a tree. Its parser does not recurse, so that no nesting,
 * however deep, can end the process; and it counts what is read of it: an author who nests a
 * thousand calls must not make the reader read a thousand times the file.
 */
export type SourceTree = {
  root: SyntaxNode;
  /** All of the file; nothing is counted for it. */
  text: string;
  /** The text of a node. @throws Tangled when far more was read than the file is long. */
  textOf: (node: SyntaxNode) => string;
  /** How the text of a node begins, so many characters at most; cheap however long it is. */
  beginningOf: (node: SyntaxNode, charsMax: number) => string;
};

/** The file is so entangled that reading it would take too long: nothing is known of it. */
export class Tangled extends Error {
  override readonly name = "Tangled";
}

const READ_CHARS_MIN = 4_000_000;
const READ_TIMES_MAX = 60;

export function sourceTree(path: string, text: string): SourceTree {
  return treeOf(new SyntaxNode(parse(languageFor(path), text).root()), path, text);
}

/** A file of another language as a tree. */
export function grownTree(language: Grown, path: string, text: string): SourceTree {
  return treeOf(new SyntaxNode(grownRoot(language, text)), path, text);
}

function treeOf(root: SyntaxNode, path: string, text: string): SourceTree {
  let left = Math.max(READ_CHARS_MIN, READ_TIMES_MAX * text.length);
  return {
    root,
    text,
    textOf(node) {
      // Half the price of its range, and never more than the file is long.
      const own = node.text();
      left -= own.length;
      if (left < 0) throw new Tangled(`${path} is too entangled to be read`);
      return own;
    },
    beginningOf(node, charsMax) {
      const { start, end } = node.range();
      return text.slice(start.index, Math.min(end.index, start.index + charsMax));
    },
  };
}

function languageFor(path: string): Lang {
  if (/\.[mc]?ts$/.test(path)) return Lang.TypeScript;
  return /\.(?:tsx|jsx)$/.test(path) ? Lang.Tsx : Lang.JavaScript;
}

const SPINE_MAX = 100_000;

type Place = { start: number; end: number };

/** The faults of a file by its path and text. */
export function faultsIn(path: string, text: string): Place[] {
  return faultsOf(sourceTree(path, text));
}

/**
 * Where the parser had to skip something, and what it had to add at the end, by offset; empty where
 * all of the file parses.
 */
export function faultsOf({ root }: SourceTree): Place[] {
  const skipped = root.findAll({ rule: { kind: "ERROR" } }).map(placeOf);
  // What is missing at the end is the empty last child of what was not closed.
  const added: Place[] = [];
  let node = root.children().at(-1);
  for (let depth = 0; node && depth < SPINE_MAX; depth++) {
    const place = placeOf(node);
    if (place.start === place.end) added.push(place);
    node = node.children().at(-1);
  }
  return [...skipped, ...added];
}

function placeOf(node: SyntaxNode): Place {
  const { start, end } = node.range();
  return { start: start.index, end: end.index };
}
