import type { SyntaxNode } from "../../../source/syntax-node.ts";
import type { SourceTree } from "../../../source/source-tree.ts";
import { answered, asked, effortOf, type Effort, kept, once, stepped, weighed } from "./effort.ts";
import { evaluated } from "./evaluate.ts";
import { nameOf, resolved } from "./called.ts";
import { isFunction, type Shape } from "./functions.ts";
import { GRAMMARS, type Grammar, type Parsed } from "./grammar.ts";
import { heldBy, nodeOf } from "./held.ts";
import type { Met } from "./met.ts";
import type { Imports } from "./imports.ts";
import { type Names, namesOf, type Part } from "./names.ts";
import { bounded, type Value } from "./value.ts";

/** Reads a tree as if it ran: names are what they stand for, texts are put together. */
export type Reader = {
  language: Parsed;
  grammar: Grammar;
  imports: Imports;
  /** What each name was given, in the order of the file. */
  values: Values;
  /** Names that were taken out of something: `const { exec } = cp`. */
  parts: ReadonlyMap<string, Part>;
  /** What the names of a function stand for while it is followed. */
  bound: ReadonlyMap<string, Value | null>;
  /** What reading the file has taken so far. */
  effort: Effort;
  /** Functions that were looked at, by their nodes. */
  shapes: Map<number, Shape | null>;
  textOf: (node: SyntaxNode) => string;
  /** The whole file. */
  text: () => string;
  /** The lines of the file. */
  lines: () => readonly string[];
  /** What a node is called, e.g. `os.system`, whatever it was renamed to; `?` where it is open. */
  nameOf: (node: SyntaxNode, depth?: number) => string;
  /** What a dotted text is called. */
  resolved: (dotted: string, depth?: number) => string;
  /** What a node comes to, as far as it is known. */
  evaluate: (node: SyntaxNode, depth?: number) => Value | null;
  /** What a name, as it is written, holds. */
  named: (name: string, depth?: number) => Value | null;
  /** The text of a node as far as it is known, with holes; null where it is no text. */
  fold: (node: SyntaxNode, depth?: number) => string | null;
  /** The names that something is put into or behind, and where that is done last. */
  grown: () => readonly { name: string; node: SyntaxNode }[];
  /** The file's own function of that name. */
  functionOf: (name: string) => SyntaxNode | null;
  /** The functions with names around a place of the file, the innermost first. */
  around: (index: number) => readonly SyntaxNode[];
  /** The calls of that name, by whatever they are called on. */
  sites: (name: string) => readonly SyntaxNode[];
  /** The same reader inside a function whose names stand for these values. */
  within: (bound: ReadonlyMap<string, Value | null>) => Reader;
};

type Values = { has(name: string): boolean; get(name: string): readonly SyntaxNode[] };

/**
 * @param nodes All nodes of the kinds that bind names, all calls and functions, in the order of the
 *   file; others are passed over. One walk through the tree serves whoever reads it.
 */
export function readerOf(tree: SourceTree, language: Parsed, nodes: readonly Met[]): Reader {
  const grammar = GRAMMARS[language];
  const textOf = (node: SyntaxNode) => tree.textOf(node);
  const names = namesOf(tree, language, nodes);
  const functions = functionsOf(tree, names, grammar, nodes);
  const given = new Map<string, SyntaxNode[]>();
  const values: Values = {
    has: (name) => names.held.has(name),
    get: (name) => {
      const known = given.get(name);
      if (known) return known;
      const found = (names.held.get(name) ?? []).flatMap((binding) => nodeOf(binding) ?? []);
      given.set(name, found);
      return found;
    },
  };
  const around = aroundOf(grammar, nodes);
  const sites = sitesOf(tree, grammar, nodes);
  let split: readonly string[] | null = null;
  let whole: string | null = null;
  const text = () => (whole ??= tree.text);
  const lines = () => (split ??= text().split("\n"));
  const effort = effortOf();
  const shapes = new Map<number, Shape | null>();
  const within = (bound: ReadonlyMap<string, Value | null>): Reader => {
    const reader: Reader = {
      language,
      grammar,
      imports: names.imports,
      values,
      parts: names.parts,
      bound,
      effort,
      shapes,
      textOf,
      text,
      lines,
      ...answersOf(() => reader, names, bound, effort),
      fold: (node, depth = 0) => {
        const value = reader.evaluate(node, depth);
        return typeof value === "string" ? value : null;
      },
      grown: () => grownIn(names),
      functionOf: (name) => functions(name, values),
      around,
      sites,
      within,
    };
    return reader;
  };
  return within(new Map());
}

function grownIn({ held }: Names): { name: string; node: SyntaxNode }[] {
  return [...held].flatMap(([name, bindings]) => {
    const last = bindings.findLast(({ added }) => added !== null);
    return last ? [{ name, node: last.node }] : [];
  });
}

/** What is asked of a reader, each thing once. */
function answersOf(
  reader: () => Reader,
  names: Names,
  bound: Reader["bound"],
  effort: Effort,
): Pick<Reader, "nameOf" | "resolved" | "evaluate" | "named"> {
  const called = kept<number, string>();
  const dottedTexts = kept<string, string>();
  const values = kept<number, Value | null>();
  const ofNames = kept<string, Value | null>();
  const unnamed = (depth: number) => ({ open: "?", depth, effort });
  const unknown = (depth: number) => ({ open: null, depth, effort });
  const read = (node: SyntaxNode, depth: number) =>
    once(values, node.id(), unknown(depth), () => {
      const value = bounded(evaluated(node, reader(), depth));
      // What a name holds was made elsewhere.
      const isName = reader().grammar.names.includes(node.kind());
      return isName ? value : weighed(value, effort);
    });
  return {
    nameOf: (node, depth = 0) =>
      answered(called, node.id()) ??
      asked(effort, () =>
        once(called, node.id(), unnamed(depth), () => nameOf(node, reader(), depth)),
      ),
    resolved: (dotted, depth = 0) =>
      answered(dottedTexts, dotted) ??
      asked(effort, () =>
        once(dottedTexts, dotted, unnamed(depth), () => resolved(dotted, reader(), depth)),
      ),
    evaluate: (node, depth = 0) => {
      if (bound.size > 0) return asked(effort, () => (stepped(effort) ? read(node, depth) : null));
      const known = answered(values, node.id());
      return known === undefined ? asked(effort, () => read(node, depth)) : known;
    },
    named: (name, depth = 0) => {
      const given = bound.get(name);
      const known = given === undefined ? answered(ofNames, name) : given;
      if (known !== undefined) return known;
      return asked(effort, () =>
        once(ofNames, name, unknown(depth), (soFar) =>
          heldBy(name, { names, reader: reader(), soFar, depth }),
        ),
      );
    },
  };
}

const OF_JAVASCRIPT = ["field_definition"];
const OF_TYPESCRIPT = ["public_field_definition", "enum_declaration"];

/** Kinds that give a name something to stand for. */
export function bindingKinds(language: Parsed, path: string): string[] {
  const { imports, assigned, typed } = GRAMMARS[language];
  // The grammars of JavaScript and TypeScript differ in what they call a field.
  const others = /\.(?:[mc]?ts|[tj]sx)$/.test(path) ? OF_JAVASCRIPT : OF_TYPESCRIPT;
  const kinds = Object.keys(assigned).filter((kind) => !others.includes(kind));
  return [...imports, ...kinds, ...Object.keys(typed)];
}

/** Functions by where they stand, gathered when the first is asked for. */
function aroundOf(grammar: Grammar, nodes: readonly Met[]) {
  let found: { node: SyntaxNode; from: number; to: number }[] | null = null;
  return (index: number): readonly SyntaxNode[] => {
    found ??= nodes
      .filter(({ kind }) => grammar.functions.includes(kind))
      .map(({ node }) => {
        const { start, end } = node.range();
        return { node, from: start.index, to: end.index };
      });
    return found
      .filter(({ from, to }) => from <= index && index < to)
      .map(({ node }) => node)
      .toReversed();
  };
}

const WRITTEN = /^(?:[\w@$.:]*[.:])?(\w+)$/;
const CALLED = /^(?:new\s+)?(?:[\w@$.:]*[.:])?(\w+[?!]?)[(\s]/;
const CALLED_CHARS = 80;

/** Calls by name, gathered when the first is asked for. */
function sitesOf(tree: SourceTree, grammar: Grammar, nodes: readonly Met[]) {
  let found: Map<string, SyntaxNode[]> | null = null;
  return (name: string): readonly SyntaxNode[] => {
    if (!found) {
      found = new Map();
      for (const { node, kind, written } of nodes) {
        if (!grammar.calls[kind]) continue;
        const said = written
          ? WRITTEN.exec(written)
          : CALLED.exec(tree.beginningOf(node, CALLED_CHARS));
        const called = said?.[1];
        if (called === undefined) continue;
        const known = found.get(called);
        if (known) known.push(node);
        else found.set(called, [node]);
      }
    }
    return found.get(name) ?? [];
  };
}

/** The file's own functions, looked for when the first is asked for. */
function functionsOf(tree: SourceTree, names: Names, grammar: Grammar, nodes: readonly Met[]) {
  let found: Map<string, SyntaxNode> | null = null;
  return (name: string, values: Values): SyntaxNode | null => {
    if (names.imports.names.has(name)) return null;
    const value = values.get(name).at(-1);
    if (value && isFunction(value)) return value;
    const block =
      value && /^(?:proc|lambda|Proc\.new)\b/.test(tree.beginningOf(value, 8))
        ? value.field("block")
        : null;
    if (block) return block;
    found ??= new Map(
      nodes.flatMap(({ node, kind }): [string, SyntaxNode][] => {
        const called = grammar.functions.includes(kind) ? node.field("name") : null;
        return called ? [[tree.textOf(called), node]] : [];
      }),
    );
    return found.get(name) ?? null;
  };
}
