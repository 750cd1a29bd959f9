import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
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

test("who gives up waits no longer: neither for a file that is read nor for a turn; others do", async () => {
  const one = reader({ processes: 1 });
  const [first, second] = [new AbortController(), new AbortController()];
  const reading = one.read([LARGE, ...FILES], { ...around, signal: first.signal });
  const waiting = one.read(FILES, { ...around, signal: second.signal });
  const behind = one.read(FILES, around);
  // It answers nobody any more, however fast the machine is.
  for (const pid of await children(1)) process.kill(pid, "SIGSTOP");
  second.abort(new Error("not this one either"));
  await expect(waiting).rejects.toThrow("not this one either");
  first.abort(new Error("given up"));
  await expect(reading).rejects.toThrow("given up");
  expect(await behind).toEqual(await rulesHere.read(FILES, around));
});

/** As long as a file may be: its reading takes longer than the limit below, anywhere. */
const LONGEST: FileText = { path: "longest.ts", text: LARGE.text.repeat(2).slice(0, 1_999_000) };

test("a change whose time is over during a file is not read on", async () => {
  const one = reader({ processes: 1, changeWallMs: 40 });
  const found = await one.read([LONGEST, ...FILES], around);
  const late = [{ rule: "unreadable", text: expect.stringContaining("the change took too long") }];
  expect(found).toMatchObject([LONGEST, ...FILES].map(() => late));
});

test("readers that are ended while they have nothing to do are no file's fault", async () => {
  const two = reader({ processes: 2 });
  const here = await two.read(FILES, around);
  for (const pid of await children(2)) process.kill(pid, "SIGKILL");
  // One file, which both would be asked for, one after the other.
  expect(await two.read(FILES.slice(0, 1), around)).toEqual(here.slice(0, 1));
  expect(await two.read(FILES, around)).toEqual(here);
});

/** The reading processes of this one, once there are so many that live. */
async function children(count: number): Promise<number[]> {
  for (let tries = 0; tries < 500; tries += 1) {
    const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], {
      encoding: "utf8",
    });
    const lines = stdout.split("\n").map((line) => line.trim().split(/\s+/));
    const living = lines.filter(
      ([, parent, state, ...args]) =>
        parent === String(process.pid) &&
        !state?.startsWith("Z") &&
        args.some((word) => word.endsWith("reading-main.ts")),
    );
    if (living.length === count) return living.map(([pid]) => Number(pid));
    await sleep(10);
  }
  throw new Error(`there are not ${count} reading processes`);
}

test("what is being read when the house is closed is judged by nobody, and starts nothing anew", async () => {
  const one = reader({ processes: 1 });
  const reading = one.read([LARGE, ...FILES], around);
  one.close();
  await expect(reading).rejects.toThrow("the house was closed");
});
