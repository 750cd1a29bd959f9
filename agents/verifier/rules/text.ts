import { blank } from "../blank.ts";
import type { Language } from "../languages.ts";
import type { Finding, Surroundings } from "./finding.ts";
import { hidesCode, hostsIn, isHarmless, isKeyFileRead, isOutside } from "./places.ts";

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
  /** Its last word is a host, and none that is known. */
  hosted?: true;
  severe?: boolean;
};

const ARGUMENTS_MAX = 4_000;
const MATCHES_MAX = 500;

/** Breaks of the rules in a text of the language. */
export function textFindings(
  text: string,
  language: Language,
  rules: readonly TextRule[],
  around: Surroundings,
): Finding[] {
  const { code, withStrings } = blank(text, language);
  const found: Finding[] = [];
  for (const rule of rules) {
    const matches = [...code.matchAll(rule.call)].slice(0, MATCHES_MAX);
    for (const match of matches) {
      const start = match.index;
      const end = closing(code, start + match[0].length);
      const given = code.slice(start, end);
      const written = withStrings.slice(start, end);
      if (rule.given?.test(given) === false || rule.written?.test(written) === false) continue;
      if (rule.strings && !stringsBreak(rule.strings, given, written, around)) continue;
      if (rule.hosted && isKnownHost(match[0], around)) continue;
      const line = code.slice(0, start).split("\n").length;
      const severe = rule.severe ?? false;
      found.push({ rule: rule.rule, line, text: written, severe });
    }
  }
  return found;
}

/** `ssh me@host`, `curl host`: the host at the end, whatever stands before it. */
function isKnownHost(said: string, { hosts }: Surroundings): boolean {
  const host = /[\w.-]+$/.exec(said)?.[0].toLowerCase() ?? "";
  return isHarmless(host, hosts);
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
