import type { SyntaxNode } from "../source/syntax-node.ts";
import { anyOf } from "./any-of.ts";
import { blank } from "./blank.ts";
import { linesOf } from "./changes.ts";
import { languageOf, type Language } from "./languages.ts";
import { sourceTree, type SourceTree, Tangled } from "../source/source-tree.ts";

/** A test that would run, by its full title, with its body and the lines it consists of. */
export type ActiveTest = { title: string; body: string; steps: string[] };

/** What can be said of a file of tests without running it. */
export type TestFacts = {
  active: ActiveTest[];
  /** Each assertion as it is written, blanks evened out; those that cannot fail are left out. */
  assertions: string[];
  /** Marks that let only some of the tests run. */
  only: number;
};

const TEST = /^(?:t\.)?([xf]?)(?:test|it|specify)((?:\.\w+)*)$/;
const GROUP = /^([xf]?)(?:describe|suite|context)((?:\.\w+)*)$/;
const OFF = /\.(?:skip|todo|fails|failing|skipIf)\b/;
const ONLY = /\.only\b/;
const SKIPS_ITSELF =
  /\b(?:this|t|ctx|context|test)\.skip\(|\bskip:\s*(?!false\b)|\btodo:\s*(?!false\b)/;
const ASSERTS =
  /^(?:await\s+)?(?:expect|assert|should|chai|t\.(?:is|deepEqual|true|false|throws|assert))\b/;
const CANNOT_FAIL = anyOf([
  /^expect\(?(?:true|1|!0)\)\.(?:toBe|toEqual|toBeTruthy)\((?:true|1)?\)$/,
  /^assert(?:\.ok|\.equal)?\(?\s*(?:true|True|1)(?:,.*)?\)?$/,
]);

/** Facts of one file; none of a file that is too entangled to be read. */
export function testFacts(path: string, text: string): TestFacts {
  const language = languageOf(path, text);
  if (language !== "javascript") return plainFacts(text, language);
  try {
    return scriptFacts(sourceTree(path, text));
  } catch (error) {
    if (!(error instanceof Tangled)) throw error;
    return { active: [], assertions: [], only: 0 };
  }
}

type Group = { end: number; title: string; off: boolean };

/** Calls come in the order of the file, outer before inner: a stack of groups tells the titles. */
function scriptFacts(tree: SourceTree): TestFacts {
  const { root } = tree;
  const textOf = (node: SyntaxNode) => tree.textOf(node);
  const facts: TestFacts = { active: [], assertions: [], only: 0 };
  let groups: Group[] = [];
  let assertedTo = 0;
  for (const call of root.findAll({ rule: { kind: "call_expression" } })) {
    const { start, end } = call.range();
    const name = nameOf(call, textOf);
    if (ASSERTS.test(name)) {
      if (start.index < assertedTo) continue;
      facts.assertions.push(even(textOf(call)));
      assertedTo = end.index;
      continue;
    }
    const [, focus] = TEST.exec(name) ?? GROUP.exec(name) ?? [];
    const given = call.field("arguments")?.namedChildren() ?? [];
    const [first, ...rest] = given;
    // `test.each(table)` is not yet the test: the call of what it gives is.
    if (focus === undefined || !first || /^(?:array|object)$/.test(first.kind())) continue;
    if (focus === "f" || ONLY.test(name)) facts.only += 1;
    groups = groups.filter((group) => group.end > start.index);
    const title = textOf(first).replaceAll(/^["'`]|["'`]$/g, "");
    const off = isOff(name) || groups.some((group) => group.off);
    if (!TEST.test(name)) {
      groups.push({ end: end.index, title, off });
      continue;
    }
    const body = even(rest.map((argument) => textOf(argument)).join(","));
    if (off || rest.length === 0 || SKIPS_ITSELF.test(body)) continue;
    const steps = linesOf(textOf(call));
    const whole = [...groups.map((group) => group.title), title].join(" > ");
    facts.active.push({ title: whole, body, steps });
  }
  return { ...facts, assertions: facts.assertions.filter((said) => !CANNOT_FAIL.test(said)) };
}

const CURRIED_MAX = 3;

/** `test.only` of `test.only(…)`, and `test.each` of `test.each(…)(…)`. */
function nameOf(call: SyntaxNode, textOf: (node: SyntaxNode) => string): string {
  let callee = call.field("function");
  for (let depth = 0; depth < CURRIED_MAX && callee?.kind() === "call_expression"; depth++) {
    callee = callee.field("function");
  }
  return callee ? textOf(callee).replaceAll(/\s/g, "") : "";
}

function isOff(name: string): boolean {
  return OFF.test(name) || /^x(?:test|it|specify|describe|suite|context)/.test(name);
}

const OTHER = {
  test: /\b(?:fn|void|fun|func|function)\s+(\w*[tT]est\w*|should\w*)\s*\(/,
  off: /@(?:Ignore|Disabled)\b|#\[ignore\]|markTestSkipped\(/,
  asserts: /\bassert\w*\s*[!.(]|\bExpect\w*\(/,
};
const PLAIN: Readonly<Partial<Record<Language, { test: RegExp; off: RegExp; asserts: RegExp }>>> = {
  python: {
    test: /^\s*(?:async\s+)?def\s+(test\w*)\s*\(/,
    off: anyOf([
      /\bpytest\.(?:mark\.(?:skip|xfail)|skip)\b/,
      /\bunittest\.(?:skip|expectedFailure)|\bself\.skipTest\b/,
    ]),
    asserts: /^\s*(?:assert\b|self\.assert\w+\(|with\s+(?:pytest\.|self\.assert)[rR]aises)/,
  },
  go: {
    test: /^func\s+((?:Test|Fuzz)\w*)\s*\(|\bt\.Run\(\s*("[^"]*")/,
    off: /\bt\.Skip(?:f|Now)?\(/,
    asserts: /\bt\.(?:Error|Fatal)f?\(|\b(?:assert|require)\.\w+\(/,
  },
  ruby: {
    test: /^\s*(?:it|specify|test)\s+(["'].*["'])|^\s*def\s+(test_\w+)/,
    off: /^\s*(?:skip|pending)\b/m,
    asserts: /\bexpect[\s({]|\bassert\w*\b|\brefute\w*\b|\.should\b/,
  },
  java: OTHER,
  rust: OTHER,
  "other-code": OTHER,
};

/** Facts of a language without a parser here: from one test's head, marks above it, to the next. */
function plainFacts(text: string, language: Language): TestFacts {
  const rules = PLAIN[language];
  const facts: TestFacts = { active: [], assertions: [], only: 0 };
  if (!rules) return facts;
  const lines = blank(text, language).withStrings.split("\n");
  const heads = lines.flatMap((line, at) => (rules.test.test(line) ? [headOf(lines, at)] : []));
  const preamble = lines.slice(0, heads[0]?.from ?? lines.length).join("\n");
  for (const [index, { from, at }] of heads.entries()) {
    const body = lines.slice(from, heads[index + 1]?.from ?? lines.length).join("\n");
    const match = rules.test.exec(lines[at] ?? "");
    if (rules.off.test(body) || rules.off.test(preamble)) continue;
    facts.active.push({
      title: match?.[1] ?? match?.[2] ?? "",
      body: even(body.slice(body.indexOf("\n"))),
      steps: stepsOf(lines, from, at),
    });
  }
  const asserts = lines.filter((line) => rules.asserts.test(line)).map(even);
  return { ...facts, assertions: asserts.filter((said) => !CANNOT_FAIL.test(said)) };
}

/** Marks, head, and the lines below that stand further in. */
function stepsOf(lines: readonly string[], from: number, at: number): string[] {
  const indent = indentOf(lines[at] ?? "");
  let to = at + 1;
  while (to < lines.length && (!lines[to]?.trim() || indentOf(lines[to] ?? "") > indent)) to += 1;
  return linesOf(lines.slice(from, to).join("\n"));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function headOf(lines: readonly string[], at: number): { from: number; at: number } {
  let from = at;
  while (/^\s*[@#[]/.test(lines[from - 1] ?? "")) from -= 1;
  return { from, at };
}

function even(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/,(?=\s*[)\]}])/g, "")
    .trim();
}
