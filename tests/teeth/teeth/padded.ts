import { inFile, type Tooth } from "../tooth.ts";

const padded = (file: string) =>
  inFile(`agents/verifier/rules/${file}.ts`, "agents/verifier/padded.test.ts");
const linear = (file: string) =>
  inFile(`agents/verifier/rules/${file}.ts`, "agents/verifier/linear.test.ts");

const named = (file: string) =>
  inFile(`agents/verifier/rules/${file}.ts`, "agents/verifier/rules/texts/disguised-names.test.ts");

/** What stands between two words hides nothing, and no maximum is met in silence (row 6). */
export const paddedTeeth: readonly Tooth[] = [
  padded("shell/fronts")(
    "row 6: a target however long hides no step",
    "/^[^\\s#][^=;:#]*:[^=;#]*;",
    "/^[^\\s#][^=;:#]{0,200}:[^=;#]{0,2000};",
  ),
  padded("shell/fronts")(
    "row 6: a step goes on to the end of its line, whatever signs are in it",
    ";\\s*@?([^]*)$/",
    ";\\s*@?(.*)$/",
  ),
  padded("files/build-files")(
    "row 6: a command of CMake is one however far off its shell is",
    "\\bCOMMAND\\b[^]*(?:",
    "\\bCOMMAND\\b[^]{0,2000}(?:",
  ),
  padded("texts/powers")(
    "row 6: a foreign function is one wherever in its block it stands",
    "withStrings.slice(from, read);",
    "withStrings.slice(from, Math.min(read, from + 2_000));",
  ),
  padded("texts/powers")(
    "row 6: a block of foreign functions ends where its code does",
    'code.indexOf("}", from)',
    'text.indexOf("}", from)',
  ),
  padded("languages/python")(
    "row 6: a shell is asked for however late among what is spread",
    "\\*\\*\\{[^]*[\"']shell",
    "\\*\\*\\{[^]{0,2000}[\"']shell",
  ),
  padded("worked-out")(
    "row 6: what is joined is read however long it is",
    '(?:(?!strings\\.Join\\()[^\\n])*"',
    '[^\\n]{0,300}"',
  ),
  padded("put-in")(
    "row 6: a key is put together however long that takes",
    "|secret|api_?key|access_?key|private_?key|token/i;",
    "|secret|token\\w{0,40}\\s*=\\s*[^;\\n]{0,400}[\"'`]/i;",
  ),
  padded("worked-out")(
    "row 6: more names than are followed are said",
    "if (grown.length > GROWN_MAX)",
    "if (grown.splice(GROWN_MAX).length < 0)",
  ),
  padded("worked-out")(
    "row 6: more texts than are worked out are said",
    "if (nodes.length > NODES_MAX)",
    "if (nodes.splice(NODES_MAX).length < 0)",
  ),
  linear("texts/parted-secrets")(
    "I8: blanks behind the type of a key are read once",
    "[\\w&'<>[\\].](?:[\\w&'<>[\\]. ]{0,29}[\\w&'<>[\\].])?\\s*",
    "[\\w&'<>[\\]. ]{1,30}\\s*",
  ),
  linear("texts/tricks")(
    "I8: a word that decodes over and over is read once",
    "decode(?:(?!decode)\\w)*",
    "decode\\w*",
  ),
  linear("made/more")(
    "I8: of a name its end tells what it makes",
    "ENDS_AS_ONE.test(name.slice(-NAME_CHARS))",
    "ENDS_AS_ONE.test(name)",
  ),
  linear("made/bytes")(
    "I8: of a name its end tells what bytes it makes",
    "LOOKS_LIKE_ONE.test(name.slice(-NAME_CHARS))",
    "LOOKS_LIKE_ONE.test(name)",
  ),
  linear("reading/bytes-into")(
    "I8: blanks before a place in a list are read once",
    "(?:(\\w+)\\s*)?(?::",
    "(\\w*)\\s*(?::",
  ),
  linear("reading/objects-sites")(
    "I8: what is left over is gathered without being copied",
    "if (known) known.push(unnamed(argument));",
    "if (known) given.set(name, [...known, unnamed(argument)]);",
  ),
  padded("given")(
    "row 6: all that a call is given is looked through, or it is not read",
    "textOf(value ?? node).slice(0, SAID_CHARS_MAX + 1);",
    "textOf(value ?? node).slice(0, TEXT_CHARS_MAX);",
  ),
  padded("given")(
    "row 6: parts of what a call is given that are too many are not passed over",
    "if (some.length === PARTS_MAX) throw",
    "if (some.length === PARTS_MAX) continue; else if (some.length > PARTS_MAX) throw",
  ),
  padded("given")(
    "row 6: keys of what a call is given that are too many are not passed over",
    "if (known.entries.size > PARTS_MAX) throw",
    "if (known.entries.size < 0) throw",
  ),
  named("code")(
    "row 6: letters of names that are written as others are told",
    ", ...disguisedNames(text, language)]",
    "]",
  ),
  named("calls")(
    "row 6: a name of a script that is escaped is told",
    'if (ESCAPED.test(reader.textOf(node))) return found("hidden-code", true);',
    "",
  ),
];
