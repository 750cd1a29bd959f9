import { inFile, type Tooth } from "../tooth.ts";

const SHELLS = "agents/verifier/shells-read.test.ts";
const SCRIPTS = "agents/verifier/scripts-read.test.ts";
const shells = (file: string) => inFile(`agents/verifier/rules/${file}.ts`, SHELLS);
const scripts = (file: string) => inFile(`agents/verifier/rules/${file}.ts`, SCRIPTS);

const FILTERS = "agents/verifier/rules/shell/filters.test.ts";
const filters = inFile("agents/verifier/rules/shell/filters.ts", FILTERS);
const hostile = (file: string) =>
  inFile(`agents/verifier/rules/${file}.ts`, "agents/verifier/hostile.test.ts");

/** What shells and scripts come to when they are read in their order (row 6). */
export const languagesReadTeeth: readonly Tooth[] = [
  hostile("shell/words")(
    "row 6: no more of a shell is read than somebody would write",
    "if (steps.left-- > 0 && !isTooDeep) return;",
    "if (steps.left !== null) return;",
  ),
  inFile("agents/verifier/rules/shell/words.ts", "agents/verifier/rules/shell/bounded.test.ts")(
    "row 6: the words of a shell come to no more than somebody would write",
    'if (letters.left < 0) throw new Tangled("its words come to more than can be read");',
    "",
  ),
  hostile("shell/shell")(
    "row 6: a turn of a loop that is not read is said",
    'if (all.length > TIMES_MAX) throw new Tangled("a loop of it has too many turns to be read");',
    "",
  ),
  hostile("shell/shell")(
    "row 6: of a word that is too long it is seen that more was written",
    'isCut ? written.trimStart() : ""',
    '""',
  ),
  hostile("texts/settings-secrets")(
    "row 6: a setting that is not filled in is said",
    "if (++filled > FILLED_MAX)",
    "if (++filled < 0)",
  ),
  inFile("agents/verifier/rules/shell/bounded.ts", "agents/verifier/rules/shell/bounded.test.ts")(
    "row 6: a text of a shell goes on for no longer than somebody would write",
    "return bounded(said + text.slice(at));",
    "return said + text.slice(at);",
  ),
  filters(
    "row 6: what is cut off of a text is not run",
    'head: (words, given) => endOf(words, given, "head"),',
    "head: (_, given) => given,",
  ),
  filters(
    "row 6: a text is decoded as it was encoded",
    "fromBaseOf(words, given) : null",
    "fromBase64(given) : null",
  ),
  shells("shell/findings")(
    "row 6: the steps of a Makefile and of a Dockerfile are a shell's",
    "asScript(around.path, text)",
    "text",
  ),
  shells("shell/findings")(
    "row 6: a program that a shell hands to an interpreter is read",
    "...inner,",
    "",
  ),
  shells("shell/findings")(
    "row 6: a key that a shell puts together is a key",
    "...(isSame ? [] : secretsPutTogether(text, read))",
    "",
  ),
  shells("shell/shell")(
    "row 6: a loop over words goes through each",
    "[HOLE] : turns(words)",
    "[HOLE] : [HOLE]",
  ),
  shells("shell/shell")(
    "row 6: a loop over lines goes through each",
    "if (eachLine(node, { shell, read, depth })) return;",
    "",
  ),
  shells("shell/shell")(
    "row 6: a loop that counts goes round as often as it says",
    "reckoned(plain(condition), held) === 1; time++",
    "time < 1; time++",
  ),
  shells("shell/shell")(
    "row 6: a function is told the words of its call",
    "give(callOf(name), words.join(BETWEEN), shell);",
    "",
  ),
  shells("shell/shell")(
    "row 6: a function that is another name for a command is that command",
    "(shell.values.get(aliasOf(written)) ?? commandOf(written, shell))",
    "shell.values.get(aliasOf(written))",
  ),
  shells("shell/shell")(
    "row 6: a pattern that a key's file answers to is that file",
    'keyFileMeant(written.replaceAll(/["\']/g, ""))',
    "null",
  ),
  shells("shell/output")(
    "row 6: what a function of a script prints is known",
    "if (own) return called(own, words, read ?? given, shell, depth);",
    "",
  ),
  shells("shell/filters")("row 6: fields that are cut out are known", "  cut: fieldsCut,\n", ""),
  shells("shell/words")(
    "row 6: where somebody's own files are is there, though not known",
    'name === "HOME" ? "$HOME" : HOLE',
    "HOLE",
  ),
  shells("files/lists")(
    "row 6: an image that an argument names is that image",
    "argumentOf(name, above) ?? all",
    "all",
  ),
  scripts("reading/taken-apart")(
    "row 6: parts of parts are known",
    'if (text[at] === "{" || text[at] === "[") at = read(at, inner);',
    'if (text[at] === "{") at += 1;',
  ),
  scripts("reading/functions")(
    "row 6: a name for all that is left is a list",
    "bound.set(name.slice(REST.length), given.slice(at))",
    "bound.set(name, null)",
  ),
  scripts("reading/closures")(
    "row 6: a function that a function gives back is followed",
    "if (!made || !shape || !isFunction(shape.body)) return null;",
    "if (made !== undefined) return null;\n  if (!made || !shape || !isFunction(shape.body)) return null;",
  ),
  scripts("made/objects")(
    "row 6: the values of an object are a list",
    'method === "values" ? values',
    'method === "values" ? null',
  ),
  scripts("made/lists")(
    "row 6: what is put together from its end is read from there",
    'method === "reduceRight"',
    "false",
  ),
  scripts("reading/own-members")(
    "row 6: what a getter gives back is known",
    "shape ? applied(shape, [], reader, depth + 1) : reader.evaluate(entry, depth + 1)",
    "reader.evaluate(entry, depth + 1)",
  ),
  scripts("reading/own-members")(
    "row 6: what a constructor takes for granted is known",
    "value ? reader.evaluate(value, depth + 1) : null",
    "null",
  ),
  scripts("reading/grammar")(
    "row 6: the names of an enumeration are constants",
    'maps: ["object", "enum_body"]',
    'maps: ["object"]',
  ),
  inFile("agents/verifier/rules/reading/given-back.ts", "tests/verdicts/poison/poison.test.ts")(
    "row 6: what a function gives back when it is told something is known",
    'plain === "?" && given.length > 0 ? told(shape, given, reader, depth) : plain',
    "plain",
  ),
  scripts("given")(
    "row 6: what an object is given later it has",
    "if (value) written += later(textOf(node), reader);",
    "",
  ),
  scripts("put-in")(
    "row 6: a key is one where something is given it",
    'if (keys && putsKey(node, value, reader)) return "secret";',
    "",
  ),
  scripts("languages/javascript")(
    "row 6: a hook that is opened to be written is a hook",
    '  { rule: "git-hook", call: OPENS, given: TO_WRITE, texts: "hooks" },\n',
    "",
  ),
];
