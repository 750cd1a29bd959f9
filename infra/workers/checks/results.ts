import { stripVTControlCharacters } from "node:util";
import { readJest } from "./runners/jest.ts";
import { readGo, readCargo } from "./runners/compiled.ts";
import { readAva, readMocha } from "./runners/mocha.ts";
import { readNode } from "./runners/node.ts";
import { readPlain } from "./runners/plain.ts";
import { readPytest, readUnittest } from "./runners/python.ts";
import { noNames } from "./runners/reader.ts";
import type { Reader, Results } from "./runners/reader.ts";
import { readVitest } from "./runners/vitest.ts";

/** Names kept of each kind, and characters of a name. */
const NAMES_MAX = 5_000;
const NAME_CHARACTERS_MAX = 300;
const LINE_CHARACTERS_MAX = 2_000;
const TAIL_CHARACTERS_MAX = 4_000;

const READERS: readonly Reader[] = [
  readNode,
  readVitest,
  readJest,
  readMocha,
  readAva,
  readPytest,
  readUnittest,
  readGo,
  readCargo,
];

/**
 * What a test command told of its tests. The output is a worker's to forge: it counts for nothing
 * beside the exit code, and a name or a count in it is a claim to compare with the baseline.
 * Where one command ran several runners their counts are added.
 */
export function readResults(output: string): Results {
  const lines = stripVTControlCharacters(output)
    .split(/\r\n|[\n\r]/)
    .map((line) => withoutPrefix(line.slice(0, LINE_CHARACTERS_MAX)));
  const read = READERS.map((reader) => reader(lines)).filter((results) => results !== null);
  const results = read.length > 0 ? read.reduce(added) : readPlain(lines);
  if (results === null) return { passed: null, failed: null, ...noNames() };
  const { passed, failed, failures, successes } = results;
  return { passed, failed, failures: tidy(failures), successes: tidy(successes) };
}

/** The end of an output, without colours, at most 4,000 characters. */
export function tailOf(output: string): string {
  return stripVTControlCharacters(output.slice(-4 * TAIL_CHARACTERS_MAX))
    .trimEnd()
    .slice(-TAIL_CHARACTERS_MAX);
}

/** Package managers put the package before each line of a script that runs in several. */
function withoutPrefix(line: string): string {
  return line.replace(/^[\w@./-]{1,100} (?:pre|post)?test(?::[\w-]+)?: /, "");
}

function added(a: Results, b: Results): Results {
  const sum = (x: number | null, y: number | null) => (x === null || y === null ? null : x + y);
  return {
    passed: sum(a.passed, b.passed),
    failed: sum(a.failed, b.failed),
    failures: [...a.failures, ...b.failures],
    successes: [...a.successes, ...b.successes],
  };
}

function tidy(names: readonly string[]): string[] {
  const short = names.map((name) => name.trim().slice(0, NAME_CHARACTERS_MAX));
  return [...new Set(short)].filter((name) => name !== "").slice(0, NAMES_MAX);
}
