import type { Definition } from "./definitions.ts";
import { DEFINITIONS_MAX, oneLine } from "./signature.ts";

const LINE_CHARS_MAX = 1_000;

/**
 * What a file without a grammar, or one that does not parse, seems to define: a line at a time, by
 * an expression a language.
 */
export function lineDefinitions(ending: string, text: string): Definition[] {
  const patterns = PATTERNS[SAME_AS[ending] ?? ending] ?? [];
  const found: Definition[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (found.length >= DEFINITIONS_MAX) break;
    if (line.length > LINE_CHARS_MAX) continue;
    const name = patterns.map((one) => one.exec(line)?.groups?.["name"]).find(Boolean);
    if (name) found.push({ name, line: index + 1, signature: oneLine(line) });
  }
  return found;
}

const SAME_AS: Readonly<Record<string, string>> = {
  kts: "kt",
  pyi: "py",
  cc: "c",
  cpp: "c",
  h: "c",
  hpp: "c",
  cs: "java",
  scala: "kt",
  swift: "kt",
  bash: "sh",
};

/** One expression a language: a line that defines, and the name as the group `name`. */
const PATTERNS: Readonly<Record<string, readonly RegExp[]>> = {
  py: [/^\s*(?:async )?(?:def|class) (?<name>\w+)/, /^(?<name>[A-Z][A-Z0-9_]+)\s*(?::[^=]+)?=/],
  go: [/^func (?:\([^)]*\) )?(?<name>\w+)/, /^(?:type|var|const) (?<name>\w+)/],
  rs: [
    /^\s*(?:pub(?:\([^)]*\))? )?(?:async |unsafe |const )*(?:fn|struct|enum|trait|type|mod|static|const|macro_rules!) (?<name>\w+)/,
  ],
  java: [
    /^\s*(?:[\w@]+ )*(?:class|interface|enum|record|struct) (?<name>\w+)/,
    /^\s+(?:public|protected|private|internal)(?: [\w<>[\],.?]+)+ (?<name>\w+)\(/,
  ],
  kt: [
    /^\s*(?:\w+ )*(?:class|interface|object|fun|func|def|trait|struct|protocol|extension) (?<name>\w+)/,
  ],
  rb: [/^\s*(?:def|class|module) (?:self\.)?(?<name>\w+[?!]?)/],
  php: [/^\s*(?:\w+ )*(?:function|class|interface|trait) (?<name>\w+)/],
  c: [
    // No letter may count as a word and as what parts words: a row of stars would never end.
    /^(?:[\w:<>,]+[ *&]+)+(?<name>\w+)\([^;]*$/,
    /^\s*(?:typedef )?(?:struct|class|enum|union) (?<name>\w+)/,
  ],
  sh: [/^\s*(?:function )?(?<name>[\w-]+)\s*\(\)\s*\{?/],
  ex: [/^\s*(?:def|defp|defmodule|defmacro) (?<name>[\w.?!]+)/],
  js: [
    /^\s*(?:export )?(?:default )?(?:async )?(?:function\*?|class|interface|type|enum) (?<name>[\w$]+)/,
    /^(?:export )?(?:const|let|var) (?<name>[\w$]+)/,
  ],
};

export const PATTERN_ENDINGS: ReadonlySet<string> = new Set([
  ...Object.keys(PATTERNS),
  ...Object.keys(SAME_AS),
]);
