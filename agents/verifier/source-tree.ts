import { Lang, parse, type SgNode } from "@ast-grep/napi";

/**
 * A file of JavaScript or TypeScript as a tree. Its parser does not recurse, so that no nesting,
 * however deep, can end the process; and it counts what is read of it: an author who nests a
 * thousand calls must not make the reader read a thousand times the file.
 */
export type SourceTree = {
  root: SgNode;
  /** The text of a node. @throws Tangled when far more was read than the file is long. */
  textOf(node: SgNode): string;
};

/** The file is so entangled that reading it would take too long: nothing is known of it. */
export class Tangled extends Error {
  override readonly name = "Tangled";
}

const READ_CHARS_MIN = 4_000_000;
const READ_TIMES_MAX = 60;

export function sourceTree(path: string, text: string): SourceTree {
  const root = parse(languageFor(path), text).root();
  let left = Math.max(READ_CHARS_MIN, READ_TIMES_MAX * text.length);
  return {
    root,
    textOf(node) {
      const { start, end } = node.range();
      left -= end.index - start.index;
      if (left < 0) throw new Tangled(`${path} is too entangled to be read`);
      return text.slice(start.index, end.index);
    },
  };
}

function languageFor(path: string): Lang {
  if (/\.[mc]?ts$/.test(path)) return Lang.TypeScript;
  return /\.(?:tsx|jsx)$/.test(path) ? Lang.Tsx : Lang.JavaScript;
}

/** Where the parser had to skip or to add something, by offset; empty where all of it parses. */
export function faultsIn(path: string, text: string): { start: number; end: number }[] {
  const { root } = sourceTree(path, text);
  const rule = { any: [{ kind: "ERROR" }, { regex: "^$" }] };
  return root
    .findAll({ rule })
    .filter((node) => node.kind() !== "program")
    .map((node) => node.range())
    .map(({ start, end }) => ({ start: start.index, end: end.index }));
}
