import type { SgNode } from "@ast-grep/napi";
import { argumentsOf } from "./called.ts";
import { parametersOf } from "./functions.ts";
import { unnamed } from "./made.ts";
import type { Reader } from "./reader.ts";
import type { Value } from "./value.ts";

/** A call whose arguments could not be told, as its function is given them. */
type Open = { node: SgNode; callees: readonly string[] };
type Called = { node: SgNode; name: string };

const ABOVE_MAX = 40;
const CALLS_MAX = 12;
const OPEN_MAX = 60;
const TEXT_CHARS_MAX = 400;

/**
 * Looks again at calls inside functions of the file, with what these are given where the file calls
 * them: `run("sh", "-c", line)` where `run` starts what it is told.
 */
export function lookedAgain<T>(
  open: readonly Open[],
  calls: readonly Called[],
  reader: Reader,
  look: (node: SgNode, callees: readonly string[], within: Reader) => T | null,
): { node: SgNode; found: T }[] {
  let byMethod: Map<string, SgNode[]> | null = null;
  return open.slice(0, OPEN_MAX).flatMap(({ node, callees }) => {
    const own = functionAround(node, reader);
    const name = own?.field("name");
    if (!own || !name) return [];
    const { names, rest } = parametersOf(own, reader);
    const said = reader.textOf(node).slice(0, TEXT_CHARS_MAX);
    if (!names.some((each) => said.includes(each))) return [];
    byMethod ??= methodsOf(calls);
    const sites = byMethod.get(reader.textOf(name)) ?? [];
    for (const site of sites.slice(0, CALLS_MAX)) {
      const bound = boundAt(site, { names, rest }, reader);
      const found = bound && look(node, callees, reader.within(bound));
      if (found) return [{ node: site, found }];
    }
    return [];
  });
}

/** What the names of a function stand for where it is called so; null where nothing is known. */
function boundAt(
  site: SgNode,
  { names, rest }: { names: readonly string[]; rest: boolean },
  reader: Reader,
): Map<string, Value | null> | null {
  const values = argumentsOf(site).map((each) => reader.evaluate(unnamed(each)));
  if (values.every((each) => each === null)) return null;
  const last = names.length - 1;
  return new Map(
    names.map((name, at) => [
      name,
      rest && at === last ? values.slice(last) : (values[at] ?? null),
    ]),
  );
}

function methodsOf(calls: readonly Called[]): Map<string, SgNode[]> {
  const found = new Map<string, SgNode[]>();
  for (const { node, name } of calls) {
    const method = name.slice(name.lastIndexOf(".") + 1).replace(/!$/, "");
    const known = found.get(method);
    if (known) known.push(node);
    else found.set(method, [node]);
  }
  return found;
}

function functionAround(node: SgNode, { grammar }: Reader): SgNode | null {
  let up = node.parent();
  for (let step = 0; up && step < ABOVE_MAX; step++) {
    if (grammar.functions.includes(String(up.kind()))) return up;
    up = up.parent();
  }
  return null;
}
