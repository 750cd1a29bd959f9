import { endingOf, grammarOf } from "./grammar.ts";
import { lineDefinitions, PATTERN_ENDINGS } from "./line-definitions.ts";
import { scriptDefinitions } from "./script-definitions.ts";
import { treeDefinitions } from "./tree-definitions.ts";

/** A name that a file defines, and how it is used, on one line. */
export type Definition = { name: string; line: number; signature: string };

/** Characters of source beyond which a file is generated rather than written. */
const SOURCE_CHARS_MAX = 400_000;

/**
 * What a source file defines at its top level, methods of classes included, in the order of the
 * file. Empty for what is no source file. No text can hold it up (I11).
 */
export function definitionsOf(path: string, text: string): Definition[] {
  if (text.length > SOURCE_CHARS_MAX) return [];
  const grammar = grammarOf(path);
  switch (grammar) {
    case null:
      return lineDefinitions(endingOf(path), text);
    case "typescript":
    case "tsx":
    case "javascript":
      return scriptDefinitions(grammar, text) ?? lineDefinitions("js", text);
    case "python":
    case "go":
    case "rust":
    case "java":
      return treeDefinitions(grammar, text) ?? lineDefinitions(endingOf(path), text);
  }
}

/** Whether the definitions of such a file can be told at all. */
export function isSource(path: string): boolean {
  return grammarOf(path) !== null || PATTERN_ENDINGS.has(endingOf(path));
}
