import { countOf, noNames } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** pytest: failures by its short summary, successes where it was asked to name each. */
export const readPytest: Reader = (lines) => {
  const summaries = lines.filter((line) =>
    /^(?:=+ )?(?:\d+ [a-z]+(?:, )?)+ in [\d.]+s\b/.test(line),
  );
  if (summaries.length === 0) return null;
  const names = noNames();
  for (const line of lines) {
    const failed = /^(?:FAILED|ERROR) (\S+(?:\[[^\]]*\])?)(?: - .*)?$/.exec(line)?.[1];
    if (failed !== undefined) names.failures.push(failed);
    const passed = /^(\S+::.*?) PASSED\b/.exec(line)?.[1];
    if (passed !== undefined) names.successes.push(passed);
  }
  return {
    passed: countOf(summaries, "passed"),
    failed: countOf(summaries, "failed") + countOf(summaries, "error"),
    ...names,
  };
};

/** The unittest module of Python. */
export const readUnittest: Reader = (lines) => {
  const at = lines.findIndex((line) => /^Ran \d+ tests? in [\d.]+s$/.test(line));
  if (at < 0) return null;
  const ran = Number(/\d+/.exec(lines[at] ?? "")?.[0] ?? 0);
  const verdict = lines.slice(at).find((line) => /^(?:OK|FAILED)\b/.test(line)) ?? "";
  const count = (word: string) => Number(new RegExp(`${word}=(\\d+)`).exec(verdict)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  const failures = lines
    .map((line) => /^(?:FAIL|ERROR): \S+ \((.*)\)$/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  return { passed: ran - failed - count("skipped"), failed, failures, successes: [] };
};
