import { noNames, sumOf } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** A line `N passed, N failed` of any other runner; one word with a colon may stand before it. */
export const readPlain: Reader = (lines) => {
  const passed = sumOf(lines, /^\s*(?:\w+: )?(\d+) passed, \d+ failed\b/);
  if (passed === null) return null;
  const failed = sumOf(lines, /^\s*(?:\w+: )?\d+ passed, (\d+) failed\b/) ?? 0;
  return { passed, failed, ...noNames() };
};
