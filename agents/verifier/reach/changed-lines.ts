import type { SyntaxNode } from "../../source/syntax-node.ts";
import { grownTree, sourceTree, type SourceTree, Tangled } from "../../source/source-tree.ts";
import { type DiffFile, readDiff } from "../../source/unified-diff.ts";
import type { Change } from "../changes.ts";
import { isTest, languageOf } from "../languages.ts";
import type { Measure } from "./measure.ts";

/** A source file that is no test, with the changed lines of it that hold code. Lines count from 1. */
export type ChangedSource = {
  path: string;
  text: string;
  tree: SourceTree;
  language: Measure["language"];
  lines: readonly number[];
};

const FILES_MAX = 100;
const TEXT_CHARS_MAX = 500_000;
const LINES_MAX = 5_000;

/** The changed source of a commit in the languages that tests can be measured in. */
export function changedSources(changes: readonly Change[], diff: string): ChangedSource[] {
  const added = new Map(readDiff(diff).map(({ path, lines }) => [path, addedIn(lines)]));
  const found: ChangedSource[] = [];
  for (const { path, after, special } of changes) {
    const lines = added.get(path);
    if (after === null || special !== null || !lines || isTest(path)) continue;
    if (found.length >= FILES_MAX || after.length > TEXT_CHARS_MAX) continue;
    const language = languageOf(path, after);
    if (language !== "javascript" && language !== "python" && language !== "go") continue;
    if (/\.d\.[mc]?ts$/.test(path)) continue;
    const tree = treeOf(language, path, after);
    const code = codeIn(tree, after, lines).slice(0, LINES_MAX);
    if (code.length > 0) found.push({ path, text: after, tree, language, lines: code });
  }
  return found;
}

function treeOf(language: Measure["language"], path: string, text: string): SourceTree {
  return language === "javascript" ? sourceTree(path, text) : grownTree(language, path, text);
}

function addedIn(lines: DiffFile["lines"]): number[] {
  return lines.filter(({ kind }) => kind === "added").map(({ at }) => at);
}

/** What no test can run through: comments, types, and the names that a file asks for. */
const NO_CODE = [
  "comment",
  "interface_declaration",
  "type_alias_declaration",
  "import_statement",
  "import_from_statement",
  "import_declaration",
  "package_clause",
  "type_declaration",
];
const WITHOUT_WORDS = /^(?:[\s{}()[\];,:]|\b(?:export|declare)\b)*$/;

/** Those of the lines that hold code, by the tree; all that hold words where it is entangled. */
function codeIn(tree: SourceTree, text: string, lines: readonly number[]): number[] {
  const rows = text.split("\n");
  const bare = new Set(lines);
  try {
    for (const kind of NO_CODE) for (const node of nodesOf(tree, kind)) blankOut(rows, node);
  } catch (error) {
    if (!(error instanceof Tangled)) throw error;
  }
  return [...bare].filter((line) => !WITHOUT_WORDS.test(rows[line - 1] ?? ""));
}

/** A grammar that does not have a kind refuses the question. */
function nodesOf({ root }: SourceTree, kind: string): SyntaxNode[] {
  try {
    return root.findAll({ rule: { kind } });
  } catch {
    return [];
  }
}

function blankOut(rows: string[], node: SyntaxNode): void {
  const { start, end } = node.range();
  for (let row = start.line; row <= end.line; row++) {
    const line = rows[row] ?? "";
    const from = row === start.line ? start.column : 0;
    const to = row === end.line ? end.column : line.length;
    rows[row] = line.slice(0, from) + " ".repeat(Math.max(0, to - from)) + line.slice(to);
  }
}
