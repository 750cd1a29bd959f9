import { countOf, noNames, Outline } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** jest: failures by their headings, successes where it was asked to name each. */
export const readJest: Reader = (lines) => {
  const summaries = lines.filter((line) => /^Tests: .*\d+ total$/.test(line));
  if (summaries.length === 0) return null;
  const names = noNames();
  let outline = new Outline();
  let file = "";
  for (const line of lines) {
    const begun = /^(?:PASS|FAIL) (\S+)/.exec(line)?.[1];
    if (begun !== undefined) {
      file = begun;
      outline = new Outline();
    }
    const heading = /^ {2}● (.*)$/.exec(line)?.[1];
    if (heading === "Test suite failed to run") names.failures.push(file);
    else if (heading !== undefined && heading !== "Console")
      names.failures.push(heading.replaceAll(" › ", " > "));
    const [, indent, mark, name = ""] = /^( +)([✓✕○✎]) (.*?)(?: \(\d.*s\))?$/.exec(line) ?? [];
    const group = /^( {2,})(\S[^●]*)$/.exec(line);
    if (indent !== undefined && (mark === "✓" || mark === "✕"))
      names[mark === "✓" ? "successes" : "failures"].push(outline.name(indent.length, name));
    else if (indent === undefined && group && file !== "")
      outline.enter(group[1]?.length ?? 0, group[2] ?? "");
  }
  return { passed: countOf(summaries, "passed"), failed: countOf(summaries, "failed"), ...names };
};
