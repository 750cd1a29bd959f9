import type { SyntaxNode } from "../../../source/syntax-node.ts";
import type { Reader } from "./reader.ts";
import { givenAt, SITES_MAX } from "./objects-sites.ts";
import { tellingOf } from "./telling.ts";
import { COULD_REACH } from "../languages/reaching.ts";
import { usesTricks } from "../texts/tricks.ts";
import { isFields, type Value, walkedOf } from "./value.ts";

const PARENTS_MAX = 25;
/** What a name stands for where it is used, if no statement of the file gives it anything. */
type Local = {
  /** What a parameter is when nothing is given for it, and what it is given where it is called. */
  given: readonly SyntaxNode[];
  /** What a loop walks, and the place in each element where a name stands. */
  walked: { list: SyntaxNode; method: string; at: number | null } | null;
};

const FUNCTIONS = /^(?:lambda|block|do_block)$/;
const NAMED_FUNCTIONS = /^(?:function_definition|method|singleton_method)$/;
const LOOPS = /^(?:for_statement|for_in_clause|for)$/;
const COMPREHENSIONS =
  /^(?:list_comprehension|generator_expression|set_comprehension|dictionary_comprehension)$/;
const WALKS =
  /^(?:each|each_value|each_key|each_with_index|each_with_object|map|flat_map|select|filter|reject|find|each_entry|reverse_each|collect|filter_map|then|yield_self|tap)$/;

/** What declares names that no statement gives anything, by language. */
const DECLARES: Partial<Record<Reader["language"], RegExp>> = {
  python:
    /\bdef\s+\w+\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\blambda\s{1,9}([^:\n]{0,200}):|\bfor\s{1,9}([\w ,()*]{1,80}?)\s{1,9}in\b/g,
  ruby: /\|([^|\n]{1,80})\||\bdef\s+[\w.?!=]+[ \t]*\(?([^)\n]*)|\bfor\s{1,9}([\w ,]{1,80}?)\s{1,9}in\b/g,
};

type Declared = {
  /** Names that functions declare, of which anything may be said. */
  parameters: ReadonlySet<string>;
  /** Those of them that are something where they are given nothing. */
  defaulted: ReadonlySet<string>;
  /** Whether the file hides or reaches anything, so that all of them are worth a look. */
  all: boolean;
  /** Names that blocks, loops and functions without a name declare. */
  names: ReadonlySet<string>;
  /** What was found for each place where such a name stands. */
  places: Map<number, Local | null>;
};

/** What a file declares so; read once a file. */
const declared = new WeakMap<object, Declared>();
function declaredIn(reader: Reader): Declared {
  const known = declared.get(reader.values);
  if (known) return known;
  const text = reader.text();
  const pattern = DECLARES[reader.language];
  const found = pattern ? [...text.matchAll(pattern)] : [];
  // What a function is given where it is called matters where something is hidden or reached.
  const all = usesTricks(text) || COULD_REACH.test(text);
  const whole = PLAIN[reader.language] ?? 0;
  const defaults = reader.language === "ruby" ? DEFAULTED_IN_RUBY : DEFAULTED;
  const [parameters, names] = [new Set<string>(), new Set<string>()];
  for (const [, ...lists] of found) {
    for (const [at, list = ""] of lists.entries()) {
      const isFunction = at === whole;
      const words = isFunction && !all ? defaults : /[A-Za-z_]\w*/g;
      for (const name of list.match(words) ?? []) (isFunction ? parameters : names).add(name);
    }
  }
  parameters.delete("self");
  const others = found.flatMap((each) => (each[whole + 1] ?? "").match(defaults) ?? []);
  const told = { parameters, defaulted: new Set(others), all, names, places: new Map() };
  declared.set(reader.values, told);
  return told;
}

/** Whether what a name stands for is worth being looked for: most files have nothing to hide. */
export function mayBeHeld(name: string, reader: Reader): boolean {
  if (!DECLARES[reader.language]) return false;
  const { all, defaulted } = declaredIn(reader);
  return all || defaulted.has(name);
}

/** Whether a name may stand for a function of another name, where it is not called itself. */
export function mayBeNamed(node: SyntaxNode, name: string, reader: Reader): boolean {
  if (!DECLARES[reader.language]) return false;
  const { parameters, defaulted, names } = declaredIn(reader);
  if (!parameters.has(name) && !names.has(name)) return false;
  const parent = String(node.parent()?.kind());
  return (
    reader.grammar.calls[parent] !== undefined ||
    (defaulted.has(name) && reader.grammar.assigned[parent] !== undefined)
  );
}

/** `name=…`, `name: Kind = …`, and in Ruby `name: …`. */
const DEFAULTED = /[A-Za-z_]\w*(?=\s*(?::[^,=()]*)?=)/g;
const DEFAULTED_IN_RUBY = /[A-Za-z_]\w*(?=\s*=|: *\S)/g;

/** Which group of the pattern holds the parameters of functions. */
const PLAIN: Partial<Record<Reader["language"], number>> = { python: 0, ruby: 1 };

/** The function, block or loop around a name that declares it; null where none does. */
export function localOf(node: SyntaxNode, name: string, reader: Reader): Local | null {
  if (!DECLARES[reader.language]) return null;
  const { parameters, names, places } = declaredIn(reader);
  if (!parameters.has(name) && !names.has(name)) return null;
  const known = places.get(node.id());
  if (known !== undefined) return known;
  let found = names.has(name) ? lookedFor(node, name, reader) : null;
  if (!found && parameters.has(name)) {
    for (const outer of reader.around(node.range().start.index)) {
      found ??= parameterOf(outer, name, reader);
    }
  }
  places.set(node.id(), found);
  return found;
}

function lookedFor(node: SyntaxNode, name: string, reader: Reader): Local | null {
  let inner: SyntaxNode = node;
  for (let step = 0; step < PARENTS_MAX; step++) {
    const outer = inner.parent();
    if (!outer) return null;
    const kind = outer.kind();
    const found = FUNCTIONS.test(kind)
      ? parameterOf(outer, name, reader)
      : LOOPS.test(kind)
        ? loopOf(outer, name, reader)
        : COMPREHENSIONS.test(kind)
          ? clauseOf(outer, name, reader)
          : null;
    if (found || NAMED_FUNCTIONS.test(kind)) return found;
    inner = outer;
  }
  return null;
}

/** What such a name comes to: of what it may stand for, what tells. */
export function localValue(local: Local, reader: Reader, depth: number): Value | null {
  // Only what says something, or stands for a constant, is read.
  const given = local.given
    .filter((each) => /["'`]|^[A-Z][A-Z\d_]*$/.test(reader.textOf(each)))
    .map((each) => reader.evaluate(each, depth + 1));
  return tellingOf([...given, ...elementsWalked(local, reader, depth)]);
}

/** What is written out, or stands for something that is. */
const SAYS = /["'`\d]|\b[A-Z]\w+|^(?:self\.|@{1,2})?[a-z]\w*(?:\(\))?$/;

/** The elements that a name of a loop stands for one after the other. */
function elementsWalked(
  { walked }: Local,
  reader: Reader,
  depth: number,
): readonly (Value | null)[] {
  if (!walked || !SAYS.test(reader.textOf(walked.list))) return [];
  const value = reader.evaluate(walked.list, depth + 1);
  const isValues = walked.method === "each_value";
  const list =
    isFields(value) && (isValues || walked.at === 1)
      ? [...value.entries.values()].map((entry) => reader.evaluate(entry, depth + 1))
      : walked.method === "then" || walked.method === "tap" || walked.method === "yield_self"
        ? [value]
        : (walkedOf(value) ?? []);
  const { at } = walked;
  if (at === null || isFields(value)) return list;
  return list.map((each) => (Array.isArray(each) ? (each[at] ?? null) : at === 0 ? each : null));
}

function parameterOf(outer: SyntaxNode, name: string, reader: Reader): Local | null {
  const parameters = outer.field("parameters");
  if (!parameters || !reader.textOf(parameters).includes(name)) return null;
  const list = parameters.namedChildren();
  const at = list.findIndex((each) => nameIn(each, reader) === name);
  const parameter = list[at];
  if (!parameter) return null;
  if (/block/.test(outer.kind())) {
    const call = outer.parent();
    const method = call?.field("method");
    const on = call?.field("receiver");
    if (!on && method) return { given: yieldedTo(method, at, reader), walked: null };
    if (!on || !method || !WALKS.test(reader.textOf(method))) return null;
    const isOne = list.length === 1;
    return {
      given: [],
      walked: { list: on, method: reader.textOf(method), at: isOne ? null : at },
    };
  }
  const other = parameter.field("value");
  const called = outer.field("name");
  const names = list.map((each) => nameIn(each, reader));
  const given = called ? givenTo(reader.textOf(called), name, names, reader) : [];
  return { given: [...(other ? [other] : []), ...given], walked: null };
}

/** What a method of the file hands to the block that it is given, in that place. */
function yieldedTo(method: SyntaxNode, at: number, reader: Reader): SyntaxNode[] {
  const own = reader.functionOf(reader.textOf(method));
  if (!own || !reader.textOf(own).includes("yield")) return [];
  return own
    .findAll({ rule: { kind: "yield" } })
    .slice(0, SITES_MAX)
    .flatMap((each) => each.namedChildren()[0]?.namedChildren()[at] ?? []);
}

function nameIn(parameter: SyntaxNode, reader: Reader): string {
  const name = parameter.field("name") ?? parameter;
  return /^[*&]*([A-Za-z_]\w*)/.exec(reader.textOf(name))?.[1] ?? "";
}

/** What a function of the file is given under that name, where the file itself calls it. */
function givenTo(
  called: string,
  name: string,
  names: readonly string[],
  reader: Reader,
): SyntaxNode[] {
  if (/^(?:__init__|initialize)$/.test(called)) return [];
  return reader
    .sites(called)
    .slice(0, SITES_MAX)
    .flatMap((site) => {
      // What a function gives back may be called in turn.
      if (String(site.field("function")?.kind()) === site.kind()) return [];
      return givenAt(site, { names }, reader).get(name)?.slice(0, 1) ?? [];
    });
}

function loopOf(loop: SyntaxNode, name: string, reader: Reader): Local | null {
  const left = loop.field("left") ?? loop.field("pattern");
  const list = loop.field("right") ?? loop.field("value");
  if (!left || !list) return null;
  const names = reader
    .textOf(left)
    .replaceAll(/[()\s]/g, "")
    .split(",");
  const at = names.indexOf(name);
  if (at === -1) return null;
  return {
    given: [],
    walked: { list: inside(list), method: "each", at: names.length === 1 ? null : at },
  };
}

/** `for x in list` of Ruby wraps what it walks. */
function inside(list: SyntaxNode): SyntaxNode {
  return list.kind() === "in" ? (list.namedChildren()[0] ?? list) : list;
}

function clauseOf(outer: SyntaxNode, name: string, reader: Reader): Local | null {
  for (const child of outer.namedChildren()) {
    const found = child.kind() === "for_in_clause" ? loopOf(child, name, reader) : null;
    if (found) return found;
  }
  return null;
}
