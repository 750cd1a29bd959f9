import { Lang, parse, type SgNode } from "@ast-grep/napi";
import { blank } from "./blank.ts";
import { languageOf, type Language } from "./languages.ts";

/** What can be said of a file of tests without running it. */
export type TestFacts = {
  /** Tests that would run, by full title, with their bodies. */
  active: { title: string; body: string }[];
  /** Each assertion as it is written, blanks evened out; those that cannot fail are left out. */
  assertions: string[];
  /** Marks that let only some of the tests run. */
  only: number;
};

const TEST = /^([xf]?)(?:test|it|specify)((?:\.\w+)*)$/;
const GROUP = /^([xf]?)(?:describe|suite|context)((?:\.\w+)*)$/;
const OFF = /\.(?:skip|todo|fails|failing|skipIf)\b/;
const ONLY = /\.only\b/;
const SKIPS_ITSELF =
  /\b(?:this|t|ctx|context|test)\.skip\(|\bskip:\s*(?!false\b)|\btodo:\s*(?!false\b)/;
const ASSERTS =
  /^(?:await\s+)?(?:expect|assert|should|chai|t\.(?:is|deepEqual|true|false|throws|assert))\b/;
const CANNOT_FAIL =
  /^(?:expect\(?(?:true|1|!0)\)\.(?:toBe|toEqual|toBeTruthy)\((?:true|1)?\)|assert(?:\.ok|\.equal)?\(?(?:true|True|1)(?:,.*)?\)?)$/;

export function testFacts(path: string, text: string): TestFacts {
  const language = languageOf(path, text);
  return language === "javascript" ? scriptFacts(path, text) : plainFacts(text, language);
}

function scriptFacts(path: string, text: string): TestFacts {
  const root = parse(path.endsWith("x") ? Lang.Tsx : Lang.TypeScript, text).root();
  const calls = root.findAll({ rule: { kind: "call_expression" } });
  const facts: TestFacts = { active: [], assertions: [], only: 0 };
  for (const call of calls) {
    const name = nameOf(call);
    if (ASSERTS.test(name)) {
      const outer = outermost(call);
      if (outer.id() === call.id()) facts.assertions.push(even(call.text()));
      continue;
    }
    const given = call.field("arguments")?.namedChildren() ?? [];
    const [, focus] = TEST.exec(name) ?? GROUP.exec(name) ?? [];
    if (focus === undefined) continue;
    if (focus === "f" || ONLY.test(name)) facts.only += 1;
    if (!TEST.test(name) || !isTitled(given[0])) continue;
    const groups = call.ancestors().filter((node) => GROUP.test(nameOf(node)));
    const body = even(
      given
        .slice(1)
        .map((argument) => argument.text())
        .join(","),
    );
    const off = [call, ...groups].some((node) => isOff(nameOf(node)));
    if (off || SKIPS_ITSELF.test(body) || given.length < 2) continue;
    const titles = [...groups.reverse(), call].map((node) => titleOf(node));
    facts.active.push({ title: titles.join(" > "), body });
  }
  return { ...facts, assertions: facts.assertions.filter((said) => !CANNOT_FAIL.test(said)) };
}

/** `test.only` of `test.only(…)`, and `test.each` of `test.each(…)(…)`. */
function nameOf(call: SgNode): string {
  if (call.kind() !== "call_expression") return "";
  const callee = call.field("function");
  if (!callee) return "";
  return callee.kind() === "call_expression" ? nameOf(callee) : callee.text().replaceAll(/\s/g, "");
}

function isTitled(node: SgNode | undefined): boolean {
  return node !== undefined && !/^(?:array|object)$/.test(String(node.kind()));
}

function isOff(name: string): boolean {
  return OFF.test(name) || /^x(?:test|it|specify|describe|suite|context)/.test(name);
}

function titleOf(call: SgNode): string {
  const title = call.field("arguments")?.namedChildren()[0]?.text() ?? "";
  return title.replaceAll(/^["'`]|["'`]$/g, "");
}

/** The whole chain that a call begins: `expect(a).not.toBe(b)` of `expect(a)`. */
function outermost(call: SgNode): SgNode {
  let outer = call;
  for (let node = call.parent(); node !== null; node = node.parent()) {
    if (node.kind() === "call_expression" && ASSERTS.test(node.text())) outer = node;
    else if (node.kind() !== "member_expression" && node.kind() !== "await_expression") break;
  }
  return outer;
}

const PLAIN: Readonly<Partial<Record<Language, { test: RegExp; off: RegExp; asserts: RegExp }>>> = {
  python: {
    test: /^\s*(?:async\s+)?def\s+(test\w*)\s*\(/,
    off: /\b(?:pytest\.mark\.(?:skip|xfail)|unittest\.(?:skip|expectedFailure)|pytest\.skip|self\.skipTest)\b/,
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
  "other-code": {
    test: /\b(?:fn|void|fun|func|function)\s+(\w*[tT]est\w*|should\w*)\s*\(/,
    off: /@(?:Ignore|Disabled)\b|#\[ignore\]|markTestSkipped\(/,
    asserts: /\bassert\w*\s*[!.(]|\bExpect\w*\(/,
  },
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
    });
  }
  const asserts = lines.filter((line) => rules.asserts.test(line)).map(even);
  return { ...facts, assertions: asserts.filter((said) => !CANNOT_FAIL.test(said)) };
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
