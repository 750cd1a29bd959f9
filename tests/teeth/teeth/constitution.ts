import { inFile, type Tooth } from "../tooth.ts";

const TESTS = "agents/verifier/constitution.test.ts";
const check = inFile("agents/verifier/constitution.ts", TESTS, "agents/verifier/verifier.test.ts");
const rules = (file: string) => inFile(`agents/verifier/rules/${file}.ts`, TESTS);
const code = rules("code");
const calls = rules("calls");
const names = rules("names");
const called = rules("called");
const script = rules("javascript");
const manifest = rules("manifest");

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
    "I8: a file too large to be read is a doubt, not a pass",
    "(after?.length ?? 0) > SCANNED_CHARS_MAX",
    "after?.length === -1",
  ),
  check(
    "I5: nobody but the director allows a rule to be broken",
    'source === "director" && tags.includes',
    "tags.includes",
  ),
  check("I12: an excerpt of a break shows no secret", "masked(text).replaceAll", "text.replaceAll"),
  code(
    "row 6: scripts inside a page are read",
    "return scriptFindings(text, around);",
    "return [];",
  ),
  code("row 6: JavaScript", "javascript: JAVASCRIPT,", "javascript: [],"),
  code("row 6: Python", "python: PYTHON,", "python: [],"),
  code("row 6: Go", "go: GO,", "go: [],"),
  code("row 6: Ruby", "ruby: RUBY,", "ruby: [],"),
  code("row 6: Java", "java: JAVA,", "java: [],"),
  code("row 6: Rust", "rust: RUST,", "rust: [],"),
  code("row 6: shell scripts", 'textFindings(read, "shell", SHELL, around)', "[]"),
  code("row 6: other languages", "textFindings(text, language, OTHER_CODE, around)", "[]"),
  code(
    "row 6: a shell script is read as the shell would read it",
    "isScript ? shellAsRead(around.path, text) : text",
    "isScript ? text : text",
  ),
  code("row 6: no hidden code", "return hiddenIn(text).map(", "return [].map("),
  code(
    "row 6: code does not import tests",
    'language === "javascript" ? testsAsCode(text) : []',
    "[]",
  ),
  code(
    "row 6: what cannot be read is a break",
    'return [{ rule: "unreadable", line: 1, text: error.message, severe: true }];',
    "return [];",
  ),
  calls(
    "row 6: a name that is handed on counts as called",
    "isHandedOn(whole) ? ruleFor(reader.nameOf(whole), rules) : null",
    "null",
  ),
  calls(
    "row 6: a name that is sent is called",
    "names.push(sent, name.replace(SENDS, `$1${sent}`));",
    "",
  ),
  calls(
    "row 6: the path of a key file is no text",
    'isKeyFile(said) ? found("credentials", true) : []',
    "[]",
  ),
  called(
    "row 6: what was renamed at its import keeps its name",
    'const owner = OF_GLOBAL.exec(whole)?.[0] ?? "";',
    "const owner = whole;",
  ),
  names(
    "row 6: what is taken out by a key that was put together is known",
    'constants ? property.replaceAll(/[[\\]"\'`+\\s]/g, "") : "?"',
    "property",
  ),
  names(
    "row 6: what is left of the environment is the environment",
    "if (property === REST) hold(",
    "if (false) hold(",
  ),
  called(
    "row 6: what a module is asked for by name is known",
    "if (TAKES.test(name) && first) return",
    "if (false && first) return",
  ),
  rules("evaluate")(
    "row 6: a text is known however it was put together",
    "if (grammar.binary.includes(kind)) return combined(node, reader, depth);",
    "",
  ),
  rules("files")(
    "row 6: no list of packages names another source",
    "...rules.filter(({ line }) => line.test(said)),",
    "",
  ),
  script(
    "row 6: text is not run as code",
    String.raw`{ rule: "eval", call: /^(?:(?:self|top|frames)\.)?eval$/, value: true },`,
    "",
  ),
  script(
    "row 6: no function is made of text",
    String.raw`{ rule: "new-function", call: /^(?:self\.)?(?:Async|Generator|AsyncGenerator)?Function$/ },`,
    "",
  ),
  script(
    "row 6: no command goes through a shell",
    "call: new RegExp(String.raw`^child_process\\.${RUNS}$`), value: true",
    "call: /^never$/",
  ),
  script(
    "row 6: no shell is started",
    "call: new RegExp(String.raw`^child_process\\.${STARTS}$`), given: BY_SHELL",
    "call: /^never$/",
  ),
  script("row 6: no unknown host is reached", 'call: REACHES, texts: "hosts"', "call: /^never$/"),
  script(
    "row 6: nothing is written outside the project",
    'call: WRITES, texts: "outside"',
    "call: /^never$/",
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
  rules("places")(
    "row 6: a host that nobody named is unknown",
    "HARMLESS_HOST.test(plain) || allowed.has(plain)",
    "true",
  ),
];
