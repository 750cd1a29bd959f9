import type { SgNode } from "@ast-grep/napi";
import { functionAround } from "./functions.ts";
import type { Parsed } from "./grammar.ts";
import type { Held } from "./objects-sites.ts";
import { constructed, declared } from "./objects-told.ts";
import { writtenOut } from "./objects-written.ts";
import type { Reader } from "./reader.ts";
import type { Value } from "./value.ts";

/** How a method names the object that it is called on. */
const ITSELF: Readonly<Record<Parsed, RegExp>> = {
  javascript: /\bthis\./,
  python: /\b(?:self|cls)\./,
  ruby: /@\w|\b[a-z_]\w*\b/,
  java: /\b\w+\b/,
  rust: /\bself\./,
  go: /\b\w+\.\w/,
};
const OBJECTS_MAX = 24;

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
