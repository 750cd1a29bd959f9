import type { SgNode } from "@ast-grep/napi";
import { type SourceTree, Tangled } from "../../source/source-tree.ts";
import { folded } from "./fold.ts";
import { GRAMMARS, type Grammar, type Parsed } from "./grammar.ts";
import { importsOf, type Imports } from "./imports.ts";

/** Reads a tree as if it ran: names are what they stand for, texts are put together. */
export type Reader = {
  language: Parsed;
  grammar: Grammar;
  imports: Imports;
  /** What each name was given, in the order of the file. */
  values: Values;
  /** Names that were taken out of something: `const { exec } = cp`. */
  parts: ReadonlyMap<string, { node: SgNode; value: string; property: string }>;
  textOf: (node: SgNode) => string;
  /** What a node is called, e.g. `os.system`, whatever it was renamed to; `?` where it is open. */
  nameOf: (node: SgNode, depth?: number) => string;
  /** What a dotted text is called. */
  resolved: (dotted: string, depth?: number) => string;
  /** The text of a node as far as it is known, with holes; null where it is no text. */
  fold: (node: SgNode, depth?: number) => string | null;
};

type Values = { has(name: string): boolean; get(name: string): readonly SgNode[] };

/** Names within names, and texts within texts, that are followed. */
const DEPTH_MAX = 12;
const NAMES_MAX = 20_000;
const OF_GLOBAL = /^(?:globalThis|window|global|builtins|__builtins__)\.(?=\w)/;
const KINDS_OF_GLOBAL = /^(?:globalThis|window|global|builtins|__builtins__)(?:\.__dict__)?$/;

/**
 * @param nodes All nodes of the kinds that bind names, in the order of the file; others are passed
 *   over. One walk through the tree serves whoever reads it.
 */
export function readerOf(tree: SourceTree, language: Parsed, nodes: readonly SgNode[]): Reader {
  const grammar = GRAMMARS[language];
  const textOf = (node: SgNode) => tree.textOf(node);
  const { imports, values, parts } = namesOf(tree, language, nodes);
  const named = new Map<number, string>();
  const known = new Map<string, string>();
  const texts = new Map<number, string | null>();
  const reader: Reader = {
    language,
    grammar,
    imports,
    values,
    parts,
    textOf,
    nameOf: (node, depth = 0) =>
      once(named, node.id(), "?", depth, () => nameOf(node, reader, depth)),
    resolved: (dotted, depth = 0) =>
      once(known, dotted, "?", depth, () => resolved(dotted, reader, depth)),
    fold: (node, depth = 0) =>
      once(texts, node.id(), null, depth, () => folded(node, reader, depth)),
  };
  return reader;
}

/**
 * Reads each thing once. While it is being read it is not known, so a name that is made of itself
 * ends, and a thousand names made of each other cost a thousand readings.
 */
function once<K, V>(known: Map<K, V>, key: K, open: V, depth: number, read: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (depth > DEPTH_MAX) return open;
  known.set(key, open);
  const value = read();
  known.set(key, value);
  return value;
}

/** Kinds that give a name something to stand for. */
export function bindingKinds(language: Parsed): string[] {
  const { imports, assigned, typed } = GRAMMARS[language];
  return [...imports, ...Object.keys(assigned), ...Object.keys(typed)];
}

function namesOf(tree: SourceTree, language: Parsed, nodes: readonly SgNode[]) {
  const grammar = GRAMMARS[language];
  const { assigned, typed } = grammar;
  const imported: string[] = [];
  const parts = new Map<string, { node: SgNode; value: string; property: string }>();
  const held = new Map<string, { node: SgNode; value: string }[]>();
  const hold = (name: string, given: { node: SgNode; value: string }) => {
    const known = held.get(name);
    if (known) known.push(given);
    else if (held.size < NAMES_MAX) held.set(name, [given]);
    else throw new Tangled("it has too many names to be read");
  };
  for (const node of nodes) {
    const kind = String(node.kind());
    if (grammar.imports.includes(kind)) {
      imported.push(tree.textOf(node));
      continue;
    }
    const binds = assigned[kind] ?? typed[kind];
    if (!binds) continue;
    const [name, value] = binds;
    const written = tree.textOf(node);
    if (language === "javascript" && written.startsWith("{")) {
      for (const [local, property] of takenApart(written)) {
        if (property === REST) hold(local, { node, value });
        else parts.set(local, { node, value, property });
      }
      continue;
    }
    const said = NAME_FIRST.exec(written.slice(0, 200))?.[1] ?? boundBy(node, name, tree);
    hold(said, { node, value });
  }
  const values: Values = {
    has: (name) => held.has(name),
    get: (name) => (held.get(name) ?? []).flatMap(({ node, value }) => node.field(value) ?? []),
  };
  return { imports: importsOf(language, imported, ownFunctions(tree, language)), values, parts };
}

const TAKEN_APART_CHARS_MAX = 2_000;

/** All that is left of something that is taken apart. */
const REST = "...";

/** `{ a, b: c = 1, ["d" + "e"]: f, ...rest }`: local names by the property they are. */
function takenApart(written: string): [local: string, property: string][] {
  const list = written.slice(1, TAKEN_APART_CHARS_MAX).split("}", 1)[0] ?? "";
  return list.split(",").flatMap((part): [string, string][] => {
    const [property = "", local = property] = part
      .replace(/=.*/s, "")
      .trim()
      .split(/\s*:\s*/);
    if (property.startsWith(REST)) return [[property.slice(REST.length), REST]];
    return /^[\w$]+$/.test(local) ? [[local, keyOf(property)]] : [];
  });
}

function keyOf(property: string): string {
  if (!property.startsWith("[")) return property.replaceAll(/["']/g, "");
  // A key that is more than constants put together is not known.
  const constants = /^\[(?:\s*(?:"[^"]*"|'[^']*'|`[^`$]*`)\s*\+?)+\]$/.test(property);
  return constants ? property.replaceAll(/[[\]"'`+\s]/g, "") : "?";
}

/** Most bindings begin with their name: then nothing has to be asked of the tree. */
const NAME_FIRST =
  /^(?:let |mut |const |static |pub )*([\w$.@]+)\s*(?::(?!=)[^=]*?)?\s*(?::|\+|<<)?=(?![=>])/;

function boundBy(node: SgNode, field: string, tree: SourceTree): string {
  const bound = node.field(field);
  return bound ? tree.textOf(bound) : "";
}

/** Functions that the file itself makes at its outermost level: their names are its own. */
function ownFunctions(tree: SourceTree, language: Parsed): string[] {
  const text = tree.textOf(tree.root);
  const made =
    language === "python"
      ? /^(?:async )?def (\w+)/gm
      : /^(?:export )?(?:async )?function ([\w$]+)|^func (\w+)\(/gm;
  return [...text.matchAll(made)].map((match) => match[1] ?? match[2] ?? "");
}

function nameOf(node: SgNode, reader: Reader, depth: number): string {
  const { grammar, textOf, fold } = reader;
  const kind = String(node.kind());
  if (grammar.names.includes(kind)) return reader.resolved(textOf(node), depth + 1);
  const member = grammar.members[kind];
  if (member) {
    const object = node.field(member[0]);
    const property = node.field(member[1]);
    const name = property ? textOf(property) : "?";
    return object ? joined(reader.nameOf(object, depth + 1), name) : name;
  }
  const subscript = grammar.subscripts[kind];
  if (subscript) {
    const object = node.field(subscript[0]) ?? node.namedChildren()[0];
    const index = node.field(subscript[1]) ?? node.namedChildren()[1];
    if (!object || !index) return "?";
    const element = elementOf(object, index, reader);
    if (element) return reader.nameOf(element, depth + 1);
    return joined(reader.nameOf(object, depth + 1), fold(index, depth + 1) ?? "?");
  }
  if (grammar.wrappers.includes(kind) || grammar.casts.includes(kind)) {
    const inner = node.namedChildren().at(grammar.casts.includes(kind) ? 0 : -1);
    return inner ? reader.nameOf(inner, depth + 1) : "?";
  }
  if (grammar.strings.includes(kind)) return '""';
  if (kind === "import" || kind === "regex") return kind;
  if (grammar.lists.includes(kind)) return "[]";
  if (/function|lambda|closure/.test(kind)) return "function()";
  return grammar.calls[kind] ? givenBack(node, reader, depth) : "?";
}

/** `[a, b][1]` */
function elementOf(object: SgNode, index: SgNode, { grammar, textOf }: Reader): SgNode | null {
  if (!grammar.lists.includes(String(object.kind()))) return null;
  const at = Number(textOf(index));
  return Number.isInteger(at) ? (object.namedChildren()[at] ?? null) : null;
}

/** What is called by a call, without what is done with it. */
export function calleeOf(node: SgNode, reader: Reader, depth = 0): string {
  const shape = reader.grammar.calls[String(node.kind())];
  if (!shape) return "?";
  if ("whole" in shape) {
    const whole = node.field(shape.whole);
    return whole ? reader.nameOf(whole, depth + 1) : "?";
  }
  const [receiver, name] = [node.field(shape.receiver), node.field(shape.name)];
  const said = name ? reader.textOf(name) : "call";
  if (!receiver) return reader.resolved(said, depth + 1);
  return joined(reader.nameOf(receiver, depth + 1), said);
}

const LOADS = new RegExp(
  "(?:^|\\.)(?:require|__import__|import_module|getBuiltinModule|const_get|_load|createRequire\\(\\))$" +
    "|^import$",
);
const TAKES =
  /^(?:getattr|Reflect\.get|Object\.getOwnPropertyDescriptor|inspect\.getattr_static|object\.__getattribute__)$/;
const PASSES_ON =
  /^(?:promisify|util\.promisify|partial|functools\.partial|operator\.(?:attrgetter|methodcaller)|method|Kernel\.method|staticmethod)$/;

/** What a call gives back, where that can be told. */
function givenBack(node: SgNode, reader: Reader, depth: number): string {
  const name = calleeOf(node, reader, depth);
  const given = argumentsOf(node);
  const [first, second] = given;
  const text = (which: SgNode | undefined) =>
    which === undefined ? "?" : (reader.fold(which, depth + 1) ?? "?");
  if (LOADS.test(name)) return text(first).replace(/^node:/, "");
  if (TAKES.test(name) && first) return joined(reader.nameOf(first, depth + 1), text(second));
  if (PASSES_ON.test(name) && first) {
    const symbol = reader.fold(first, depth + 1);
    return symbol === null ? reader.nameOf(first, depth + 1) : symbol;
  }
  if (name.endsWith(".__getattribute__")) {
    return joined(name.slice(0, -".__getattribute__".length), text(first));
  }
  if (name.endsWith(".bind")) return name.slice(0, -".bind".length);
  if (/\.(?:method|public_method)$/.test(name))
    return joined(name.replace(/\.\w+$/, ""), text(first));
  if (/^(?:globals|locals)$/.test(name)) return "globalThis";
  if (name === "vars") return first ? reader.nameOf(first, depth + 1) : "globalThis";
  return `${name}()`;
}

/** The arguments of a call; a part of the tree that is none of the language's own forms has none. */
export function argumentsOf(node: SgNode): SgNode[] {
  const given =
    node.field("arguments") ??
    node.field("body") ??
    node.namedChildren().find((child) => child.kind() === "token_tree");
  return given ? given.namedChildren().filter((child) => child.kind() !== "comment") : [];
}

function joined(object: string, property: string): string {
  if (property === "__dict__") return object;
  if (KINDS_OF_GLOBAL.test(object)) return property === "?" ? "globalThis.?" : property;
  if (object === "sys.modules") return property;
  return `${object}.${property}`;
}

const STAR_NAMES = /^(?:system|popen|exec[lv]\w*|run|Popen|call|check_\w+|loads?|unsafe_load)$/;

function resolved(dotted: string, reader: Reader, depth: number): string {
  const plain = dotted.replaceAll(/\s+|[?!]/g, "").replaceAll("::", ".");
  const dot = plain.indexOf(".");
  const head = dot === -1 ? plain : plain.slice(0, dot);
  const rest = dot === -1 ? "" : plain.slice(dot);
  if (KINDS_OF_GLOBAL.test(head) && rest !== "") return reader.resolved(rest.slice(1), depth + 1);
  const { imports, values } = reader;
  const known = imports.names.get(head);
  if (known !== undefined) {
    const whole = `${known}${rest}`;
    const owner = OF_GLOBAL.exec(whole)?.[0] ?? "";
    return whole.slice(owner.length);
  }
  const part = reader.parts.get(head);
  const whole = part?.node.field(part.value);
  if (part && whole) {
    return `${joined(reader.nameOf(whole, depth + 1), part.property).replace(/\.default$/, "")}${rest}`;
  }
  if (imports.own.has(head)) return `own.${plain}`;
  const value = values.get(head).at(-1);
  if (value) {
    const name = reader.nameOf(value, depth + 1);
    if (name !== "?" && name !== head) return `${name}${rest}`;
  }
  const [star] = imports.stars;
  const isTheirs = reader.language === "go" ? /^[A-Z]/ : STAR_NAMES;
  return star !== undefined && isTheirs.test(head) ? `${star}.${plain}` : plain;
}
