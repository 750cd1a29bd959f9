import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepAwake } from "./awake.ts";

const AMPLE_MS = 60_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "awake-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program of the system's name that notes its arguments, and then does what it is told. */
function program(name: string, then: string): Record<string, string> {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho "$@" > ${folder}/asked\n${then}\n`);
  chmodSync(path, 0o755);
  return { PATH: `${folder}:/usr/bin:/bin` };
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Waits for a file, as long as the test may. */
async function written(path: string): Promise<string> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 20));
  return readFileSync(path, "utf8");
}

test("on Linux the system is asked not to sleep, until it is let go", async () => {
  const env = program(
    "systemd-inhibit",
    `echo $$ > ${folder}/pid.new
mv ${folder}/pid.new ${folder}/pid
exec cat`,
  );
  const awake = await keepAwake("linux", env);
  expect(awake.by).toBe("systemd-inhibit");
  const pid = Number(await written(join(folder, "pid")));
  expect(readFileSync(join(folder, "asked"), "utf8")).toContain("--what=sleep:idle");
  expect(process.kill(pid, 0)).toBe(true);
  awake.release();
  while (isThere(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
});

test("on macOS it lasts as long as this process", async () => {
  const awake = await keepAwake("darwin", program("caffeinate", "exec sleep 60"));
  expect(awake.by).toBe("caffeinate");
  expect(await written(join(folder, "asked"))).toContain(`-w ${process.pid}`);
  awake.release();
});

test("a machine that has no such program, or refuses, runs its night all the same", async () => {
  expect((await keepAwake("linux", { PATH: folder })).by).toBeNull();
  const refusing = program("systemd-inhibit", "exit 1");
  expect((await keepAwake("linux", refusing, AMPLE_MS)).by).toBeNull();
  expect((await keepAwake("win32", {})).by).toBeNull();
});
