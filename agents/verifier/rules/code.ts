import { grownTree, type SourceTree, sourceTree } from "../../source/source-tree.ts";
import { isTest, languageOf } from "../languages.ts";
import { lineIn } from "../line-at.ts";
import { addressFindings } from "./texts/addresses.ts";
import { callFindings, type CallRule } from "./calls.ts";
import { disguisedNames } from "./texts/disguised-names.ts";
import { environmentFindings } from "./texts/environment.ts";
import type { Finding, Surroundings } from "./finding.ts";
import { GO } from "./languages/go.ts";
import type { Parsed } from "./reading/grammar.ts";
import { hiddenIn } from "./texts/hidden.ts";
import { couldBeSevere } from "./in-tests.ts";
import { JAVA } from "./languages/java.ts";
import { JAVASCRIPT } from "./languages/javascript.ts";
import { partedSecrets } from "./texts/parted-secrets.ts";
import { OTHER_CODE } from "./languages/other-code.ts";
import { powerFindings } from "./texts/powers.ts";
import { PYTHON } from "./languages/python.ts";
import { COULD_REACH, REACHING } from "./languages/reaching.ts";
import { RUBY } from "./languages/ruby.ts";
import { RUST } from "./languages/rust.ts";
import { shellFindings } from "./shell/findings.ts";
import { textFindings } from "./texts/text.ts";

const RULES: Readonly<Record<Parsed, readonly CallRule[]>> = {
  javascript: JAVASCRIPT,
  python: PYTHON,
  go: GO,
  ruby: RUBY,
  java: JAVA,
  rust: RUST,
};

const WIDE: typeof RULES = {
  javascript: [...JAVASCRIPT, ...REACHING],
  python: [...PYTHON, ...REACHING],
  go: [...GO, ...REACHING],
  ruby: [...RUBY, ...REACHING],
  java: [...JAVA, ...REACHING],
  rust: [...RUST, ...REACHING],
};

/** Tests are held to these alone, so nothing else has to be looked for in them. */
const SEVERE: typeof RULES = {
  javascript: severeOf(WIDE.javascript),
  python: severeOf(WIDE.python),
  go: severeOf(WIDE.go),
  ruby: severeOf(WIDE.ruby),
  java: severeOf(WIDE.java),
  rust: severeOf(WIDE.rust),
};

function severeOf(rules: readonly CallRule[]): readonly CallRule[] {
  return rules.filter(({ severe }) => severe === true);
}

/**
 * Breaks of the constitution in a file, by the language it is in.
 * @throws Tangled for a file that cannot be read in a bounded time.
 */
export function codeFindings(text: string, around: Surroundings): Finding[] {
  // Declarations of types are never run.
  if (/\.d\.[mc]?ts$|\.pyi$/.test(around.path)) return [];
  const language = languageOf(around.path, text);
  switch (language) {
    case "javascript":
    case "python":
    case "go":
    case "ruby":
    case "java":
    case "rust":
      return parsedFindings(language, text, around);
    case "markup":
      return scriptFindings(text, around);
    case "shell":
      return [...shellFindings(text, around, codeFindings), ...hiddenFindings(text)];
    case "other-code":
      return [...textFindings(text, language, OTHER_CODE, around), ...hiddenFindings(text)];
    case "text":
      return [];
  }
}

function parsedFindings(language: Parsed, text: string, around: Surroundings): Finding[] {
  const { path } = around;
  const rules = (isTest(path) ? SEVERE : COULD_REACH.test(text) ? WIDE : RULES)[language];
  const isRead = !isTest(path) || couldBeSevere(language, text);
  const calls = isRead ? callFindings(treeOf(language, path, text), language, rules, around) : [];
  const tests = language === "javascript" ? testsAsCode(text) : [];
  const copies = environmentFindings(text, language);
  const words = isTest(path) ? [] : powerFindings(text, language);
  // What a package says of itself tells people where to read on.
  const tells = isTest(path) || /\.(?:gem|pod)spec$|(?:^|\/)setup\.py$/.test(around.path);
  const places = tells ? [] : addressFindings(text, language, around.hosts);
  const hidden = [...hiddenFindings(text), ...disguisedNames(text, language)];
  return [...calls, ...words, ...places, ...copies, ...hidden, ...tests];
}

function treeOf(language: Parsed, path: string, text: string): SourceTree {
  return language === "javascript" ? sourceTree(path, text) : grownTree(language, path, text);
}

/** Tests are held to less: code that others run must not stand in them. */
function testsAsCode(text: string): Finding[] {
  const imports =
    /^(?:import|export)\b[^;\n]*from\s*["'][^"'\n]*\.(?:test|spec)(?:\.[cm]?[jt]sx?)?["']/gm;
  const lineAt = lineIn(text);
  return [...text.matchAll(imports)].map(({ index, 0: said }) => {
    return { rule: "test-as-code", line: lineAt(index), text: said, severe: false };
  });
}

function hiddenFindings(text: string): Finding[] {
  const lineAt = lineIn(text);
  const at = (rule: string) => (found: { at: number; text: string }) => {
    return { rule, line: lineAt(found.at), text: found.text, severe: true };
  };
  return [...hiddenIn(text).map(at("hidden-code")), ...partedSecrets(text).map(at("secret"))];
}

/** Scripts inside a page or component, at the lines where they stand. */
function scriptFindings(text: string, around: Surroundings): Finding[] {
  const lineAt = lineIn(text);
  return [...text.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)].flatMap((match) => {
    const inside = match[2] ?? "";
    const above = lineAt(match.index + match[0].indexOf(">")) - 1;
    const path = /\blang=["']?tsx?\b/.test(match[1] ?? "") ? "script.ts" : "script.js";
    const found = parsedFindings("javascript", inside, { ...around, path });
    return found.map(({ rule, line, text, severe }) => ({
      rule,
      line: line + above,
      text,
      severe,
    }));
  });
}
