import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { functionAround } from "./functions.ts";
import type { Parsed } from "./grammar.ts";
import type { Held } from "./objects-sites.ts";
import { constructed, declared } from "./objects-told.ts";
import { writtenOut } from "./objects-written.ts";
import { COULD_REACH } from "../languages/reaching.ts";
import type { Reader } from "./reader.ts";
import { usesTricks } from "../texts/tricks.ts";
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
export function ofObjects(node: SyntaxNode, reader: Reader): Map<string, Value | null>[] {
  const { language, textOf } = reader;
  const written = textOf(node);
  if (!ITSELF[language].test(written) || !isGiven(written, reader)) return [];
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

const FIELDS_MAX = 10;
const PARTS: Partial<Record<Parsed, RegExp>> = {
  javascript: /\bthis\.#?(\w+)/g,
  python: /\b(?:self|cls)\.(\w+)/g,
};

/** Whether a file gives a field that is asked for something that it does not write out there. */
function isGiven(written: string, reader: Reader): boolean {
  const pattern = PARTS[reader.language];
  if (!pattern) return true;
  const names = [...written.matchAll(pattern)].slice(0, FIELDS_MAX).map(([, name = ""]) => name);
  if (names.length === 0) return false;
  const any = [...new Set(names)].join("|");
  return new RegExp(
    String.raw`(?:this\.#?|self\.)(?:${any})\s*(?::[^=\n]{0,60})?=\s*[A-Za-z_$(]|\b(?:private|public|protected|readonly)\s+(?:${any})\b|^\s+(?:${any})\s*:`,
    "m",
  ).test(reader.text());
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

const TELLS = new RegExp(
  String.raw`["'\x60](?:[^"'\x60\s]*\/)?(?:(?:ba|z|da|k)?sh|cmd(?:\.exe)?|powershell|pwsh|python[\d.]*|perl|node|ruby|php)["'\x60]|["'\x60/@](?:[\w-]+\.)+[a-z]{2,12}["'\x60:/]|["'\x60/]\d{1,3}(?:\.\d{1,3}){3}\b`,
);

/** Whether a file says a shell, a host or a place that something could be given: most do not. */
function tellsSomething(text: string): boolean {
  return TELLS.test(text) || COULD_REACH.test(text) || usesTricks(text);
}

/** The objects that a file makes; read once, when the first is asked for. */
const made = new WeakMap<object, readonly Held[]>();
function objectsIn(node: SyntaxNode, reader: Reader): readonly Held[] {
  const known = made.get(reader.values);
  if (known) return known;
  made.set(reader.values, []);
  if (!tellsSomething(reader.text())) return [];
  const root = node.root();
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
