import type { SyntaxNode } from "../../source/syntax-node.ts";
import type { Reader } from "./reading/reader.ts";

const ROUNDS_MAX = 3;
const NAMES_MAX = 12;
const LINES_MAX = 30;
const LINE_CHARS_MAX = 400;
const NAME = /@{0,2}[A-Za-z_$][\w$]*/g;

/** What a file says of its names; read once a file. */
type Told = { about: ReadonlyMap<string, readonly string[]>; ofNames: Map<string, string> };

const told = new WeakMap<object, Told>();

/** The lines of the file that an expression comes from, through the names in it. */
export function originOf(node: SyntaxNode, reader: Reader): string {
  const written = reader.textOf(node).slice(0, LINE_CHARS_MAX);
  let known = told.get(reader.values);
  if (!known) {
    known = { about: givenLines(reader), ofNames: new Map() };
    told.set(reader.values, known);
  }
  return withNames(written, known, reader, 0);
}

function withNames(written: string, known: Told, reader: Reader, round: number): string {
  if (round >= ROUNDS_MAX) return written;
  const names = new Set(written.replaceAll(/"[^"\n]*"|'[^'\n]*'/g, '""').match(NAME));
  const parts = [written];
  for (const name of [...names].slice(0, NAMES_MAX)) {
    parts.push(ofName(name, known, reader, round));
  }
  return parts.join("\n");
}

function ofName(name: string, known: Told, reader: Reader, round: number): string {
  const key = `${round}${name}`;
  const found = known.ofNames.get(key);
  if (found !== undefined) return found;
  known.ofNames.set(key, "");
  const own = reader.functionOf(name);
  const held = reader.values.get(name);
  if (held.length === 0 && own === null && !known.about.has(name)) return "";
  const given = [...held, ...(own ? [own] : [])].map((each) => reader.textOf(each));
  const lines = [...given, ...(known.about.get(name) ?? [])];
  const text = lines.map((each) => each.slice(0, LINE_CHARS_MAX)).join("\n");
  const origin = withNames(text, known, reader, round + 1);
  known.ofNames.set(key, origin);
  return origin;
}

/** A name that is given something, or has something put into it. */
const GIVEN =
  /(?<![\w$])(@{0,2}[A-Za-z_$][\w$]*)(?:\s*\[[^\]\n]{0,80}\])?(?:\s*(?:[-+^|&*]|<<)?:?=(?![=>])|\s*<<|\.(?:push|append|add|write|extend|insert|put|set|join|concat)\w*\()/g;

const LISTS_FOLDER =
  /read_?dir|iterdir|listdir|scandir|glob|walk|each_child|listFiles|Files\.list/i;
/** A name that stands for each part of a folder. */
const LOOPED =
  /\bfor\b\s*(?:await\s*)?(?:\(\s*)?(?:(?:const|let|var|final|mut)\s+)?(?:[\w<>.[\]]+\s+(?!in\b|of\b))?(?:[\w_]+\s*,\s*)?([A-Za-z_$][\w$]*)\s*(?:\bin\b|\bof\b|:=\s*range\b|:(?!=))/g;

function givenLines(reader: Reader): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of reader.lines()) {
    const short = line.slice(0, LINE_CHARS_MAX);
    const looped = LISTS_FOLDER.test(short) ? short.matchAll(LOOPED) : [];
    const givenTo = [...short.matchAll(GIVEN), ...looped];
    for (const [, given = ""] of givenTo) {
      const lines = found.get(given);
      if (!lines) found.set(given, [short]);
      else if (lines.length < LINES_MAX) lines.push(short);
    }
  }
  return found;
}
