import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { type SourceTree, Tangled } from "../../../source/source-tree.ts";
import { GRAMMARS, type Parsed } from "./grammar.ts";
import { importsOf, type Imports } from "./imports.ts";
import { changedBy, PUTS_INTO } from "./into.ts";
import { BYTES, bytesPutInto, couldPutBytes } from "./bytes-into.ts";
import type { Met } from "./met.ts";
import { REST, takenApart } from "./taken-apart.ts";

/** One thing that a name was given, or that was put behind what it holds. */
export type Binding = {
  /** The kind of the statement decides the fields; they are asked for when they are needed. */
  node: SyntaxNode;
  value: string;
  /** The place in a list that is taken apart: `a, b = x, y`. */
  at: number | null;
  /** Whether it is given all that is left from that place on: `[first, ...rest] = list`. */
  rest?: true;
  /** `+=`, or the method that adds it: `append`. Null where the name is given anew. */
  added: string | null;
};

/** `property` tells the way to a part of a part with dots. */
export type Part = { node: SyntaxNode; value: string; property: string };

/** What the names of a file were given. */
export type Names = {
  imports: Imports;
  /** By name as it is written, e.g. `self.host`, in the order of the file. */
  held: ReadonlyMap<string, readonly Binding[]>;
  /** Names that were taken out of something: `const { exec } = cp`. */
  parts: ReadonlyMap<string, Part>;
};

const NAMES_MAX = 20_000;
/** How often one name is given something, or something is put behind it. */
const BINDINGS_MAX = 100_000;

/** Methods that put something into what they are called on. */
const ADDS =
  /(?:^|[.?]\s*)(?:push|push_str|push_back|push_front|append|appendCodePoint|appendleft|add|addAll|addLast|addFirst|extend|extendleft|insert|unshift|prepend|concat|[wW]rite|print|puts|WriteString|WriteByte|WriteRune|write_str|write_char|put|set|update|store|insert_str|setdefault|args?|<<|reverse|sort|splice)$/;
/** What is added to: a name, or the beginning of a chain upon it. */
const ADDED_TO = /^([@\w$][\w$]*(?:\.[\w$]+)*?)(?:\.\w+\(|$)/;
const ADDED_CHARS = 200;
const BEGINNING_CHARS = 260;
const ADDING =
  /\.\s*(?:push|append|add|extend|insert|unshift|prepend|concat|[wW]rite|print\b|put|set|update|store|args?\b|reverse\(\)|sort\(\)|splice\()/;
/** `letters[at] = x`, in languages whose lists have a fixed length. */
const AT_PLACE = /^([\w.]+)\[[^\]"'`]+\](?:,\s*\1\[[^\]"'`]+\])?$/;
const PLACED = /^(?:go|java|rust)$/;
export const PLACE = "[]";
/** `parts.forEach(text::append)` */
const EACH_INTO = /\.forEach(?:Ordered)?\(\s*([\w.]+)::(?:append\w*|add)\s*\)$/;
export const EACH = "forEach";
/** What is put into something that is handed over. */
export const INTO = "into";

export function namesOf(tree: SourceTree, language: Parsed, nodes: readonly Met[]): Names {
  const grammar = GRAMMARS[language];
  const { assigned, typed, calls } = grammar;
  const imported: string[] = [];
  const parts = new Map<string, Part>();
  const held = new Map<string, Binding[]>();
  const hold = (name: string, given: Binding) => {
    const known = held.get(name);
    if ((known?.length ?? 0) >= BINDINGS_MAX || held.size >= NAMES_MAX)
      throw new Tangled("it gives too many names too much to be read");
    if (known) known.push(given);
    else held.set(name, [given]);
  };
  const putsBytes = couldPutBytes(tree.text);
  for (const met of nodes) {
    const { node, kind } = met;
    if (grammar.imports.includes(kind)) {
      imported.push(tree.textOf(node));
      continue;
    }
    if (calls[kind] || kind === "binary") {
      for (const name of putsBytes ? bytesPut(met, language, tree, held) : []) {
        hold(name, { node, value: "", at: null, added: BYTES });
      }
      const added = addedBy(met, language, tree);
      if (added) hold(added.name, added.binding);
      continue;
    }
    const binds = assigned[kind] ?? typed[kind];
    if (!binds) continue;
    const [name, value] = binds;
    const written = tree.textOf(node);
    if (language === "javascript" && NESTED.test(written)) {
      for (const [local, property] of takenApart(written)) {
        const whole = { node, value, at: null, added: null };
        if (property === REST) hold(local, whole);
        else parts.set(local, { node, value, property });
      }
      continue;
    }
    const head = NAME_FIRST.exec(written.slice(0, ADDED_CHARS));
    const whole = head?.[1] ?? boundBy(node, name, tree);
    const said = language === "rust" && head === null ? withoutKind(whole) : whole;
    const record = language === "rust" ? RECORD.exec(said)?.[1] : undefined;
    if (record !== undefined) {
      for (const [local, property] of takenApart(`{${record}}`))
        parts.set(local, { node, value, property });
      continue;
    }
    const operator = head ? head[2] : undefined;
    const added =
      operator === undefined || !/^(?:\+|<<|\|\||\?\?)$/.test(operator) ? null : operator;
    const locals = localsOf(said);
    if (locals === null) hold(keyed(said), { node, value, at: null, added });
    const list = locals === null && PLACED.test(language) ? AT_PLACE.exec(said)?.[1] : undefined;
    if (list !== undefined) hold(list, { node, value: "", at: null, added: PLACE });
    for (const [at, local] of (locals ?? []).entries()) {
      const name = local.replace(LEFT_OVER, "");
      const rest = name === local ? {} : ({ rest: true } as const);
      if (name !== "") hold(name, { node, value, at, added, ...rest });
    }
  }
  for (const bindings of held.values()) {
    if (bindings.some(({ added }) => added !== null)) bindings.sort(byEnd);
  }
  const own = ownFunctions(tree, language);
  return { imports: importsOf(language, imported, own), held, parts };
}

/** `Place { host, zone }` */
const RECORD = /^[A-Z][\w:]*\s*\{([^{}]*?)(?:,?\s*\.\.)?\s*\}$/;

/** `Some((tool, option))`, `Tool(tool, option)` */
function withoutKind(pattern: string): string {
  const inner = /^[A-Z][\w:]*\((.*)\)$/s.exec(pattern)?.[1];
  return inner ?? pattern;
}
/** What is taken apart by its names, or deeper than one list. */
const NESTED = /^(?:\{|\[[^\]=]*[[{])/;

/** `...rest`, `*rest`, `rest @ ..` */
const LEFT_OVER = /^(?:\.{2,3}|\*)|@\.\.$/;

/** The names of a list that is taken apart; null where one name is given one thing. */
function localsOf(said: string): string[] | null {
  const isList = /^[[(]?[\s\w$*@.&]*(?:,[\s\w$*@.&]*)+[\])]?$|^[[(][\s\w$*@.&]+[\])]$/.test(said);
  return isList ? said.replaceAll(/[[\]()\s&]|\b(?:mut|ref)\b/g, "").split(",") : null;
}

/** What is called within a chain comes first. */
function byEnd(one: Binding, other: Binding): number {
  return one.node.range().end.index - other.node.range().end.index;
}

/** `names["run"]`, `names[:run]` as `names.run`. */
function keyed(name: string): string {
  return name.replace(/^([\w$.@]+)\[\s*["'`:]?([\w$-]+)["'`]?\s*\]$/, "$1.$2");
}

const isTurning = (written: string): boolean => written.endsWith(".reverse");

/** `list.reverse();` stands by itself: what it gives back is nobody's. */
function isTurned(node: SyntaxNode): boolean {
  return node.parent()?.kind() === "expression_statement";
}

/** What a method puts into a name: `argv.append("-c")`, `line << "x"`. */
function addedBy(
  met: Met,
  language: Parsed,
  tree: SourceTree,
): { name: string; binding: Binding } | null {
  const { node, kind, written } = met;
  const { calls } = GRAMMARS[language];
  if (kind === "binary") {
    const name = /^([@\w]+)\s*<<[^<]/.exec(tree.textOf(node).slice(0, ADDED_CHARS))?.[1];
    return name === undefined
      ? null
      : { name, binding: { node, value: "right", at: null, added: "<<" } };
  }
  const shape = calls[kind];
  if (!shape) return null;
  const isWhole = "whole" in shape;
  // One look at how it begins spares most calls the questions about their parts.
  const begins = isWhole ? written : tree.beginningOf(node, BEGINNING_CHARS);
  if (PUTS_INTO.test(begins)) {
    const name = changedBy(node, begins);
    return name === null ? null : { name, binding: { node, value: "", at: null, added: INTO } };
  }
  if (language === "java" && /\bforEach/.test(begins)) {
    const name = EACH_INTO.exec(tree.textOf(node))?.[1];
    if (name !== undefined) return { name, binding: { node, value: "", at: null, added: EACH } };
  }
  const couldAdd = isWhole ? ADDS.test(written) || isTurning(written) : ADDING.test(begins);
  const callee = !couldAdd ? null : isWhole ? met.callee : node.field(shape.name);
  if (!callee) return null;
  const member = GRAMMARS[language].members[callee.kind()];
  // Only methods add something; a call of a plain name is passed over without being read.
  if (isWhole && !member) return null;
  const method = member ? callee.field(member[1]) : callee;
  const added = method ? tree.textOf(method) : "";
  if (added === "reverse" && language !== "javascript") {
    if (!isTurned(node)) return null;
  } else if (!ADDS.test(added)) return null;
  // Where it is asked for what comes of it, that is worked out there.
  const isInPlace = language === "javascript" && node.parent()?.kind() === "expression_statement";
  if (language === "javascript" && /^(?:reverse|sort|splice)$/.test(added) && !isInPlace)
    return null;
  // In scripts what is put behind a text, or a list, is another one.
  if (added === "concat" && language === "javascript") return null;
  const on = isWhole ? member && callee.field(member[0]) : node.field(shape.receiver);
  const range = on?.range();
  if (!on || !range || range.end.index - range.start.index > ADDED_CHARS) return null;
  const name = ADDED_TO.exec(tree.textOf(on))?.[1];
  return name === undefined ? null : { name, binding: { node, value: "", at: null, added } };
}

/** The names that a call puts bytes into. */
function bytesPut(
  { node, written }: Met,
  language: Parsed,
  tree: SourceTree,
  held: ReadonlyMap<string, readonly Binding[]>,
): string[] {
  const isWhole = written !== "" && language !== "java";
  const begins = isWhole ? written : tree.beginningOf(node, BEGINNING_CHARS);
  return bytesPutInto(node, begins, (name) => {
    const first = held.get(name)?.[0];
    return first ? tree.beginningOf(first.node, ADDED_CHARS) : "";
  });
}

/** Most bindings begin with their name: then nothing has to be asked of the tree. */
const NAME_FIRST =
  /^(?:let |mut |const |static |pub )*([\w$.@]+)\s*(?::(?!=)[^=]*?)?\s*(:|\+|<<|\|\||\?\?)?=(?![=>])/;

function boundBy(node: SyntaxNode, field: string, tree: SourceTree): string {
  const bound = node.field(field);
  return bound ? tree.textOf(bound) : "";
}

/** Functions that the file itself makes at its outermost level: their names are its own. */
function ownFunctions(tree: SourceTree, language: Parsed): string[] {
  const text = tree.text;
  const made =
    language === "python"
      ? /^(?:async )?def (\w+)/gm
      : /^(?:export )?(?:async )?function ([\w$]+)|^func (\w+)\(/gm;
  return [...text.matchAll(made)].map((match) => match[1] ?? match[2] ?? "");
}
