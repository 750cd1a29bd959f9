import { blank } from "../../blank.ts";
import { matchesAny } from "../../glob.ts";
import { lineIn } from "../../line-at.ts";
import type { Finding } from "../finding.ts";
import { foreignIn } from "./registries.ts";

const FILES = ["**/*.gradle", "**/*.gradle.kts", "**/{build,settings,init}.gradle{,.kts}"];
/** Repositories that have a name of their own need no address. */
const KNOWN =
  /\bhttps:\/\/(?:repo1?\.maven(?:\.apache)?\.org|maven\.google\.com|dl\.google\.com|plugins\.gradle\.org|(?:s01\.)?oss\.sonatype\.org|central\.sonatype\.com)\b/;
const REPOSITORY = /\b(?:maven|ivy|flatDir|gitRepository|sourceControl)\s*(?=[({])/g;
const PLACE = /(?<![\w.])(?:url|setUrl|artifactUrls|artifactPattern|uri)\b\s*[=( ]/g;
const RUNS =
  /\bexec\s*\{|\bjavaexec\s*\{|\bcommandLine\b|\.execute\s*\(|\btype\s*:\s*(?:Exec|JavaExec)\b|<\s*(?:Exec|JavaExec)\s*>|(?:register|create)\s*\([^)\n]{0,400}\bExec\b|\bproviders\.exec\b|\bant\.\w*exec\b|\bProcessBuilder\b|\bgetRuntime\b|\bexecOperations\b|\bEval\.me\b|\bGroovyShell\b|\bexecutable\b|\.toURL\(\)\.text|\bURL\([^)\n]{0,400}\)\.(?:text|readText)/g;
const LOADS = /\bapply\s*(?:(?:\(\s*)?from\s*[:=]|\{\s*from)\s*(?:uri\(|["']https?:|[^"'\s(])/g;

/** What a build of Gradle takes from elsewhere, and the programs that it runs. */
export function gradleFindings(path: string, text: string): Finding[] {
  if (!matchesAny(path, FILES)) return [];
  const { code, withStrings } = blank(text, "other-code");
  const told = withoutTold(code);
  const lineAt = lineIn(code);
  const finding = (rule: string, at: number, end: number): Finding => {
    return { rule, line: lineAt(at), text: withStrings.slice(at, end).trim(), severe: true };
  };
  const found: Finding[] = [];
  for (const { index } of told.matchAll(REPOSITORY)) {
    const end = closing(told, index);
    const said = withStrings.slice(index, end);
    if (!KNOWN.test(said) || foreignIn(said) !== null) found.push(finding("registry", index, end));
  }
  for (const { index } of told.matchAll(PLACE)) {
    const end = endOfLine(told, index);
    if (foreignIn(withStrings.slice(index, end)) !== null) {
      found.push(finding("registry", index, end));
    }
  }
  for (const { index } of told.matchAll(RUNS)) {
    found.push(finding("shell", index, endOfLine(code, index)));
  }
  for (const { index } of withStrings.matchAll(LOADS)) {
    found.push(finding("remote-code", index, endOfLine(code, index)));
  }
  return found;
}

/** What is written into the package that is published tells people where to read on. */
function withoutTold(code: string): string {
  let told = code;
  for (const { index } of code.matchAll(
    /\b(?:pom|scm|licenses?|developers?|organization|issueManagement|publishing|tasks\.\w*[jJ]avadoc\w*)\s*\{/g,
  )) {
    const end = closing(told, index);
    told =
      told.slice(0, index) + told.slice(index, end).replaceAll(/[^\n]/g, " ") + told.slice(end);
  }
  return told;
}

const BLOCK_CHARS_MAX = 4_000;

/** Where the first bracket behind an offset closes. */
function closing(code: string, from: number): number {
  let depth = 0;
  const limit = Math.min(code.length, from + BLOCK_CHARS_MAX);
  for (let at = from; at < limit; at++) {
    const letter = code.charAt(at);
    if ("([{".includes(letter)) depth += 1;
    if (")]}".includes(letter)) {
      depth -= 1;
      if (depth <= 0 && !/^\s*[{(]/.test(code.slice(at + 1, at + 20))) return at + 1;
    }
  }
  return limit;
}

function endOfLine(code: string, from: number): number {
  const end = code.indexOf("\n", from);
  return end === -1 ? code.length : end;
}
