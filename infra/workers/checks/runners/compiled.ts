import { noNames, sumOf } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** `go test`: without `-v` it names failures alone, and how many passed is unknown. */
export const readGo: Reader = (lines) => {
  const packages = lines.filter((line) => /^(?:ok {2}|FAIL|\? {3})\t\S+/.test(line));
  if (packages.length === 0) return null;
  const passed: string[] = [];
  const failed: string[] = [];
  for (const line of lines) {
    const [, verdict, name = ""] = /^ *--- (PASS|FAIL): (\S+) \(/.exec(line) ?? [];
    if (verdict !== undefined) (verdict === "PASS" ? passed : failed).push(name);
  }
  const broken = packages
    .map((line) => /^FAIL\t(\S+) \[(?:build|setup) failed\]/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  const failures = [...failed, ...broken].filter((name) => !isGroup(name, failed));
  const successes = passed.filter((name) => !isGroup(name, passed));
  const named = successes.length > 0;
  return { passed: named ? successes.length : null, failed: failures.length, failures, successes };
};

/** A test that has subtests is no case of its own. */
function isGroup(name: string, names: readonly string[]): boolean {
  return names.some((other) => other.startsWith(`${name}/`));
}

/** `cargo test`: one summary for each of unit, integration and documentation tests. */
export const readCargo: Reader = (lines) => {
  const passed = sumOf(lines, /^test result: \w+\. (\d+) passed; \d+ failed;/);
  if (passed === null) return null;
  const names = noNames();
  for (const line of lines) {
    const [, name = "", verdict] = /^test (.+) \.\.\. (ok|FAILED)$/.exec(line) ?? [];
    if (verdict !== undefined) names[verdict === "ok" ? "successes" : "failures"].push(name);
  }
  const failed = sumOf(lines, /^test result: \w+\. \d+ passed; (\d+) failed;/) ?? 0;
  return { passed, failed, ...names };
};
