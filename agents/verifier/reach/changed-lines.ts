import type { SgNode } from "@ast-grep/napi";
import { grownTree, sourceTree, type SourceTree, Tangled } from "../../source/source-tree.ts";
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
  const added = addedLines(diff);
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

/** The numbers of added lines by path; line counts of the headers say where a hunk ends. */
export function addedLines(diff: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  let lines: number[] = [];
  let [old, now, at] = [0, 0, 0];
  for (const line of diff.split("\n")) {
    if (old > 0 || now > 0) {
      if (line.startsWith("\\")) continue;
      if (line.startsWith("+")) lines.push(at);
      if (!line.startsWith("+")) old -= 1;
      if (line.startsWith("-")) continue;
      now -= 1;
      at += 1;
      continue;
    }
    const path = /^diff --git "?a\/.* "?b\/(.*?)"?$/.exec(line)?.[1];
    if (path !== undefined) {
      lines = [];
      found.set(path, lines);
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (!hunk) continue;
    [old, now, at] = [Number(hunk[1] ?? 1), Number(hunk[3] ?? 1), Number(hunk[2])];
  }
  return found;
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
function nodesOf({ root }: SourceTree, kind: string): SgNode[] {
  try {
    return root.findAll({ rule: { kind } });
  } catch {
    return [];
  }
}

function blankOut(rows: string[], node: SgNode): void {
  const { start, end } = node.range();
  for (let row = start.line; row <= end.line; row++) {
    const line = rows[row] ?? "";
    const from = row === start.line ? start.column : 0;
    const to = row === end.line ? end.column : line.length;
    rows[row] = line.slice(0, from) + " ".repeat(Math.max(0, to - from)) + line.slice(to);
  }
}
