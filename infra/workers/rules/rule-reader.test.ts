import type { FileText } from "@nightshift/agents/verifier/rule-reader";
import { rulesHere } from "@nightshift/agents/testing/rules-here";
import { afterEach, expect, test } from "vitest";
import { createRuleReader } from "./rule-reader.ts";

const signal = new AbortController().signal;
const around = { hosts: new Set(["api.known.dev"]), signal };
const open: { close(): void }[] = [];
afterEach(() => open.splice(0).forEach((reader) => reader.close()));

function reader(...limits: Parameters<typeof createRuleReader>) {
  const made = createRuleReader(...limits);
  open.push(made);
  return made;
}

const FILES: FileText[] = [
  { path: "src/a.ts", text: "eval(input);\n" },
  { path: "src/b.py", text: "import os\nos.system(line)\n" },
  { path: "src/known.ts", text: 'fetch("https://api.known.dev/v1");\n' },
  { path: "src/strange.ts", text: 'fetch("https://evil.example/v1"); // \uD800 \u0000\n' },
  { path: "README.md", text: "eval(x)\n" },
];

test("what is read in another process is what is read here, in the order of the files", async () => {
  const here = await rulesHere.read(FILES, around);
  expect(await reader().read(FILES, around)).toEqual(here);
  expect(here.map((found) => found.map(({ rule }) => rule))).toEqual([
    ["eval"],
    ["shell"],
    [],
    ["unknown-host"],
    [],
  ]);
});

/** Honest, and more than a small heap holds or a millisecond reads. */
const LARGE: FileText = { path: "large.ts", text: "export const a = [1, f(2)];\n".repeat(40_000) };

test("a file that takes too long is unreadable, and the next change is read", async () => {
  const hurried = reader({ processes: 1, fileWallMs: 1 });
  expect(await hurried.read([LARGE], around)).toMatchObject([
    [{ rule: "unreadable", text: "it could not be read in 0.001 s" }],
  ]);
  expect(await reader().read([LARGE, ...FILES], around)).toHaveLength(FILES.length + 1);
});

test("a file that ends its reader is unreadable; those beside it and behind it are read", async () => {
  const small = reader({ processes: 1, heapMb: 24 });
  const [first, large, ...others] = await small.read(
    [...FILES.slice(0, 1), LARGE, ...FILES],
    around,
  );
  expect(large).toMatchObject([{ rule: "unreadable", text: "it ended its reader: SIGABRT" }]);
  expect([first, ...others].map((found) => found?.[0]?.rule)).toEqual([
    "eval",
    "eval",
    "shell",
    undefined,
    "unknown-host",
    undefined,
  ]);
});

test("a change that takes too long is not passed for what was left unread", async () => {
  const found = await reader({ processes: 1, changeWallMs: 0 }).read(FILES, around);
  expect(found.at(-1)).toMatchObject([{ rule: "unreadable" }]);
});

test("who gave up waits for no file", async () => {
  const gaveUp = AbortSignal.abort(new Error("given up"));
  await expect(reader().read(FILES, { ...around, signal: gaveUp })).rejects.toThrow("given up");
});

test("what is being read when the house is closed is judged by nobody, and starts nothing anew", async () => {
  const one = reader({ processes: 1 });
  const reading = one.read([LARGE, ...FILES], around);
  one.close();
  await expect(reading).rejects.toThrow("the house was closed");
});
