import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { functionAround, parametersOf } from "./functions.ts";
import { receiverOf } from "../made/made.ts";
import { boundAt, givenAt, SITES_MAX } from "./objects-sites.ts";
import { ofObjects } from "./of-objects.ts";
import type { Reader } from "./reader.ts";
import { isList, type Value } from "./value.ts";

/** A call whose arguments could not be told, as its function is given them. */
type Open = { node: SyntaxNode; callees: readonly string[] };

const ABOVE_MAX = 40;
const OPEN_MAX = 60;
const TEXT_CHARS_MAX = 400;

/**
 * Looks again at calls inside functions of the file, with what these are given where the file calls
 * them: `run("sh", "-c", line)` where `run` starts what it is told.
 */
export function lookedAgain<T>(
  open: readonly Open[],
  reader: Reader,
  look: (node: SyntaxNode, callees: readonly string[], within: Reader) => T | null,
): { node: SyntaxNode; found: T }[] {
  return open.slice(0, OPEN_MAX).flatMap(({ node, callees }) => {
    for (const bound of ofObjects(node, reader)) {
      const found = look(node, callees, reader.within(bound));
      if (found) return [{ node, found }];
    }
    const own = functionAround(node, reader);
    const name = own?.field("name");
    if (!own || !name) return [];
    const { names, rest } = parametersOf(own, reader);
    if (!saysAny(reader.textOf(node).slice(0, TEXT_CHARS_MAX), names)) return [];
    for (const site of reader.sites(reader.textOf(name)).slice(0, SITES_MAX)) {
      const bound = boundAt(site, { names, rest }, reader);
      if ([...bound.values()].every(isUnknown)) continue;
      const found = look(node, callees, reader.within(bound));
      if (found) return [{ node: site, found }];
    }
    return [];
  });
}

const HANDS_OVER: Partial<Record<Reader["language"], RegExp>> = {
  go: /[=(,:{\s](?:\w+\.)?(?:Command(?:Context)?|StartProcess|ForkExec|Exec|RemoveAll|WriteFile|Symlink|Dial|Post|Get|NewDecoder)\s*[,)}]|[=:]\s*\w+\.(?:Command(?:Context)?|StartProcess|ForkExec|Exec|RemoveAll|WriteFile|Symlink|Dial|Post|Get)\n|\{\s*return exec\.Command/,
  rust: /\b(?:Command::new|remove_dir_all|remove_file|fs::write|symlink|TcpStream::connect|execv\w*|system)\s*[,)\]};]|\|\s*(?:\w+::)*(?:Command::new|remove_dir_all|fs::write)\(/,
  java: /::\s*(?:new|exec|start|delete\w*|write\w*|eval|readObject|loadLibrary|load)\b/,
};

/** Whether a file of Go, Java or Rust hands a function on that reaches something, uncalled. */
export function handsOver({ language, text }: Reader): boolean {
  return HANDS_OVER[language]?.test(text()) === true;
}

/** The functions that a name stands for which is called: what it is given, walks over, or holds. */
export function standIns({ node, callees: [name = ""] }: Open, reader: Reader): string[] {
  // What is called by a type of Java is written with the name that has it.
  const on = reader.language === "java" ? receiverOf(node, reader) : null;
  const [, head = "", field] = /^(\w+)(?:\.(\w+))?/.exec(on ? reader.textOf(on) : name) ?? [];
  const own = functionAround(node, reader);
  const called = own?.field("name");
  const parameters = own ? parametersOf(own, reader) : null;
  const isTold = called && parameters?.names.includes(head) === true;
  const sites = isTold ? reader.sites(reader.textOf(called)) : [];
  const given = sites
    .slice(0, SITES_MAX)
    .flatMap((site) => (parameters && givenAt(site, parameters, reader).get(head)?.[0]) ?? []);
  const parts = field === undefined ? [] : fieldsCalled(field, node, reader);
  const rest = (length: number) => (on ? "" : name.slice(length));
  return [
    ...[...given, ...walkedOver(node, head, reader)].map(
      (each) => `${reader.nameOf(each)}${rest(head.length)}`,
    ),
    ...parts.map((each) => `${reader.nameOf(each)}${rest(head.length + 1 + (field ?? "").length)}`),
  ];
}

const FIELDS_MAX = 10;
const KEYED: Partial<Record<Reader["language"], string>> = {
  go: "keyed_element",
  rust: "field_initializer",
};

/** What the fields of the structs of a file are given where they are written out; read once. */
const written = new WeakMap<object, ReadonlyMap<string, SyntaxNode[]>>();
function fieldsCalled(field: string, node: SyntaxNode, reader: Reader): readonly SyntaxNode[] {
  const kind = KEYED[reader.language];
  if (kind === undefined) return [];
  let known = written.get(reader.values);
  if (!known) {
    known = fieldsWritten(node.root().findAll({ rule: { kind } }), reader);
    written.set(reader.values, known);
  }
  return known.get(field) ?? [];
}

function fieldsWritten(
  nodes: readonly SyntaxNode[],
  { textOf }: Reader,
): Map<string, SyntaxNode[]> {
  const found = new Map<string, SyntaxNode[]>();
  for (const each of nodes) {
    const [key, value] = each.namedChildren();
    if (!key || !value) continue;
    const name = textOf(key);
    const known = found.get(name) ?? [];
    if (known.length < FIELDS_MAX) found.set(name, [...known, value]);
  }
  return found;
}

/** The parts of a list that is written out, where a loop gives a name each of them. */
function walkedOver(node: SyntaxNode, name: string, reader: Reader): readonly SyntaxNode[] {
  let up = node.parent();
  for (let step = 0; up && step < ABOVE_MAX; step++) {
    const clause = up.kind() === "for_statement" ? up.namedChildren()[0] : up;
    const names = clause?.field("left") ?? clause?.field("pattern") ?? clause?.field("name");
    const over = clause?.field("right") ?? clause?.field("value");
    if (/^(?:for_|enhanced_for)/.test(up.kind()) && names && over) {
      if (reader.textOf(names).split(/\W+/).includes(name)) return partsOf(over, reader);
    }
    up = up.parent();
  }
  return [];
}

function partsOf(list: SyntaxNode, { grammar, values, textOf }: Reader): readonly SyntaxNode[] {
  let node: SyntaxNode | undefined = list;
  for (let step = 0; node && step < FIELDS_MAX; step++) {
    const kind: string = node.kind();
    if (grammar.lists.includes(kind)) return node.namedChildren();
    node = grammar.names.includes(kind)
      ? values.get(textOf(node)).at(-1)
      : node.namedChildren().at(-1);
  }
  return [];
}

const isUnknown = (value: Value | null): boolean =>
  value === null || (isList(value) && value.every(isUnknown));

function saysAny(text: string, names: readonly string[]): boolean {
  return names.some((name) => text.includes(name));
}
