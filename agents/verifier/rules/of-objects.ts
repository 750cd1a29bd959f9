import type { SgNode } from "@ast-grep/napi";
import { argumentsOf } from "./called.ts";
import { functionAround, parametersOf } from "./functions.ts";
import type { Parsed } from "./grammar.ts";
import { unnamed } from "./made.ts";
import type { Reader } from "./reader.ts";
import type { Value } from "./value.ts";

/** What the fields of one object that a file makes hold, as far as that is known. */
type Held = ReadonlyMap<string, Value | null>;

/** How a method names the object that it is called on. */
const ITSELF: Readonly<Record<Parsed, RegExp>> = {
  javascript: /\bthis\./,
  python: /\b(?:self|cls)\./,
  ruby: /@\w|\b[a-z_]\w*\b/,
  java: /\b\w+\b/,
  rust: /\bself\./,
  go: /\b\w+\.\w/,
};
/** Kinds of what is written out with its fields. */
const WRITTEN: Partial<Record<Parsed, string>> = {
  go: "composite_literal",
  rust: "struct_expression",
};
const OBJECTS_MAX = 24;
const SITES_MAX = 6;
const NODES_MAX = 400;

/**
 * What the names of fields stand for in a method, by each object that the file itself makes: `s.tool`
 * is `sh` where `step{tool: "sh"}` is written. The last has what any of them was given.
 */
export function ofObjects(node: SgNode, reader: Reader): Map<string, Value | null>[] {
  const { language, textOf } = reader;
  const written = textOf(node);
  if (!ITSELF[language].test(written)) return [];
  const own = functionAround(node, reader);
  const receiver = own && language === "go" ? receiverNamed(textOf(own)) : null;
  if (language === "go" && receiver === null) return [];
  const objects = objectsIn(node, reader);
  return objects.flatMap((held) => {
    const said = [...held].filter(([name]) => written.includes(name));
    if (said.every(([, value]) => value === null)) return [];
    return [
      new Map(
        said.flatMap(([name, value]) =>
          namesOf(name, receiver, language).map((each): [string, Value | null] => [each, value]),
        ),
      ),
    ];
  });
}

function receiverNamed(method: string): string | null {
  return /^func\s*\(\s*(\w+)\s/.exec(method)?.[1] ?? null;
}

function namesOf(name: string, receiver: string | null, language: Parsed): string[] {
  switch (language) {
    case "go":
      return [`${receiver ?? ""}.${name}`];
    case "ruby":
      return [`@${name}`, name, `self.${name}`];
    case "java":
      return [name, `this.${name}`];
    case "python":
      return [`self.${name}`, `cls.${name}`];
    case "rust":
      return [`self.${name}`];
    case "javascript":
      return [`this.${name}`, `this.#${name}`];
  }
}

/** The objects that a file makes; read once, when the first is asked for. */
const made = new WeakMap<object, readonly Held[]>();
function objectsIn(node: SgNode, reader: Reader): readonly Held[] {
  const known = made.get(reader.values);
  if (known) return known;
  made.set(reader.values, []);
  const root = node.getRoot().root();
  const found = [...writtenOut(root, reader), ...declared(reader), ...constructed(root, reader)]
    .filter((held) => [...held.values()].some((value) => value !== null))
    .slice(0, OBJECTS_MAX);
  const all = new Map<string, Value | null>();
  for (const held of found) {
    for (const [name, value] of held) if (!isKnown(all.get(name))) all.set(name, value);
  }
  const objects = found.length > 1 ? [...found, all] : found;
  made.set(reader.values, objects);
  return objects;
}

const isKnown = (value: Value | null | undefined) => value !== undefined && value !== null;

/** `step{tool: "sh"}`, `&step{"sh", "-c"}`, `Self { program: program.to_string() }` */
function writtenOut(root: SgNode, reader: Reader): Held[] {
  const kind = WRITTEN[reader.language];
  if (kind === undefined) return [];
  const nodes = root.findAll({ rule: { kind } }).slice(0, NODES_MAX);
  return nodes.flatMap((node) => {
    const type = node.field("type") ?? node.field("name");
    const body = node.field("body");
    if (!type || !body) return [];
    const names = fieldNames(reader.textOf(type).replace(/^\[\]\*?/, ""), reader);
    // The elements of a list have its type.
    const isList = reader.textOf(type).startsWith("[]");
    const parts = isList ? body.namedChildren().map(innerList) : [body];
    const told = toldAround(node, reader);
    return parts.flatMap((part) => told.map((within) => fieldsGiven(part, names, within)));
  });
}

function innerList(element: SgNode): SgNode {
  const inner = element.kind() === "literal_element" ? element.namedChildren()[0] : element;
  return inner?.field("body") ?? inner ?? element;
}

function fieldsGiven(body: SgNode, names: readonly string[], reader: Reader): Held {
  const held = new Map<string, Value | null>();
  for (const [at, child] of body.namedChildren().entries()) {
    const [first, second] = child.namedChildren();
    const isShort = String(child.kind()).startsWith("shorthand");
    const isKeyed = /^(?:keyed_element|field_initializer)$/.test(String(child.kind()));
    const name = isShort ? reader.textOf(child) : isKeyed && first ? reader.textOf(first) : names[at];
    const value = isKeyed ? second : child;
    if (name !== undefined && value) held.set(name, reader.evaluate(value));
  }
  return held;
}

/** The fields of a type in their order, as the file declares it. */
function fieldNames(type: string, reader: Reader): string[] {
  const plain = /^\w+$/.test(type) ? type : "";
  if (plain === "" || reader.language !== "go") return [];
  const body = new RegExp(String.raw`\b${plain}\s+struct\s*\{([^}]{0,2000})\}`).exec(reader.text());
  return (body?.[1] ?? "").split(/[\n;]/).flatMap((line) => {
    const names = /^\s*(\w+(?:\s*,\s*\w+)*)\s+\S/.exec(line)?.[1];
    return names?.split(/\s*,\s*/) ?? [];
  });
}

/** The reader itself, or as its function is told things where the file calls that. */
function toldAround(node: SgNode, reader: Reader): Reader[] {
  const own = functionAround(node, reader);
  const name = own?.field("name");
  if (!own || !name) return [reader];
  const { names } = parametersOf(own, reader);
  const said = reader.textOf(node);
  if (!names.some((each) => said.includes(each))) return [reader];
  const sites = sitesOf(own, reader.textOf(name), reader).slice(0, SITES_MAX);
  return sites.length === 0
    ? [reader]
    : sites.map((site) => reader.within(boundAt(site, names, reader)));
}

/** Where a function is called; a constructor is by the name of its class. */
function sitesOf(own: SgNode, name: string, reader: Reader): readonly SgNode[] {
  if (name === "initialize") return reader.sites("new");
  if (name !== "constructor" && name !== "__init__") {
    const plain = reader.sites(name);
    return plain.length > 0 ? plain : chained(own, name, reader);
  }
  const type = classAround(own, reader);
  return type === null ? [] : reader.sites(type);
}

/** `new Built().program("sh").flag("-c")` */
function chained(own: SgNode, name: string, reader: Reader): readonly SgNode[] {
  if (!reader.text().includes(`).${name}(`) || !/^\w+$/.test(name)) return [];
  const any = Object.keys(reader.grammar.calls).map((kind) => ({ kind, regex: `\\.${name}\\(` }));
  const ends = new RegExp(String.raw`\.${name}\([^()]*\)$`);
  const calls = own.getRoot().root().findAll({ rule: { any } });
  return calls.slice(0, NODES_MAX).filter((call) => ends.test(reader.textOf(call)));
}

const ABOVE_MAX = 6;

function classAround(node: SgNode, reader: Reader): string | null {
  let up = node.parent();
  for (let step = 0; up && step < ABOVE_MAX; step++, up = up.parent()) {
    const name = /^class/.test(String(up.kind())) ? up.field("name") : null;
    if (name) return reader.textOf(name);
  }
  return null;
}

function boundAt(site: SgNode, names: readonly string[], reader: Reader): Map<string, Value | null> {
  const plain = names.filter((name) => !/^(?:self|cls)$/.test(name));
  const bound = new Map<string, Value | null>();
  for (const [at, argument] of argumentsOf(site).entries()) {
    const key = argument.field("name") ?? argument.field("key");
    const name = key ? reader.textOf(key).replace(/:$/, "") : plain[at];
    if (name !== undefined) bound.set(name, reader.evaluate(unnamed(argument)));
  }
  return bound;
}

/** Classes whose fields are told in a row: records, structs, classes of data, properties. */
const DECLARED: Partial<Record<Parsed, RegExp>> = {
  java: /\brecord\s+(\w+)\s*(?:<[^>\n]*>)?\(([^)]{0,500})\)/g,
  python:
    /(?:@(?:dataclasses\.)?dataclass[^\n]*\n(?:@[^\n]*\n)*class\s+(\w+)[^\n]*|class\s+(\w+)\((?:typing\.)?NamedTuple\):)\n((?:\s+\w+\s*:[^\n]*\n|\s*\n|\s+"""[^"]*"""\n)*)/g,
  rust: /\bstruct\s+(\w+)(?:<[^>\n]*>)?\(([^)]{0,500})\)\s*;/g,
  ruby: /\b([A-Z]\w*)\s*=\s*(?:Struct\.new|Data\.define)\(?([^\n)]{0,500})/g,
};

function declared(reader: Reader): Held[] {
  const pattern = DECLARED[reader.language];
  if (!pattern) return [];
  return [...reader.text().matchAll(pattern)].slice(0, OBJECTS_MAX).flatMap((match) => {
    const type = match[1] ?? match[2] ?? "";
    const names = namesDeclared(match.at(-1) ?? "", reader.language);
    const sites = reader.sites(reader.language === "ruby" ? "new" : type).slice(0, SITES_MAX);
    return sites.map((site) => boundAt(site, names, reader));
  });
}

function namesDeclared(list: string, language: Parsed): string[] {
  switch (language) {
    case "python":
      return [...list.matchAll(/^\s+(\w+)\s*:/gm)].map(([, name = ""]) => name);
    case "ruby":
      return [...list.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
    case "rust":
      return list.split(",").map((_, at) => `${at}`);
    default:
      return list.split(",").map((part) => /(\w+)\s*$/.exec(part)?.[1] ?? "");
  }
}

const ASSIGNS: Partial<Record<Parsed, string>> = {
  javascript: "assignment_expression",
  java: "assignment_expression",
  python: "assignment",
  ruby: "assignment",
};
const FIELD = /^(?:this\.#?|self\.|@)?(\w+)$/;
/** `constructor(private readonly tool: string)` */
const PROPERTY = /^(?:(?:public|private|protected|readonly|override)\s+)+(\w+)/;

/** What a constructor, or whatever sets a field, is told where it is called. */
function constructed(root: SgNode, reader: Reader): Held[] {
  const kind = ASSIGNS[reader.language];
  if (kind === undefined) return [];
  const byFunction = new Map<number, { own: SgNode; given: [string, SgNode][] }>();
  const add = (own: SgNode, field: string, value: SgNode) => {
    const known = byFunction.get(own.id()) ?? { own, given: [] };
    known.given.push([field, value]);
    byFunction.set(own.id(), known);
  };
  for (const node of root.findAll({ rule: { kind } }).slice(0, NODES_MAX)) {
    const [left, right] = [node.field("left"), node.field("right")];
    const written = left ? reader.textOf(left) : "";
    const field = FIELD.exec(written)?.[1];
    const isField = reader.language === "java" || written !== field;
    const own = field !== undefined && isField ? functionAround(node, reader) : null;
    if (own && right && field !== undefined) add(own, field, right);
  }
  return [
    ...[...byFunction.values()].flatMap(({ own, given }) => {
      const name = nameOf(own, reader);
      const { names } = parametersOf(own, reader);
      const sites = name === null ? [] : sitesOf(own, name, reader).slice(0, SITES_MAX);
      return sites.map((site): Held => {
        const within = reader.within(boundAt(site, names, reader));
        return new Map(given.map(([field, value]) => [field, within.evaluate(value)]));
      });
    }),
    ...(reader.language === "javascript" ? propertiesTold(root, reader) : []),
  ];
}

function nameOf(own: SgNode, reader: Reader): string | null {
  const name = own.field("name");
  return name ? reader.textOf(name) : null;
}

function propertiesTold(root: SgNode, reader: Reader): Held[] {
  if (!/\bconstructor\s*\(\s*(?:public|private|protected|readonly)\b/.test(reader.text())) return [];
  const kind = "method_definition";
  const constructors = root
    .findAll({ rule: { kind } })
    .filter((each) => nameOf(each, reader) === "constructor");
  return constructors.slice(0, OBJECTS_MAX).flatMap((own) => {
    const parameters = own.field("parameters")?.namedChildren() ?? [];
    const names = parameters.map(
      (each) => PROPERTY.exec(reader.textOf(each))?.[1] ?? reader.textOf(each),
    );
    const sites = sitesOf(own, "constructor", reader).slice(0, SITES_MAX);
    return sites.map((site) => boundAt(site, names, reader));
  });
}
