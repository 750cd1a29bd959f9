import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { receiverOf } from "../made/made.ts";
import type { Reader } from "./reader.ts";
import { localOf, mayBeNamed } from "./scopes.ts";
import { powerfulOf } from "./telling.ts";
import { isFields } from "./value.ts";

/** What a parameter or a name of a loop may stand for. */
export function localName(
  node: SyntaxNode,
  name: string,
  reader: Reader,
  depth: number,
): string | null {
  const local = mayBeNamed(node, name, reader) ? localOf(node, name, reader) : null;
  if (!local) return null;
  const walked = local.walked ? entriesOf(local.walked.list, reader, depth) : [];
  const found = [...local.given, ...walked]
    .filter((each) => NAMED.test(reader.textOf(each)))
    .map((each) => reader.nameOf(each, depth + 1));
  const known = powerfulOf(found);
  return isTold(known) ? known : null;
}

/** A name, a method by its name, or an attribute by its own. */
const NAMED = /^[A-Za-z_][\w.:]*(?:\(:\w+\))?$|^getattr\([^()\n]{1,80}\)$/;

/** A name that says what it is: a part of something, a module of Ruby, or what opens everything. */
export function isTold(name: string): boolean {
  return (
    name.includes(".") || /^(?:[A-Z]\w+|eval|exec|system|spawn|open|compile|syscall)$/.test(name)
  );
}
const ENTRIES_MAX = 200;
const STEPS_MAX = 20;

/** All that stands in a list or map that is written out. */
function entriesOf(list: SyntaxNode, reader: Reader, depth: number): readonly SyntaxNode[] {
  const { grammar, values, textOf } = reader;
  let node: SyntaxNode | undefined = list;
  for (let step = 0; node && step < STEPS_MAX; step++) {
    const kind = node.kind();
    if (grammar.lists.includes(kind)) return node.namedChildren().slice(0, ENTRIES_MAX);
    if (grammar.maps.includes(kind)) {
      const held = reader.evaluate(node, depth + 1);
      return isFields(held) ? [...held.entries.values()].slice(0, ENTRIES_MAX) : [];
    }
    if (grammar.names.includes(kind)) node = values.get(textOf(node)).at(-1);
    else if (grammar.wrappers.includes(kind)) node = node.namedChildren().at(-1);
    // `[…].freeze`, `{…}.values()`
    else node = receiverOf(node, reader) ?? undefined;
  }
  return [];
}

/** One of what a map or list of the file holds, where its key is not known. */
export function anyOf(
  key: string | null,
  object: SyntaxNode,
  reader: Reader,
  depth: number,
): string | null {
  if (key !== null) return null;
  const names = entriesOf(object, reader, depth).map((each) => reader.nameOf(each, depth + 1));
  const name = powerfulOf(names);
  return isTold(name) ? name : null;
}
