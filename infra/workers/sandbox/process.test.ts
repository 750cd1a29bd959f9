import { tmpdir } from "node:os";
import { join } from "node:path";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { isAlive, shell } from "./fixture.ts";
import { createOff } from "./off.ts";
import { runProcess } from "./process.ts";

/** The watchdogs are the same in every sandbox; here they are tried without one. */
const off = createOff({ PATH: process.env["PATH"], API_TOKEN: "the token" });
const run = (line: string, options?: Parameters<typeof shell>[3]) =>
  shell(off, line, tmpdir(), options);

test("it tells its kind, so that log and digest can", () => {
  expect(off.kind).toBe("off");
});

test("output, exit code and duration come back", async () => {
  const result = await run("echo out; echo err >&2; exit 3");
  expect(result).toMatchObject({ exitCode: 3, signal: null, stdout: "out\n", stderr: "err\n" });
  expect(result).toMatchObject({ timedOut: false, silent: false, cut: false });
});

test("a flood keeps its beginning and its end and says that it was cut", async () => {
  const flood = "echo first; head -c 30000000 /dev/zero | tr '\\0' x; echo last";
  const { stdout, cut } = await run(flood, { outputBytesMax: 10_000 });
  expect(cut).toBe(true);
  expect(stdout.length).toBeLessThan(10_100);
  expect(stdout.startsWith("first\n") && stdout.endsWith("last\n")).toBe(true);
});

test("a flood that does not end is ended", async () => {
  const { overLimit, cut } = await run("tr '\\0' x < /dev/zero", { outputBytesMax: 10_000 });
  expect({ overLimit, cut }).toEqual({ overLimit: "output", cut: true });
});

test("output up to the maximum is whole", async () => {
  const { stdout, cut } = await run("head -c 10000 /dev/zero | tr '\\0' x", {
    outputBytesMax: 10_000,
  });
  expect([stdout.length, cut]).toEqual([10_000, false]);
});

test("what speaks on is not silent; what falls silent is ended", async () => {
  const speaks = await run("for i in 1 2 3 4; do echo .; sleep 0.15; done", { silenceMs: 500 });
  expect(speaks).toMatchObject({ exitCode: 0, silent: false });
  const hangs = await run("echo .; sleep 60", { silenceMs: 300 });
  expect(hangs).toMatchObject({ exitCode: null, silent: true, timedOut: false });
});

test("the quiet of a command at work is no silence; the quiet of nothing is", async () => {
  const busy = "echo .; end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do :; done";
  const quiet = { silenceMs: 500, mayBeQuiet: () => true };
  expect(await run(busy, quiet)).toMatchObject({ exitCode: 0, silent: false });
  expect(await run(busy, { silenceMs: 500, mayBeQuiet: () => false })).toMatchObject({
    silent: true,
  });
  // Who waits and does nothing is given three times as long.
  const { silent, durationMs } = await run("echo .; sleep 60", quiet);
  expect(silent).toBe(true);
  expect(durationMs).toBeGreaterThanOrEqual(1_400);
});

test("the wall ends what speaks for ever, and its children", async () => {
  const marker = `8${process.pid}66`;
  const line = `sleep ${marker} & while :; do echo .; sleep 0.05; done`;
  expect(await run(line, { wallMs: 300, silenceMs: 10_000 })).toMatchObject({ timedOut: true });
  expect(await isAlive(marker)).toBe(false);
});

test("a child left in the background neither delays the end nor outlives it", async () => {
  const marker = `8${process.pid}55`;
  const { durationMs, exitCode } = await run(`sleep ${marker} & echo done`);
  expect(exitCode).toBe(0);
  expect(durationMs).toBeLessThan(5_000);
  expect(await isAlive(marker)).toBe(false);
});

test("what was written before its pipes are given up is read, though nobody looked for a while", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-pipes-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [left, wrote] = [join(folder, "left"), join(folder, "wrote")];
  // Who has left the group outlives the program, and holds its pipes.
  const child = `touch ${left}; sleep 0.2; echo more; sleep 0.2; echo result; touch ${wrote}; sleep 20`;
  const line = `perl -e 'setpgrp; exec @ARGV' sh -c '${child}' & while [ ! -e ${left} ]; do sleep 0.02; done; echo begun`;
  // After the end the loop is held up, until well after the grace.
  const held = new Int32Array(new SharedArrayBuffer(4));
  const onOutput = (chunk: string) => {
    if (!chunk.includes("more")) return;
    for (let look = 0; look < 200 && !existsSync(wrote); look += 1) Atomics.wait(held, 0, 0, 20);
    Atomics.wait(held, 0, 0, 300);
  };
  const { stdout, exitCode } = await run(line, { onOutput });
  expect({ stdout, exitCode }).toEqual({ stdout: "begun\nmore\nresult\n", exitCode: 0 });
});

test("an abort ends it at once; aborted before, it never starts", async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 100);
  const ended = await run("sleep 60", { signal: abort.signal });
  expect(ended).toMatchObject({ exitCode: null, signal: "SIGKILL", timedOut: false });
  const file = join(tmpdir(), `nightshift-never-${process.pid}`);
  rmSync(file, { force: true });
  await run(`touch ${file}`, { signal: abort.signal });
  expect(existsSync(file)).toBe(false);
});

test("nothing comes in: standard input is empty", async () => {
  expect((await run("cat; echo end")).stdout).toBe("end\n");
});

test("output is passed on as whole characters", async () => {
  const chunks: string[] = [];
  const line = "printf '\\303'; sleep 0.2; printf '\\274\\n'";
  await run(line, { onOutput: (chunk) => chunks.push(chunk) });
  expect(chunks.join("")).toBe("ü\n");
});

test("no variable of the director passes", async () => {
  expect((await run("env")).stdout).not.toContain("the token");
});

test("a program that does not exist cannot be started", async () => {
  const options = { cwd: tmpdir(), env: {}, wallMs: 1_000, silenceMs: null, outputBytesMax: 1_000 };
  const { signal } = new AbortController();
  await expect(runProcess(["/no/such/program"], { ...options, signal })).rejects.toMatchObject({
    name: "Unavailable",
  });
});
