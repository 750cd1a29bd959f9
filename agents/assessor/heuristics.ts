import type { Reach } from "@nightshift/protocol/reach";
import { reachInShort } from "@nightshift/projections/words/reach-words";
import type { Linted } from "@nightshift/protocol/linted";
import { anyOf, oneOf } from "../verifier/any-of.ts";
import { isLock, isTest, languageOf } from "../verifier/languages.ts";
import { faultsIn } from "../source/source-tree.ts";
import { bounded, scored, type Breakdown, type Part } from "./breakdown.ts";
import { changedFiles, type ChangedFile } from "./changed-code.ts";

const COMMENT_MARK = String.raw`(?:\/\/|#|\/\*|<!--).*`;
const PLACEHOLDER = anyOf(
  [
    new RegExp(COMMENT_MARK + oneOf("TODO FIXME XXX HACK") + String.raw`\b`),
    new RegExp(COMMENT_MARK + String.raw`\b(?:placeholder|for now|stub(?:bed)?)\b`),
    new RegExp(COMMENT_MARK + String.raw`\.\.\..*\b(?:rest|existing|remaining)\b`),
    /\bnot (?:yet )?implemented\b|\bNotImplementedError\b|\btodo!\(|\bunimplemented!\(/,
  ],
  "i",
);
const LEFTOVER = anyOf([
  /^\s*(?:console\.(?:log|debug)\(|debugger\b|print\(|pp? |fmt\.Println\(|dbg!\()/,
  /@ts-(?:ignore|nocheck)|eslint-disable|oxlint-disable|# type: ignore|#.*\bnoqa\b/,
  /\bas any\b|: any\b|^\s*var\s/,
  /\bcatch\s*(?:\(\w+\))?\s*\{\s*\}|except:\s*(?:pass)?$/,
  /\.(?:only|skip)\(|^(?:<{7}|>{7}) /,
]);
const DEAD_CODE =
  /^\s*(?:\/\/|#)\s*(?:const|let|if|for|return|def|import|await|this\.|self\.)\b.*[;({:]\s*$/;
const EXPORTED = anyOf([
  /^export\s+(?:default\s+)?(?:async\s+)?(?:function|class|const|interface|type|enum)\s+\w+/,
  /^def\s+[a-z]\w*|^class\s+[A-Z]\w*/,
  /^func\s+(?:\([^)]*\)\s*)?[A-Z]\w*|^pub\s+(?:fn|struct|enum)\s+\w+/,
]);
const COMMENT = /^\s*(?:\/\/|\/\*|\*|#|"""|''')/;
const DEEP_INDENT = /^(?: {24,}|\t{6,})\S/;

const LINE_CHARS = 120;
const LINE_CHARS_READ = 500;
/** Of a line, as a finding quotes it. */
const EXCERPT_CHARS = 200;
const NEW_FILE_LINES = 400;
const CHANGE_LINES_WELL = 300;
const CHANGE_LINES_MOST = 3_000;

/**
 * What can be measured of a change without understanding it (B6, C20, D12): nothing left out, tests
 * with it, it parses, what is exported is explained, its size can be reviewed, nothing left over.
 * @param lint What linters found in it, where they were asked.
 * @param reach How far the tests reach into the changed lines, where that is known.
 * @returns 1 to 9.5; the parts say where it comes from.
 */
export function codeHeuristics(
  diff: string,
  truncated: boolean,
  lint?: Linted,
  reach?: Reach,
): Breakdown {
  const files = changedFiles(diff)
    .filter(({ path }) => !isLock(path))
    .map(withShortLines);
  if (files.every(({ added, removed }) => added.length + removed.length === 0)) {
    return { score: 1, parts: [{ name: "change", share: 0, weight: 1, note: "nothing changes" }] };
  }
  const code = files.filter(({ path, added }) => isCode(path, added));
  const source = code.filter(({ path }) => !isTest(path));
  const tests = code.filter(({ path }) => isTest(path));
  const complete = completeness(files);
  const parses = parsing(code);
  const parts = [
    complete,
    parses,
    // Of an answer that was cut off the lines that are missing are covered by nobody.
    tested(source, tests, truncated ? undefined : reach),
    documented(source),
    sized(files),
    clean(code, lint),
    simple(code),
  ].filter((part) => part !== null);
  return scored(parts, complete.share * (parses?.share ?? 1), truncated);
}

/** No line of prose or code is that long; what is generated must not slow the patterns down. */
function withShortLines(file: ChangedFile): ChangedFile {
  const short = (lines: readonly string[]) => lines.map((line) => line.slice(0, LINE_CHARS_READ));
  const { path, isNew, isGone, added, removed, context } = file;
  return { path, isNew, isGone, added: short(added), removed, context: short(context) };
}

function isCode(path: string, added: readonly string[]): boolean {
  return languageOf(path, added[0] ?? "") !== "text";
}

function completeness(files: readonly ChangedFile[]): Part {
  const left = files.flatMap(({ added }) => added.filter((line) => PLACEHOLDER.test(line)));
  const note =
    left.length === 0 ? "nothing is left out" : `left out: ${left[0]?.trim().slice(0, 100)}`;
  return { name: "complete", weight: 3, share: 1 - 0.4 * left.length, note };
}

/** New files are whole in a diff, so they can be parsed; of the others only conflict marks show. */
function parsing(code: readonly ChangedFile[]): Part | null {
  const fresh = code.filter(
    ({ path, isNew, added }) => isNew && languageOf(path, added[0] ?? "") === "javascript",
  );
  const broken = fresh.filter(({ path, added }) => {
    const text = `${added.join("\n")}\n`;
    return faultsIn(path, text).length > 0;
  });
  if (fresh.length === 0) return null;
  const note =
    broken.length === 0
      ? "new files parse"
      : `does not parse: ${broken.map(({ path }) => path).join(", ")}`;
  return { name: "parses", weight: 1.5, share: 1 - broken.length / fresh.length, note };
}

/** Of what counts as tested, the share that is measured where it can be; the rest is counted. */
const MEASURED_SHARE = 0.6;
/** What lines are worth that tests run through without noticing any fault in them. */
const RUN_THROUGH_WORTH = 0.5;

/** Tests that reach the changed lines count more than a file of tests that merely changed. */
function tested(
  source: readonly ChangedFile[],
  tests: readonly ChangedFile[],
  reach: Reach | undefined,
): Part | null {
  const lines = meaningful(source);
  const testLines = meaningful(tests);
  if (lines + testLines === 0) return null;
  const ratio = testLines / Math.max(1, lines);
  const counted = lines === 0 ? 1 : bounded(0.05 + 1.6 * ratio);
  const measured = lines === 0 ? null : reachedShare(reach);
  const share =
    measured === null ? counted : (1 - MEASURED_SHARE) * counted + MEASURED_SHARE * measured;
  const told = reach ? reachInShort(reach) : [];
  const note = [`${testLines} lines of tests for ${lines} of code`, ...told].join(", ");
  return { name: "tested", weight: 2.5, share, note };
}

/** The share of changed lines that tests hold; null where no tool told. */
function reachedShare(reach: Reach | undefined): number | null {
  if (!reach?.coverage) return null;
  const { coverage, mutants } = reach;
  const held = mutants ? mutants.noticed / mutants.tried : 1;
  return (coverage.covered / coverage.lines) * (RUN_THROUGH_WORTH + (1 - RUN_THROUGH_WORTH) * held);
}

function documented(source: readonly ChangedFile[]): Part | null {
  const exported = source.flatMap(({ added, context }) =>
    added
      .filter((line) => EXPORTED.test(line))
      .map((line) => isExplained(context, context.indexOf(line))),
  );
  if (exported.length === 0) return null;
  const explained = exported.filter(Boolean).length;
  const note = `${explained} of ${exported.length} exported names are explained`;
  return { name: "documented", weight: 1, share: 0.2 + (0.8 * explained) / exported.length, note };
}

/** A comment above, or, as Python has it, below. */
function isExplained(lines: readonly string[], at: number): boolean {
  return COMMENT.test(lines[at - 1] ?? "") || /^\s*(?:"""|''')/.test(lines[at + 1] ?? "");
}

function sized(files: readonly ChangedFile[]): Part {
  const lines = files.reduce((sum, { added, removed }) => sum + added.length + removed.length, 0);
  const most = Math.log(CHANGE_LINES_MOST / CHANGE_LINES_WELL);
  const over = Math.max(0, Math.log(lines / CHANGE_LINES_WELL)) / most;
  const giants = files.filter(({ isNew, added }) => isNew && added.length > NEW_FILE_LINES).length;
  const spread = Math.max(0, files.length - 12) / 40;
  const note = `${lines} lines in ${files.length} files`;
  return { name: "sized", weight: 1, share: 1 - over - 0.3 * giants - spread, note };
}

/** What linters found, and what their rules let pass; a line that both name counts once. */
function clean(code: readonly ChangedFile[], lint: Linted | undefined): Part | null {
  const lines = code.flatMap(({ added }) => added);
  if (lines.length === 0) return null;
  const found = lint?.findings ?? [];
  const named = new Set(found.map(({ excerpt }) => excerpt));
  const faults = lines.filter(
    (line) =>
      (LEFTOVER.test(line) || DEAD_CODE.test(line) || line.length > LINE_CHARS) &&
      !named.has(line.trim().replaceAll(/\s+/g, " ").slice(0, EXCERPT_CHARS)),
  );
  const count = faults.length + (lint?.total ?? 0);
  const share = 1 - (0.3 * count) / Math.max(1, lines.length / 40);
  const notes = [
    ...found.slice(0, 1).map(({ rule, file, line }) => `${rule} at ${file}:${line}`),
    ...faults.slice(0, 1).map((line) => `left over: ${line.trim().slice(0, 100)}`),
  ];
  return { name: "clean", weight: 1.5, share, note: notes.join("; ") || "nothing left over" };
}

/** Deep nesting and lines that are repeated word for word. */
function simple(code: readonly ChangedFile[]): Part | null {
  const lines = code
    .filter(({ path }) => !isTest(path))
    .flatMap(({ added }) => added)
    .filter((line) => line.trim().length > 12 && !COMMENT.test(line));
  if (lines.length === 0) return null;
  const deep = lines.filter((line) => DEEP_INDENT.test(line)).length;
  const repeated = lines.length - new Set(lines.map((line) => line.trim())).size;
  const share = 1 - (3 * deep) / lines.length - (2 * repeated) / lines.length;
  return { name: "simple", weight: 1, share, note: `${deep} lines deep, ${repeated} repeated` };
}

function meaningful(files: readonly ChangedFile[]): number {
  const lines = files.flatMap(({ added }) => added);
  return lines.filter((line) => line.trim() !== "" && !COMMENT.test(line)).length;
}
