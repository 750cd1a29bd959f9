import { Tangled } from "../../../source/source-tree.ts";
import { blank } from "../../blank.ts";
import type { Language } from "../../languages.ts";
import { lineIn } from "../../line-at.ts";
import type { Finding, Surroundings } from "../finding.ts";
import { hidesCode, hostsIn, isHarmless, isKeyFileRead, isOutside } from "../places.ts";

/**
 * A rule for a language that has no parser here. `call` is looked for in code whose comments and
 * strings are blanked, so neither can trip it; the others look at what is between its brackets.
 */
export type TextRule = {
  rule: string;
  call: RegExp;
  /** Must be in the arguments, strings blanked. */
  given?: RegExp;
  /** Must be in the arguments as they are written. */
  written?: RegExp;
  /** What its strings are held against. */
  strings?: "hosts" | "keys" | "outside" | "hidden";
  /** It names a host of this shape that nobody knows. */
  hosted?: RegExp;
  /** It names a file in the first group of this, and runs it later. */
  fetched?: RegExp;
  severe?: boolean;
};

const ARGUMENTS_MAX = 4_000;
const MATCHES_MAX = 2_000;
/** Characters behind a command in which the file that it fetched is looked for. */
const RUN_WITHIN = 1_500;

/**
 * Breaks of the rules in a text of the language.
 * @throws Tangled for one that asks a rule about more places than anybody writes.
 */
export function textFindings(
  text: string,
  language: Language,
  rules: readonly TextRule[],
  around: Surroundings,
): Finding[] {
  const { code, withStrings } = blank(text, language);
  const lineAt = lineIn(code);
  const found: Finding[] = [];
  for (const rule of rules) {
    let matches = 0;
    for (const match of code.matchAll(rule.call)) {
      if (++matches > MATCHES_MAX) throw new Tangled(`${around.path} says too much of one kind`);
      const start = match.index;
      const end = closing(code, start + match[0].length);
      const given = code.slice(start, end);
      const written = withStrings.slice(start, end);
      if (rule.given?.test(given) === false || rule.written?.test(written) === false) continue;
      if (rule.strings && !stringsBreak(rule.strings, given, written, around)) continue;
      if (rule.hosted && !namesHost(match[0], rule.hosted, around)) continue;
      if (rule.fetched && !runsFetched(match, rule.fetched, code)) continue;
      const severe = rule.severe ?? false;
      found.push({ rule: rule.rule, line: lineAt(start), text: written, severe });
    }
  }
  return found;
}

/** `ssh me@host`, `curl -e known host`: each host, whatever stands before it. */
function namesHost(said: string, hosted: RegExp, { hosts }: Surroundings): boolean {
  return [...said.matchAll(hosted)].some(([address]) => {
    const host = /[\w.-]+$/.exec(address)?.[0].toLowerCase() ?? "";
    return !isHarmless(host, hosts);
  });
}

/** `curl … -o file`, and then `sh file`, in the same command or after it. */
function runsFetched({ index, 0: said }: RegExpExecArray, fetched: RegExp, code: string): boolean {
  const names = new Map([...said.matchAll(fetched)].map((match) => [match[1] ?? "", match.index]));
  return [...names].some(([name, at]) => {
    const from = index + at + said.slice(at).indexOf(name) + name.length;
    return runs(name).test(code.slice(from, from + RUN_WITHIN));
  });
}

const RUNNERS = String.raw`(?:ba|z|da|k)?sh|python[\d.]*|node|perl|ruby|source|\.|chmod\s+\S+`;

function runs(name: string): RegExp {
  const file = String.raw`["']?(?:\.\/)?${RegExp.escape(name)}`;
  return new RegExp(
    String.raw`(?:[;&|\n]|\b(?:then|do|sudo|exec|env|nohup))\s*${file}["']?(?:[\s;&|]|$)|\b(?:${RUNNERS})\s+(?:-\w+\s+)*${file}`,
  );
}

/** Where the bracket that was just opened closes; the end of the line where none was opened. */
function closing(code: string, from: number): number {
  const limit = Math.min(code.length, from + ARGUMENTS_MAX);
  if (!"([{".includes(code[from - 1] ?? " ")) {
    const end = code.indexOf("\n", from);
    return end === -1 ? code.length : Math.min(end, limit);
  }
  let depth = 1;
  for (let at = from; at < limit; at++) {
    const letter = code.charAt(at);
    if ("([{".includes(letter)) depth += 1;
    else if (")]}".includes(letter)) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return limit;
}

function stringsBreak(
  against: "hosts" | "keys" | "outside" | "hidden",
  given: string,
  written: string,
  { hosts }: Surroundings,
): boolean {
  if (against === "hosts") return hostsIn(written).some((host) => !isHarmless(host, hosts));
  const strings = stringsOf(given, written);
  switch (against) {
    case "keys":
      return strings.some(isKeyFileRead) || isKeyFileRead(strings.join("/"));
    case "outside":
      return strings.some(isOutside);
    case "hidden":
      return strings.some(hidesCode);
  }
}

/** The strings of a stretch: where blanked and written code differ. */
function stringsOf(given: string, written: string): string[] {
  return [...written.matchAll(/(["'`])([^"'`\n]*)\1/g)]
    .filter(
      ({ index, 2: inside }) =>
        given.slice(index + 1, index + 1 + (inside ?? "").length).trim() === "",
    )
    .map((match) => match[2] ?? "");
}
