import { noNames, Outline, sumOf } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** mocha, by its default reporter. */
export const readMocha: Reader = (lines) => {
  const passed = sumOf(lines, /^ {2}(\d+) passing \(/);
  if (passed === null) return null;
  const names = noNames();
  const outline = new Outline();
  const end = lines.findIndex((line) => /^ {2}\d+ passing \(/.test(line));
  for (const line of lines.slice(0, end)) {
    const [, indent = "", rest = ""] = /^( {2,})(\S.*)$/.exec(line) ?? [];
    const name = /^[✓✔] (.*?)(?: \(\d+ms\))?$/.exec(rest)?.[1];
    if (name !== undefined) names.successes.push(outline.name(indent.length, name));
    else if (/^(?:\d+\) |- )/.test(rest)) continue;
    else if (rest !== "") outline.enter(indent.length, rest);
  }
  names.failures = listedFailures(lines.slice(end));
  return { passed, failed: sumOf(lines, /^ {2}(\d+) failing$/) ?? 0, ...names };
};

/** Groups that a failure's heading goes through before it is taken for prose. */
const HEADING_LINES_MAX = 12;

/** A failure is headed by its groups, each on a line, until the one that ends with a colon. */
function listedFailures(lines: readonly string[]): string[] {
  const failures: string[] = [];
  lines.forEach((line, at) => {
    const first = /^ {2}\d+\) (.*)$/.exec(line)?.[1];
    if (first === undefined) return;
    const heading = [first];
    for (const next of lines.slice(at + 1, at + HEADING_LINES_MAX)) {
      if (heading.at(-1)?.endsWith(":") || next.trim() === "") break;
      heading.push(next.trim());
    }
    failures.push(heading.join(" > ").replace(/:$/, ""));
  });
  return failures;
}

/** ava, by its default reporter; its TAP is read as such. */
export const readAva: Reader = (lines) => {
  const passed = sumOf(lines, /^ {2}(\d+) tests? passed$/);
  const failed = sumOf(lines, /^ {2}(\d+) (?:known failure|tests? failed|uncaught exception)s?$/);
  if (passed === null && failed === null) return null;
  const names = noNames();
  for (const line of lines) {
    const [, mark, name = ""] = /^ {2}(✔|✘ \[fail\]:) (.*?)(?: \(\d.*s\))?$/.exec(line) ?? [];
    if (mark !== undefined) names[mark === "✔" ? "successes" : "failures"].push(name);
  }
  return { passed: passed ?? names.successes.length, failed: failed ?? 0, ...names };
};
