import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { argumentsOf } from "./called.ts";
import { functionAround, parametersOf } from "./functions.ts";
import { unnamed } from "../made/made.ts";
import type { Reader } from "./reader.ts";
import type { Value } from "./value.ts";

/** What the fields of one object that a file makes hold, as far as that is known. */
export type Held = ReadonlyMap<string, Value | null>;

/** Calls of one function that are looked at. */
export const SITES_MAX = 12;
const NODES_MAX = 400;

/** The reader itself, or as its function is told things where the file calls that. */
export function toldAround(node: SyntaxNode, reader: Reader): Reader[] {
  const own = functionAround(node, reader);
  const name = own?.field("name");
  if (!own || !name) return [reader];
  const parameters = parametersOf(own, reader);
  const said = reader.textOf(node);
  if (!parameters.names.some((each) => said.includes(each))) return [reader];
  const sites = sitesOf(own, reader.textOf(name), reader).slice(0, SITES_MAX);
  return sites.length === 0
    ? [reader]
    : sites.map((site) => reader.within(boundAt(site, parameters, reader)));
}

/** Where a function is called; a constructor is by the name of its class. */
export function sitesOf(own: SyntaxNode, name: string, reader: Reader): readonly SyntaxNode[] {
  if (name === "initialize") return reader.sites("new");
  if (name !== "constructor" && name !== "__init__") {
    const plain = reader.sites(name);
    return plain.length > 0 ? plain : chained(own, name, reader);
  }
  const type = classAround(own, reader);
  return type === null ? [] : reader.sites(type);
}

/** `new Built().program("sh").flag("-c")` */
function chained(own: SyntaxNode, name: string, reader: Reader): readonly SyntaxNode[] {
  if (!reader.text().includes(`).${name}(`) || !/^\w+$/.test(name)) return [];
  const any = Object.keys(reader.grammar.calls).map((kind) => ({ kind, regex: `\\.${name}\\(` }));
  const ends = new RegExp(String.raw`\.${name}\([^()]*\)$`);
  const calls = own.root().findAll({ rule: { any } });
  return calls.slice(0, NODES_MAX).filter((call) => ends.test(reader.textOf(call)));
}

const ABOVE_MAX = 6;

function classAround(node: SyntaxNode, reader: Reader): string | null {
  let up = node.parent();
  for (let step = 0; up && step < ABOVE_MAX; step++, up = up.parent()) {
    const name = up.kind().startsWith("class") ? up.field("name") : null;
    if (name) return reader.textOf(name);
  }
  return null;
}

type Parameters = { names: readonly string[]; rest?: boolean };

/** Each name of a function with what it is given where that is called so. */
export function givenAt(
  site: SyntaxNode,
  { names, rest = false }: Parameters,
  reader: Reader,
): ReadonlyMap<string, readonly SyntaxNode[]> {
  // What a method is called on is no argument.
  const isMethod = reader.language === "python" && /^(?:self|cls)$/.test(names[0] ?? "");
  const plain = isMethod ? names.slice(1) : names;
  const last = plain.length - 1;
  const given = new Map<string, SyntaxNode[]>();
  let place = 0;
  for (const argument of argumentsOf(site)) {
    const key = keyOf(argument);
    const at = rest ? Math.min(place, last) : place;
    if (!key) place += 1;
    const name = key ? reader.textOf(key).replace(/:$/, "") : plain[at];
    if (name === undefined) continue;
    const known = given.get(name);
    if (known) known.push(unnamed(argument));
    else given.set(name, [unnamed(argument)]);
  }
  return given;
}

/** The name under which an argument is given: `key=value`, `key: value`. */
function keyOf(argument: SyntaxNode): SyntaxNode | null {
  if (!/^(?:keyword_argument|pair)$/.test(argument.kind())) return null;
  return argument.field("name") ?? argument.field("key");
}

/** What the names of a function stand for where it is called so. */
export function boundAt(
  site: SyntaxNode,
  parameters: Parameters,
  reader: Reader,
): Map<string, Value | null> {
  const bound = new Map<string, Value | null>();
  const left = parameters.rest ? parameters.names.at(-1) : undefined;
  if (left !== undefined) bound.set(left, []);
  for (const [name, nodes] of givenAt(site, parameters, reader)) {
    const values = nodes.map((each) => reader.evaluate(each));
    bound.set(name, name === left ? values : (values[0] ?? null));
  }
  return bound;
}

/** What a parameter of a function of Go, Java or Rust is where the file itself calls that. */
export function givenElsewhere(
  node: SyntaxNode,
  name: string,
  reader: Reader,
  depth: number,
): Value | null {
  const own = functionAround(node, reader);
  const called = own?.field("name");
  if (!own || !called) return null;
  const { names, rest } = parametersOf(own, reader);
  if (!names.includes(name)) return null;
  for (const site of reader.sites(reader.textOf(called)).slice(0, SITES_MAX)) {
    const given = givenAt(site, { names, rest }, reader).get(name) ?? [];
    const values = given.map((each) => reader.evaluate(each, depth + 1));
    const known = values.some((value) => value !== null);
    if (known) return rest && name === names.at(-1) ? values : (values[0] ?? null);
  }
  return null;
}
