import { countOf, noNames } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** vitest: failures are always named in full, successes only by its verbose reporter. */
export const readVitest: Reader = (lines) => {
  const summaries = lines.filter((line) => /^ *Tests  .*\(\d+\)$/.test(line));
  if (summaries.length === 0) return null;
  const names = noNames();
  for (const line of lines) {
    const failed = /^ FAIL  (?:\|[^|]+\| )?(\S.*)$/.exec(line)?.[1];
    if (failed !== undefined) names.failures.push(failed.replace(/ \[ .* \]$/, ""));
    const passed = /^ +✓ (?:\|[^|]+\| )?(\S+ > .*?)(?: \d+ms)?$/.exec(line)?.[1];
    if (passed !== undefined) names.successes.push(passed);
  }
  return { passed: countOf(summaries, "passed"), failed: countOf(summaries, "failed"), ...names };
};
