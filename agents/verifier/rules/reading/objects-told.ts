import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { functionAround, parametersOf } from "./functions.ts";
import type { Parsed } from "./grammar.ts";
import { boundAt, type Held, SITES_MAX, sitesOf } from "./objects-sites.ts";
import type { Reader } from "./reader.ts";

const OBJECTS_MAX = 24;
const NODES_MAX = 400;

/** Classes whose fields are told in a row: records, structs, classes of data, properties. */
const DECLARED: Partial<Record<Parsed, RegExp>> = {
  java: /\brecord\s+(\w+)\s*(?:<[^>\n]*>)?\(([^)]{0,500})\)/g,
  python:
    /(?:@(?:dataclasses\.)?dataclass[^\n]*\n(?:@[^\n]*\n){0,10}class\s+(\w+)[^\n]*|class\s+(\w+)\((?:typing\.)?NamedTuple\):)\n((?:\s+\w+\s*:[^\n]*\n|\s*\n|\s+"""[^"]*"""\n)*)/g,
  rust: /\bstruct\s+(\w+)(?:<[^>\n]*>)?\(([^)]{0,500})\)\s*;/g,
  ruby: /\b([A-Z]\w*)\s*=\s*(?:Struct\.new|Data\.define)\(?([^\n)]{0,500})/g,
};

export function declared(reader: Reader): Held[] {
  const pattern = DECLARED[reader.language];
  if (!pattern) return [];
  return [...reader.text().matchAll(pattern)].slice(0, OBJECTS_MAX).flatMap((match) => {
    const type = match[1] ?? match[2] ?? "";
    const names = namesDeclared(match.at(-1) ?? "", reader.language);
    const sites = reader.sites(reader.language === "ruby" ? "new" : type).slice(0, SITES_MAX);
    return sites.map((site) => boundAt(site, { names }, reader));
  });
}

function namesDeclared(list: string, language: Parsed): string[] {
  if (language === "rust") return list.split(",").map((_, at) => `${at}`);
  if (language === "java") {
    return list.split(",").map((part) => /(\w+)\s*$/.exec(part)?.[1] ?? "");
  }
  const names = language === "python" ? /^\s+(\w+)\s*:/gm : /:(\w+)/g;
  return [...list.matchAll(names)].map(([, name = ""]) => name);
}

const ASSIGNS: Partial<Record<Parsed, string>> = {
  javascript: "assignment_expression",
  java: "assignment_expression",
  python: "assignment",
  ruby: "assignment",
};
/** How what gives a field something begins. */
const BEGINS: Partial<Record<Parsed, string>> = {
  javascript: "^this\\.",
  java: "^(?:this\\.)?\\w+\\s*=",
  python: "^self\\.",
  ruby: "^@",
};
const FIELD = /^(?:this\.#?|self\.|@)?(\w+)$/;
/** `constructor(private readonly tool: string)` */
const PROPERTY = /^(?:(?:public|private|protected|readonly|override)\s+)+(\w+)/;

/** What a constructor, or whatever sets a field, is told where it is called. */
export function constructed(root: SyntaxNode, reader: Reader): Held[] {
  const kind = ASSIGNS[reader.language];
  const regex = BEGINS[reader.language];
  if (kind === undefined || regex === undefined) return [];
  const byFunction = new Map<number, { own: SyntaxNode; given: [string, SyntaxNode][] }>();
  const add = (own: SyntaxNode, field: string, value: SyntaxNode) => {
    const known = byFunction.get(own.id()) ?? { own, given: [] };
    known.given.push([field, value]);
    byFunction.set(own.id(), known);
  };
  for (const node of root.findAll({ rule: { kind, regex } }).slice(0, NODES_MAX)) {
    const [left, right] = [node.field("left"), node.field("right")];
    const written = left ? reader.textOf(left) : "";
    const field = FIELD.exec(written)?.[1];
    const isField = reader.language === "java" || written !== field;
    const own = field !== undefined && isField ? functionAround(node, reader) : null;
    if (own && right && field !== undefined) add(own, field, right);
  }
  return [
    ...[...byFunction.values()].slice(0, OBJECTS_MAX).flatMap(({ own, given }) => {
      const name = nameOf(own, reader);
      const parameters = parametersOf(own, reader);
      const told = given.filter(([, value]) => isTold(reader.textOf(value), parameters.names));
      const sites =
        name === null || told.length === 0 ? [] : sitesOf(own, name, reader).slice(0, SITES_MAX);
      return sites.map((site): Held => {
        const within = reader.within(boundAt(site, parameters, reader));
        return new Map(told.map(([field, value]) => [field, within.evaluate(value)]));
      });
    }),
    ...(reader.language === "javascript" ? propertiesTold(root, reader) : []),
  ];
}

const TOLD_CHARS_MAX = 80;

/** Whether something is made of what its function is told, and of little else. */
function isTold(written: string, names: readonly string[]): boolean {
  if (written.length > TOLD_CHARS_MAX) return false;
  return names.some((name) => written.includes(name));
}

function nameOf(own: SyntaxNode, reader: Reader): string | null {
  const name = own.field("name");
  return name ? reader.textOf(name) : null;
}

function propertiesTold(root: SyntaxNode, reader: Reader): Held[] {
  if (!/\bconstructor\s*\(\s*(?:public|private|protected|readonly)\b/.test(reader.text()))
    return [];
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
    return sites.map((site) => boundAt(site, { names }, reader));
  });
}
