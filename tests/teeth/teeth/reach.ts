import { inFile, type Tooth } from "../tooth.ts";

const twins = "agents/verifier/reach/reach.test.ts";
const baseline = inFile("agents/verifier/baseline.ts", twins);
const reach = inFile("agents/verifier/reach/reach.ts", twins);
const mutation = inFile("agents/verifier/reach/mutation.ts", twins);
const coverage = (file: string) =>
  inFile(`agents/verifier/reach/${file}.ts`, "agents/verifier/reach/coverage.test.ts");
const mutants = inFile("agents/verifier/reach/mutants.ts", "agents/verifier/reach/mutants.test.ts");
const measure = inFile("agents/verifier/reach/measure.ts", "agents/verifier/reach/measure.test.ts");
const checks = inFile("infra/workers/checks/checks.ts", "infra/workers/checks/reach.test.ts");
const heuristics = inFile("agents/assessor/heuristics.ts", "agents/assessor/heuristics.test.ts");

/** How far the tests reach into changed lines: told where it is known, and nobody pays for it. */
export const reachTeeth: readonly Tooth[] = [
  baseline(
    "issue 6: what a measured run does not keep the plain one decides",
    "if (compared === null) return { check: kept(before, after, flaky), after };\n    // A test",
    "return { check: kept(before, after, flaky), after };\n    // A test",
  ),
  baseline(
    "issue 6: a broken test takes no more runs for being measured",
    "if (named.length > 0) triesMax -= 1;",
    "",
  ),
  reach(
    "issue 6: nothing is measured where coverage is switched off",
    "return asked.coverage && measure !== null ? measure : undefined;",
    "return measure ?? undefined;",
  ),
  reach(
    "issue 6: lines that no test runs have no mutant",
    "const isWanted = hits?.size ? isRun : () => true;",
    "const isWanted = hits?.size && !isRun ? isRun : () => true;",
  ),
  reach(
    "issue 6: mutants are tried of green work alone",
    "const isGreen = after !== null && after.exitCode === 0;",
    "const isGreen = after !== null;",
  ),
  mutation("issue 6: mutants have a time together", "if (leftMs < plainMs) break;", ""),
  mutation(
    "issue 6: a mutant that the tests do not notice is named",
    "return timedOut || exitCode !== 0;",
    "return timedOut || exitCode !== null;",
  ),
  coverage("coverage")(
    "issue 6: a file that no test loads is not covered",
    "const code = known ? changed.filter((line) => known.has(line)) : changed;",
    "const code = changed.filter((line) => known?.has(line));",
  ),
  coverage("changed-lines")(
    "issue 6: only changed lines that hold code count",
    'return [...bare].filter((line) => !WITHOUT_WORDS.test(rows[line - 1] ?? ""));',
    "return [...bare];",
  ),
  coverage("coverage-report")(
    "issue 6: a profile is told of its own module alone",
    "if (!name.startsWith(`${module}/`)) continue;",
    "",
  ),
  coverage("coverage-report")(
    "issue 6: what a profile does not tell of is unknown, not untested",
    "return isToldOf ? hits : null;",
    "return hits;",
  ),
  mutants(
    "issue 6: every line has one mutant before any has two",
    "found.toSorted((one, other) => one.round - other.round)",
    "found",
  ),
  measure(
    "issue 6: a line of the shell that is more than one command is left as it is",
    "if (SHELL.test(line)) return null;",
    "",
  ),
  checks(
    "issue 6: a mutant lives in a checkout of its own",
    "for (const { path, text } of edits) await clone.write(path, text);",
    "",
  ),
  checks(
    "a report of coverage is read in the checkout, wherever a link of it leads",
    "const text = await clone.read(path);",
    'const text = (await import("node:fs")).readFileSync(`${clone.path}/${path}`, "utf8");',
  ),
  heuristics(
    "issue 6: coverage is no merit of an answer that was cut off",
    "tested(source, tests, truncated ? undefined : reach)",
    "tested(source, tests, reach)",
  ),
  heuristics(
    "issue 6: tests that reach the changed lines count more",
    "const measured = lines === 0 ? null : reachedShare(reach);",
    "const measured = lines === 0 || reach ? null : reachedShare(reach);",
  ),
];
