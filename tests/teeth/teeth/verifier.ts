import { inFile, type Tooth } from "../tooth.ts";

const seal = inFile("agents/verifier/seal.ts", "agents/verifier/seal.test.ts");
const truncation = inFile("agents/verifier/truncation.ts", "agents/verifier/truncation.test.ts");
const cutOff = inFile("agents/verifier/cut-off.ts", "agents/verifier/truncation.test.ts");
const verifier = inFile("agents/verifier/verifier.ts", "agents/verifier/verifier.test.ts");
const wayOut = inFile("agents/verifier/way-out.ts", "agents/verifier/seal.test.ts");
const green = inFile("agents/verifier/going-green.ts", "agents/verifier/going-green.test.ts");
const baseline = inFile("agents/verifier/baseline.ts", "agents/verifier/verifier.test.ts");
const lint = inFile("agents/verifier/lint.ts", "agents/verifier/lint.test.ts");
const linted = inFile("agents/verifier/verifier.ts", "agents/verifier/lint.test.ts");
const oxlint = inFile("infra/workers/lint/oxlint.ts", "infra/workers/lint/linter.test.ts");
const linter = inFile("infra/workers/lint/linter.ts", "infra/workers/lint/linter.test.ts");
const heuristics = inFile("agents/assessor/heuristics.ts", "agents/assessor/heuristics.test.ts");
const chosen = inFile("agents/verifier/chosen-tests.ts", "agents/verifier/success.test.ts");
const success = inFile("agents/verifier/success.ts", "agents/verifier/success.test.ts");
const cases = inFile("agents/verifier/baseline.ts", "agents/verifier/success.test.ts");
const evidence = (file: string) => inFile(file, "agents/verifier/verifier.test.ts");

/** What the verifier shows, and takes nobody's word for (step 6, rows 7 to 9, H6, I5, I11). */
export const verifierTeeth: readonly Tooth[] = [
  seal(
    "I5: no task changes a sealed path",
    'outcome: touched.length === 0 ? "pass" : "fail",',
    'outcome: "pass",',
  ),
  seal("I5: pipelines are sealed in every repository", '  ".github/**",\n', ""),
  seal("row 15: self-improvement changes no gate", "? SEALED_FROM_ITSELF : []", "? [] : []"),
  seal(
    "row 8: a test is neither removed nor skipped",
    "...(missing.length > 0 ?",
    "...(missing.length < 0 ?",
  ),
  seal("row 8: no mark lets only some tests run", "after.only > before.only", "false"),
  seal(
    "row 8: tests assert no less than before",
    "after.assertions.length < before.assertions.length",
    "false",
  ),
  seal("row 8: a changed expectation is for a person", "if (doubts.length > 0) {", "if (false) {"),
  truncation(
    "row 7: a file that loses 60 % of its lines fails",
    "share > dropShareMax",
    "share > 1",
  ),
  truncation(
    "row 7: a file that ends in the middle fails",
    "if (cut !== null) return { sure: true, text: cut };",
    "",
  ),
  truncation(
    "row 7: what left a file and stands elsewhere was moved",
    "if (isLarge && !moved(moreIn(before, after))) {",
    "if (isLarge) {",
  ),
  truncation(
    "row 7: a file that lost its end, which is still used, fails",
    "if (used.length > 0) return",
    "if (false) return",
  ),
  truncation(
    "row 7: a file that ends within a line that stood there fails",
    "if (found?.midLine) return",
    "if (false) return",
  ),
  truncation(
    "row 7: an odd ending is for a person to look at",
    "if (odd !== null) return {",
    "if (false) return {",
  ),
  truncation(
    "row 7: empty lines hide no loss",
    "const after = linesOf(change.after);",
    'const after = (change.after ?? "").split("\\n");',
  ),
  cutOff(
    "row 7: a file that leaves its rest out fails",
    "if (placeholder !== undefined) return",
    "if (false) return",
  ),
  verifier(
    "I11: a change that breaks the constitution is not run",
    "if (hits.length > 0) return",
    "if (false) return",
  ),
  verifier(
    "I11: nothing of a worker is run without a sandbox where one is required",
    'repo.sandbox === "required" && !checks.sandboxed',
    "false",
  ),
  verifier(
    "I11: a commit stands on the base it was sealed to",
    "!(await workspace.contains(repo.path, commit, base))",
    "false",
  ),
  verifier(
    "I4: one check that fails is a verdict of fail",
    'if (checks.some(({ outcome }) => outcome === "fail")) return "fail";',
    "",
  ),
  verifier(
    "I4: nothing shown is no pass",
    'return shown && !doubt ? "pass"',
    'return !doubt ? "pass"',
  ),
  verifier("I4: a doubt is no pass", 'return shown && !doubt ? "pass"', 'return shown ? "pass"'),
  wayOut(
    "row 8: a way out of an existing test is for a person to look at",
    "WAY_OUT.test(step)",
    "step === null",
  ),
  wayOut(
    "row 8: other steps of an existing test are for a person to look at",
    "if (moreIn(before.steps, after.steps).length > 0) return",
    "if (false) return",
  ),
  wayOut(
    "row 8: a double in place of the code is for a person to look at",
    "around.some((line) => STANDS_IN.test(line))",
    "around.length < 0",
  ),
  wayOut(
    "row 8: a test of its own code is for a person to look at",
    "...standIns(before, after).map(",
    "...[].map(",
  ),
  green(
    "row 8: code does not ask whether it is being tested",
    "(sure ? faults : doubts).push(`${change.path} ${what}`);",
    "",
  ),
  green(
    "row 8: code does not answer the tests word for word",
    "doubts.push(...specialCases(changes, answers));",
    "",
  ),
  inFile("agents/verifier/special-case.ts", "agents/verifier/going-green.test.ts")(
    "I8: so many answers of tests are known at most",
    "if (count >= ANSWERS_MAX) return answers;",
    "if (count >= 10 * ANSWERS_MAX) return answers;",
  ),
  inFile("agents/source/texts.ts", "agents/source/texts.test.ts")(
    "I8: so many files are read at once at most",
    "const READ_AT_ONCE = 32;",
    "const READ_AT_ONCE = 1_000;",
  ),
  green(
    "row 8: nothing stands in for what the tests load",
    "faults.push(`${change.path} stands in for what the tests load`);",
    "",
  ),
  baseline(
    "row 9: a test that passed before and fails now is broken",
    "const failing = named ?",
    "const failing = named === null ?",
  ),
  baseline(
    "row 8: a test that is gone is broken",
    "...failing, ...missed, ...fresh",
    "...failing, ...fresh",
  ),
  baseline(
    "row 9: a new test that fails is broken",
    "...failing, ...missed, ...fresh",
    "...failing, ...missed",
  ),
  baseline("I8: a failing test is run three times", "RERUNS_MAX = 2", "RERUNS_MAX = 0"),
  evidence("agents/verifier/test-command.ts")(
    "I5: the command that judges is not changed",
    "if (faults.length > 0) {",
    "if (false) {",
  ),
  evidence("agents/verifier/success.ts")(
    "I4: a success condition holds when its command ends with 0",
    "if (run.exitCode === 0) return",
    "if (run.exitCode !== null) return",
  ),
  success(
    "I4: a test command that ends well ran the tests of the files it names",
    "if (missing.length === 0) return",
    "if (missing.length >= 0) return",
  ),
  chosen(
    "I4: what a filter chooses must have run",
    "return (title) => title.replaceAll(",
    "return (title) => title === null && title.replaceAll(",
  ),
  success("E17: a filter is no fault of the author", "&& isChosen(title)", ""),
  cases("E17: the cases of a test are that test", "[name, whole]", "[name]"),
  evidence("agents/verifier/scope.ts")(
    "I11: a change stays where its task may work",
    'const outcome = outside.length === 0 ? "pass" : "fail";',
    'const outcome = "pass";',
  ),
  lint("B6: a finding on a line that nobody touched does not count", "!brought(content)", "false"),
  lint(
    "B6: what a linter said before is not the author's",
    "more.set(key, (more.get(key) ?? 0) - count);",
    "",
  ),
  linted(
    "B6: no linter reads the work where nothing of it may be run",
    "why === null && ports.linter &&",
    "ports.linter &&",
  ),
  oxlint(
    "B6: an author cannot switch a rule off",
    'text.replaceAll(/\\b(eslint|oxlint)-(disable|enable)/g, "$1 $2")',
    "text",
  ),
  linter(
    "I12: nothing of a text that was linted is left on the disk",
    "if (folder !== null) await rm(folder, { recursive: true, force: true });",
    "",
  ),
  oxlint(
    "B6: a file that a linter passed over is not clean for that",
    "count !== names.length",
    "false",
  ),
  heuristics("B6: what linters found makes work less clean", "(lint?.total ?? 0)", "0"),
];
