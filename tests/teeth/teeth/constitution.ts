import { inFile, type Tooth } from "../tooth.ts";

const TESTS = "agents/verifier/constitution.test.ts";
const check = inFile("agents/verifier/constitution.ts", TESTS, "agents/verifier/verifier.test.ts");
const script = inFile("agents/verifier/rules/javascript.ts", TESTS);
const manifest = inFile("agents/verifier/rules/manifest.ts", TESTS);
const places = inFile("agents/verifier/rules/places.ts", TESTS);

/** What no change may bring (row 6, C24, D36), by family and language. */
export const constitutionTeeth: readonly Tooth[] = [
  check(
    "row 6: a change that breaks the constitution fails",
    'const outcome = hits.length === 0 ? "pass" : "fail";',
    'const outcome = "pass";',
  ),
  check(
    "row 6: only what the change adds counts against it",
    "count(stood, finding, -1) < 0",
    "count(stood, finding, -1) !== undefined",
  ),
  check("row 6: tests are held to the severe rules", "found.filter(({ severe }) => severe)", "[]"),
  check(
    "row 6: scripts inside a page are read",
    "return scriptFindings(text, around);",
    "return [];",
  ),
  check("row 6: Python", "textFindings(text, language, PYTHON, around)", "[]"),
  check("row 6: Go", "textFindings(text, language, GO, around)", "[]"),
  check("row 6: Ruby", "textFindings(text, language, RUBY, around)", "[]"),
  check("row 6: shell scripts", "textFindings(text, language, SHELL, around)", "[]"),
  check("row 6: other languages", "textFindings(text, language, OTHER_CODE, around)", "[]"),
  check(
    "I8: a file too large to be read is a doubt, not a pass",
    "(after?.length ?? 0) > SCANNED_CHARS_MAX",
    "after?.length === -1",
  ),
  check("I12: an excerpt of a break shows no secret", "masked(text).replaceAll", "text.replaceAll"),
  script("row 6: text is not run as code", 'return isUse(node) ? "eval" : null;', "return null;"),
  script("row 6: no function is made of text", "if (FUNCTION.test(name) ||", "if ("),
  script(
    "row 6: no script is run in a virtual machine",
    "if (fromVm && VM.test(",
    "if (!fromVm && VM.test(",
  ),
  script(
    "row 6: no command goes through a shell",
    'if (made === "exec" || made === "execSync") return "shell";',
    "",
  ),
  script("row 6: no shell is started", 'if (first && SHELLS.test(first)) return "shell";', ""),
  script("row 6: no code of another machine is run", 'return "remote-code";', "return null;"),
  script("row 6: no native code is loaded", 'return "native-code";', "return null;"),
  script("row 6: no hidden code", '? "hidden-code" : null', "? null : null"),
  script("row 6: the environment is not handed out whole", "if (whole && (", "if (!whole && ("),
  script("row 6: key files are not read", 'return taken ? "credentials" : null;', "return null;"),
  script("row 6: no unknown host is reached", '? "unknown-host" : null', "? null : null"),
  script(
    "row 6: nothing is written outside the project",
    '? "path-escape"\n    : null',
    "? null\n    : null",
  ),
  script("row 6: code does not import tests", '? "test-as-code" : null', "? null : null"),
  script(
    "row 6: what cannot be read is a break",
    'return [{ rule: "unreadable", line: 1, text: error.message, severe: true }];',
    "return [];",
  ),
  manifest(
    "row 6: nothing runs when a package is installed",
    "INSTALL_SCRIPTS.test(name)",
    "name === null",
  ),
  manifest(
    "row 6: no dependency comes from outside the registry",
    "FOREIGN_SOURCE.test(version)",
    "version === null",
  ),
  manifest(
    "row 6: no hook, pipeline or start-up file runs unasked",
    "return named ? finding(named[0], path) : [];",
    "return [];",
  ),
  manifest(
    "row 6: no link leads out of the tree",
    'special === "link" && leadsOut(path, after)',
    "false",
  ),
  manifest("row 6: no filter is named to git", "(?:filter|diff|merge)=", "(?:never)="),
  places(
    "row 6: a host that nobody named is unknown",
    "HARMLESS_HOST.test(plain) || allowed.has(plain)",
    "true",
  ),
];
