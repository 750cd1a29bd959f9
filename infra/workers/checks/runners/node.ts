import { noNames, Outline, sumOf } from "./reader.ts";
import type { Reader, Results } from "./reader.ts";

/** `node --test`, whose two reporters sum up in the same words; any TAP, of tape too. */
export const readNode: Reader = (lines) => {
  const isTap = lines.some((line) => /^TAP version 1[34]/.test(line));
  const pass = sumOf(lines, /^[#ℹ] pass\s+(\d+)$/);
  if (pass === null && !isTap) return null;
  const { failures, successes } = isTap ? tapNames(lines) : specNames(lines);
  const fail = sumOf(lines, /^[#ℹ] fail\s+(\d+)$/);
  const cancelled = sumOf(lines, /^[#ℹ] cancelled\s+(\d+)$/) ?? 0;
  if (pass === null)
    return { passed: successes.length, failed: failures.length, failures, successes };
  return { passed: pass, failed: (fail ?? 0) + cancelled, failures, successes };
};

type Names = Pick<Results, "failures" | "successes">;

/** A result line stands after those of its subtests, so the ones it closes make it a suite. */
function tapNames(lines: readonly string[]): Names {
  const names = noNames();
  const outline = new Outline();
  let deepest = 0;
  for (const line of lines) {
    const [, space = "", started] = /^( *)# Subtest: (.*)$/.exec(line) ?? [];
    if (started !== undefined) outline.enter(space.length, started);
    const [, indent = "", not, name] = /^( *)(not )?ok \d+(?: -)?(?: (.*))?$/.exec(line) ?? [];
    if (indent === undefined || name === undefined) continue;
    const isSuite = indent.length < deepest;
    deepest = indent.length;
    if (isSuite || / # (?:SKIP|TODO)\b/i.test(` ${name}`)) continue;
    names[not ? "failures" : "successes"].push(outline.name(indent.length, name));
  }
  return names;
}

/** The list of failures at the end repeats what stands above, without its suites. */
function specNames(lines: readonly string[]): Names {
  const names = noNames();
  const outline = new Outline();
  let inside = -1;
  for (const line of lines) {
    if (line.startsWith("✖ failing tests:")) break;
    const [, indent, mark, name = ""] = /^( *)([▶✔✖]) (.*?)(?: \(\d[\d.]*ms\))?$/.exec(line) ?? [];
    if (indent === undefined || / # (?:SKIP|TODO)\b/.test(line)) continue;
    const isSuiteEnd = inside > indent.length;
    inside = mark === "▶" ? -1 : indent.length;
    if (mark === "▶") outline.enter(indent.length, name);
    else if (!isSuiteEnd)
      names[mark === "✖" ? "failures" : "successes"].push(outline.name(indent.length, name));
  }
  return names;
}
