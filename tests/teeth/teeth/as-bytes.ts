import { inFile, type Tooth } from "../tooth.ts";

const TESTS = "agents/verifier/as-bytes.test.ts";
const rules = (file: string) => inFile(`agents/verifier/rules/${file}.ts`, TESTS);
const packed = inFile(
  "agents/verifier/rules/reading/packed.ts",
  "agents/verifier/rules/reading/packed.test.ts",
);

/** Numbers that are bytes, buffers that they are put into, and what such bytes are. */
export const asBytesTeeth: readonly Tooth[] = [
  packed(
    "row 6: where no order is said, numbers are as long as the machine's",
    "isNative && /[lL]/.test(letter) ? LONG_BYTES : ",
    "",
  ),
  packed(
    "row 6: where no order is said, numbers stand where the machine's would",
    "isNative ? (size - (length % size)) % size : 0",
    "0",
  ),
  packed(
    "row 6: a long number of Ruby is one by its sign",
    "isLong ? LONG_BYTES : sizeIn(LETTERS_OF_RUBY, letter)",
    "sizeIn(LETTERS_OF_RUBY, letter)",
  ),
  packed(
    "row 6: as many zeros are packed as are asked for",
    'return zeros(many === "*" ? 0 : count);',
    "return zeros(1);",
  ),
  rules("made/made")("row 6: numbers are the bytes they spell", "bytesMade(made) ??", ""),
  rules("reading/added")(
    "row 6: a buffer holds the bytes that are put into it",
    "if (added === BYTES) return afterBytes(known, node, reader, depth);",
    "",
  ),
  rules("reading/bytes-into")(
    "row 6: what a buffer is seen through changes the buffer",
    "return other === undefined || other === said ? [said] : [said, other];",
    "return [said];",
  ),
  rules("reading/value")(
    "row 6: a number too large for a number is read to its end",
    "return isWhole || plain.length > DIGITS_MAX ? number : BigInt(plain);",
    "return number;",
  ),
  rules("reading/operators")(
    "row 6: large numbers are put together as they are",
    "if (large !== null) return large;",
    "",
  ),
  rules("reading/evaluate")(
    "row 6: a list of numbers is the bytes of its buffer",
    'if (name === "buffer") return bufferOf(held, object, reader, depth);',
    "",
  ),
  rules("made/bytes")(
    "row 6: bytes that are an address are that address",
    "if (address !== null) return address;",
    "",
  ),
  rules("given")(
    "row 6: four bytes as letters are an address",
    "(asksAddress ? bytesAsAddress(text) : [])",
    "[]",
  ),
  rules("given")(
    "row 6: bytes are an address where one is asked for alone",
    "(asksAddress || !areNumbers(known))",
    "true",
  ),
  rules("worked-out")(
    "row 6: a key that a name comes to hold is a key",
    "return [...found, ...grown];",
    "return found;",
  ),
  rules("texts/environment")(
    "row 6: the environment is it under another name of its module too",
    'rust: ["env", /\\benv\\s+as\\s+(\\w+)\\b/g],',
    "",
  ),
  rules("looked-at")(
    "row 6: what reads objects does so when it is handed over",
    'const loads = language === "python" && LOADS_OBJECTS.test(text);',
    "const loads = false;",
  ),
  rules("reading/scopes")(
    "row 6: a block is given what its method yields",
    "if (!on && method) return { given: yieldedTo(method, at, reader), walked: null };",
    "",
  ),
  rules("reading/added")(
    "row 6: a number that is shifted stays what it is",
    'if (method === "<<" && (typeof known === "number" || typeof known === "bigint")) return known;',
    "",
  ),
];
