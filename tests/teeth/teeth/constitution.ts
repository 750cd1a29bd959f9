import { inFile, type Tooth } from "../tooth.ts";

const TESTS = "agents/verifier/constitution.test.ts";
const check = inFile("agents/verifier/constitution.ts", TESTS, "agents/verifier/verifier.test.ts");
const added = inFile("agents/verifier/added-breaks.ts", "agents/verifier/added-breaks.test.ts");
const SOURCES = "agents/verifier/sources.test.ts";
const DISGUISES = "agents/verifier/disguises.test.ts";
const rules = (file: string) => inFile(`agents/verifier/rules/${file}.ts`, TESTS);
const sources = (file: string) => inFile(`agents/verifier/rules/${file}.ts`, SOURCES);
const hostile = (file: string) =>
  inFile(`agents/verifier/rules/${file}.ts`, "agents/verifier/hostile.test.ts");
const disguises = (file: string) => inFile(`agents/verifier/rules/${file}.ts`, DISGUISES);
const inTests = inFile(
  "agents/verifier/rules/in-tests.ts",
  "agents/verifier/rules/in-tests.test.ts",
);
const unasked = rules("files/run-unasked");
const code = rules("code");
const calls = rules("calls");
const called = rules("reading/called");
const script = rules("languages/javascript");
const manifest = rules("files/manifest");

/** What no change may bring (row 6, C24, D36), by family and language. */
export const constitutionTeeth: readonly Tooth[] = [
  check(
    "row 6: a change that breaks the constitution fails",
    'const outcome = hits.length === 0 ? "pass" : "fail";',
    'const outcome = "pass";',
  ),
  added(
    "row 6: only what the change adds counts against it",
    "count(stood, finding, -1) < 0",
    "count(stood, finding, -1) !== undefined",
  ),
  added(
    "row 6: what is left is held against all that stood before",
    "return without(found, await readEach(reader, before, around));",
    "return added;",
  ),
  inFile("agents/verifier/breaks.ts", "agents/verifier/rules/in-tests.test.ts")(
    "row 6: tests are held to the severe rules",
    "found.filter(({ severe }) => severe)",
    "[]",
  ),
  inTests("row 6: a test that unpacks something is read", "words.test(text)", "false"),
  inTests(
    "row 6: a test that prints the environment is read",
    "|[\"'`](?:[^\"'`\\s]*\\/)?(?:print)?env[\"'`]",
    "",
  ),
  inTests("row 6: a test that hides a path is read", 'saysOf(text)("keys")', "false"),
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
  disguises("code")("row 6: Go", "go: GO,", "go: [],"),
  code("row 6: Ruby", "ruby: RUBY,", "ruby: [],"),
  disguises("code")("row 6: Java", "java: JAVA,", "java: [],"),
  disguises("code")("row 6: Rust", "rust: RUST,", "rust: [],"),
  rules("shell/findings")(
    "row 6: shell scripts",
    'textFindings(read, "shell", script === text ? SCRIPTS : SHELL, around)',
    "[]",
  ),
  code("row 6: other languages", "textFindings(text, language, OTHER_CODE, around)", "[]"),
  rules("shell/findings")(
    "row 6: a shell script is read as the shell would read it",
    "shellAsRead(around.path, script) : script",
    "script : script",
  ),
  code("row 6: no hidden code", '...hiddenIn(text).map(at("hidden-code")), ', ""),
  code(
    "row 6: code does not import tests",
    'language === "javascript" ? testsAsCode(text) : []',
    "[]",
  ),
  calls(
    "row 6: a name that is handed on counts as called",
    "isHandedOn(whole) ? ruleFor(reader.nameOf(whole), rules) : null",
    "null",
  ),
  rules("callees")(
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
  rules("reading/taken-apart")(
    "row 6: what is taken out by a key that was put together is known",
    'constants ? property.replaceAll(/[[\\]"\'`+\\s]/g, "") : "?"',
    "property",
  ),
  disguises("reading/names")(
    "row 6: what is left of a module is the module",
    "if (property === REST) hold(",
    "if (false) hold(",
  ),
  rules("reading/given-back")(
    "row 6: what a module is asked for by name is known",
    "if (TAKES.test(name) && first) return",
    "if (false && first) return",
  ),
  rules("reading/evaluate")(
    "row 6: a text is known however it was put together",
    "if (grammar.binary.includes(kind)) return combined(node, reader, depth);",
    "",
  ),
  sources("files/files")(
    "row 6: no build file runs what it should not",
    "...buildFindings(path, text),",
    "",
  ),
  sources("files/files")(
    "row 6: no list of packages names another source",
    "...listFindings(path, text),",
    "",
  ),
  sources("files/files")("row 6: TOML is read for sources", "...tomlFindings(path, text),", ""),
  sources("files/files")("row 6: XML is read for sources", "...xmlFindings(path, text),", ""),
  sources("files/files")("row 6: Gradle is read for sources", "...gradleFindings(path, text),", ""),
  sources("files/files")(
    "row 6: lists of gems are read for sources",
    "...gemFindings(path, text),",
    "",
  ),
  sources("files/xml-manifest")(
    "row 6: entities of XML are read",
    "if (hex !== undefined) return asText(charOf(Number.parseInt(hex, 16)));\n      if (code !== undefined) return asText(charOf(Number(code)));",
    "",
  ),
  sources("files/xml-manifest")(
    "row 6: text of XML opens no element",
    'plain.replaceAll(/[<>]/g, " ")',
    "plain",
  ),
  sources("files/xml-manifest")(
    "row 6: an element that closes itself hides nothing",
    "[^<>]*(?<!\\/)>/g;",
    "[^<>]*>/g;",
  ),
  sources("files/toml")(
    "row 6: what stands in a text of TOML opens nothing",
    'value.replaceAll(TEXTS, "")',
    "value",
  ),
  sources("texts/text")(
    "row 6: each host of a command is asked about",
    "[...said.matchAll(hosted)].some(",
    "[...said.matchAll(hosted)].slice(0, 1).some(",
  ),
  inFile("agents/verifier/rules/reading/value.ts", "agents/verifier/hostile-values.test.ts")(
    "I8: a list holds no more than somebody would write",
    "if (size > SIZE_MAX) return value.slice(0, at);",
    "",
  ),
  hostile("calls")(
    "row 6: a call that is not looked at is said",
    'if (standing.length > STANDING_MAX) throw new Tangled("it calls too much to be read");',
    "",
  ),
  sources("files/xml-manifest")(
    "row 6: entities that are made of others are read",
    "if (next === read) return read;",
    "return next;",
  ),
  sources("files/toml")(
    "row 6: escapes in keys of TOML are read",
    "/^[\"']/.test(key) ? literalText(key) : key",
    "key",
  ),
  sources("files/toml-manifest")(
    "row 6: only builders that are known build",
    "return !BUILDERS.test(value.trim());",
    "return false;",
  ),
  sources("files/build-files")(
    "row 6: only generators that are known generate",
    'GENERATORS.test(said) && !SHELL_WORDS.test(said) ? null : "install-script"',
    "null",
  ),
  disguises("code")("row 6: a host that stands alone is one that is reached", "...places, ", ""),
  disguises("code")("row 6: what means a power is one", "...words, ", ""),
  disguises("code")("row 6: a copy of the environment is caught", "...copies, ", ""),
  disguises("calls")(
    "row 6: what expressions come to is held against the rules",
    "...workedOutFindings(tree, called, reader, around)",
    "",
  ),
  disguises("calls")(
    "row 6: what cannot be told reaches nothing",
    "sinks.find((sink) => isOpaque(node, sink, reader)) ?? null",
    "null",
  ),
  disguises("worked-out")(
    "row 6: a text whose letters stand nowhere is hidden",
    "known / steps < KNOWN_SHARE_MAX",
    "false",
  ),
  disguises("opaque")(
    "row 6: parts of a place are enough where it is reached",
    "if (literalsIn(origin).some((said) => isPart(said, rule))) return true;",
    "",
  ),
  disguises("texts/hidden")("row 6: a word is not parted", "look(PARTED, () => true);", ""),
  disguises("texts/hidden")(
    "row 6: escapes do not spell words",
    "look(ESCAPED, spellsWord);",
    "look(ESCAPED, () => false);",
  ),
  disguises("texts/hidden")(
    "row 6: numbers are read however they are turned",
    "isCode(turned) || isSaid(turned) ||",
    "",
  ),
  inFile("agents/verifier/rules/against.ts", "agents/verifier/put-together.test.ts")(
    "row 6: numbers are a host",
    "...hostsInNumbers(said, on),",
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
  disguises("languages/javascript")(
    "row 6: no unknown host is reached",
    'call: REACHES, texts: "hosts"',
    "call: /^never$/",
  ),
  disguises("languages/javascript")(
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
    'return isRegistered ? [] : [{ rule: "foreign-source", name, value: version }];',
    "return [];",
  ),
  unasked(
    "row 6: no hook, pipeline or start-up file runs unasked",
    "return named ? finding(named[0], path) : [];",
    "return [];",
  ),
  unasked(
    "row 6: no link leads out of the tree",
    'special === "link" && leadsOut(path, after)',
    "false",
  ),
  unasked("row 6: no filter is named to git", "(?:filter|diff|merge)", "(?:never)"),
  rules("places")(
    "row 6: a host that nobody named is unknown",
    "HARMLESS_HOST.test(plain) || allowed.has(plain)",
    "true",
  ),
];
