import { inFile, type Tooth } from "../tooth.ts";

const TESTS = "agents/verifier/put-together.test.ts";
const rules = (file: string) => inFile(`agents/verifier/rules/${file}.ts`, TESTS);
const keys = rules("texts/parted-secrets");
const encoded = rules("texts/encoded");
const shell = rules("shell/shell");

/** What no line says but a change comes to: keys in parts, words in disguise, hosts put in. */
export const putTogetherTeeth: readonly Tooth[] = [
  rules("texts/powers")(
    "row 6: a reader of foreign objects is one however it is declared",
    '    ["unsafe-load", /\\b_?Unpickler\\b/g],\n',
    "",
  ),
  rules("texts/powers")(
    "row 6: a row of parents is a way up",
    "...EVERYWHERE, ROWS_UP]",
    "...EVERYWHERE]",
  ),
  keys("row 6: a token's beginning and its rest are a token", "...begun(text, literals),", ""),
  keys(
    "row 6: a key is one where keys are given",
    "...placed(text, [PLACE, ASKS, HEADER, IN_TEXT, OTHERWISE]),",
    "",
  ),
  keys(
    "row 6: parts of a key side by side are a key",
    "...groupsOf(text, literals).filter(isKey).map(foundOf),",
    "",
  ),
  keys(
    "row 6: letters one by one are a key",
    "return isRandom(said, KEY_CHARS_MIN) || secretsIn(said).length > 0;",
    "return false;",
  ),
  encoded(
    "row 6: a word that opens a place stays one in disguise",
    'if (DISGUISED.has(written.replace(/=+$/, ""))) return true;',
    "",
  ),
  encoded(
    "row 6: a host told backwards is a host",
    "return BACKWARD_HOST.test(written) && !HOST.test(written);",
    "return false;",
  ),
  rules("put-in")(
    "row 6: a host that an address is given later is reached",
    'breaks("hosts", { said: "", texts: [said], on: "" }, around)',
    "false",
  ),
  rules("against")(
    "row 6: a number with strokes in it is an address all the same",
    'written.replaceAll(/(?<=[\\da-fA-F])_(?=[\\da-fA-F])/g, "")',
    "written",
  ),
  rules("opaque")(
    "row 6: parents of parents lead out",
    "(LEAVES.test(origin) || (wide !== true && ABOVE.test(origin)))",
    "LEAVES.test(origin)",
  ),
  rules("origin")(
    "row 6: what stands in a folder is as far away as the folder",
    "const givenTo = [...short.matchAll(GIVEN), ...looped];",
    "const givenTo = [...short.matchAll(GIVEN)];",
  ),
  rules("texts/powers")(
    "row 6: what loads a library is known by its word in every language",
    "[...POWERS[language], ...EVERYWHERE, ROWS_UP]",
    "POWERS[language]",
  ),
  rules("given")(
    "row 6: a key in brackets is that key",
    '.replaceAll(/\\[\\s*["\'`](\\w+)["\'`]\\s*\\]\\s*:/g, "$1:")',
    "",
  ),
  shell(
    "row 6: the words that a shell is set to are its arguments",
    "for (const [at, word] of words.slice(1).entries()) give(`${at + 1}`, word, shell);",
    "",
  ),
  rules("shell/output")(
    "row 6: what printf makes of words is what it prints",
    'if (name === "printf")',
    'if (name === "")',
  ),
];
