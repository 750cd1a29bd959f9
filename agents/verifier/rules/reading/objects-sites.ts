import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { argumentsOf } from "./called.ts";
import { functionAround, parametersOf } from "./functions.ts";
import { unnamed } from "../made/made.ts";
import type { Reader } from "./reader.ts";
import type { Value } from "./value.ts";

/** What the fields of one object that a file makes hold, as far as that is known. */
export type Held = ReadonlyMap<string, Value | null>;

export const SITES_MAX = 6;
const NODES_MAX = 400;

/** The reader itself, or as its function is told things where the file calls that. */
export function toldAround(node: SyntaxNode, reader: Reader): Reader[] {
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

export function boundAt(
  site: SyntaxNode,
  names: readonly string[],
  reader: Reader,
): Map<string, Value | null> {
  const plain = names.filter((name) => !/^(?:self|cls)$/.test(name));
  const bound = new Map<string, Value | null>();
  for (const [at, argument] of argumentsOf(site).entries()) {
    const key = argument.field("name") ?? argument.field("key");
    const name = key ? reader.textOf(key).replace(/:$/, "") : plain[at];
    if (name !== undefined) bound.set(name, reader.evaluate(unnamed(argument)));
  }
  return bound;
}
