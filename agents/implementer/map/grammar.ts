import { Lang, parse, type SgNode } from "@ast-grep/napi";
import { grownRoot } from "../../source/grammars.ts";

export type Grammar = "typescript" | "tsx" | "javascript" | "python" | "go" | "rust" | "java";

const ENDINGS: ReadonlyMap<string, Grammar> = new Map([
  ...["ts", "mts", "cts"].map((ending) => [ending, "typescript"] as const),
  ...["tsx", "jsx"].map((ending) => [ending, "tsx"] as const),
  ...["js", "mjs", "cjs"].map((ending) => [ending, "javascript"] as const),
  ...["py", "pyi"].map((ending) => [ending, "python"] as const),
  ["go", "go"],
  ["rs", "rust"],
  ["java", "java"],
]);

const OWN = { typescript: Lang.TypeScript, tsx: Lang.Tsx, javascript: Lang.JavaScript } as const;

/** The grammar that definitions of a file are read by, or null where there is none for its ending. */
export function grammarOf(path: string): Grammar | null {
  return ENDINGS.get(endingOf(path)) ?? null;
}

export function endingOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).toLowerCase();
}

/** Parses a text; what does not parse is a node of kind `ERROR` in the tree. */
export function rootOf(grammar: Grammar, text: string): SgNode {
  if (grammar === "typescript" || grammar === "tsx" || grammar === "javascript") {
    return parse(OWN[grammar], text).root();
  }
  return grownRoot(grammar, text);
}
