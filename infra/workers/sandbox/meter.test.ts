import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { RunLimits } from "./meter.ts";
import { runProcess } from "./process.ts";

const folder = mkdtempSync(join(tmpdir(), "nightshift-meter-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Enough for anything that an honest line below does. */
const ROOM: RunLimits = { memoryBytesMax: 4e9, processesMax: 300, diskBytesMax: 20e9 };
/** Where there is no `/proc`, only the disk is looked at. */
const canCount = process.platform === "linux";
const NEEDS = "(on Linux)";

function run(line: string, limits: Partial<RunLimits> = {}) {
  return runProcess(["/bin/sh", "-c", line], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
    wallMs: 60_000,
    silenceMs: null,
    outputBytesMax: 10_000,
    signal: new AbortController().signal,
    use: { limits: { ...ROOM, ...limits }, folders: [folder] },
  });
}

const many = (count: number, seconds: number) =>
  `for i in $(seq ${count}); do sleep ${seconds} & done; wait; echo done`;
const node = (program: string) => `'${process.execPath}' -e '${program}'`;

test.runIf(canCount)(
  `more processes than it may have end a run, fewer do not ${NEEDS}`,
  async () => {
    expect(await run(many(30, 30), { processesMax: 20 })).toMatchObject({ overLimit: "processes" });
    expect(await run(many(30, 0.5))).toMatchObject({ exitCode: 0, stdout: "done\n" });
  },
);

test.runIf(canCount)(`threads count as processes do ${NEEDS}`, async () => {
  const program = node("setTimeout(() => {}, 30_000)");
  expect(await run(program, { processesMax: 5 })).toMatchObject({ overLimit: "processes" });
});

test.runIf(canCount)(`more memory than all may have together ends a run ${NEEDS}`, async () => {
  const takes = node(
    "const kept = Buffer.alloc(2e8, 1); setTimeout(() => console.log(kept.length), 1_500)",
  );
  const both = `${takes} & ${takes} & wait`;
  expect(await run(both, { memoryBytesMax: 3e8 })).toMatchObject({ overLimit: "memory" });
  expect(await run(both)).toMatchObject({ exitCode: 0, stdout: "200000000\n200000000\n" });
});

test("more on the disk than it may have ends a run, though its files are removed", async () => {
  const fills = "head -c 60000000 /dev/zero > big; exec 9< big; rm big; sleep 30";
  expect(await run(fills, { diskBytesMax: 2e7 })).toMatchObject({ overLimit: "disk" });
  expect(await run("head -c 60000000 /dev/zero > big; sleep 0.5; rm big")).toMatchObject({
    exitCode: 0,
  });
});

test("what the kernel refused it is over its limit, however few are left", async () => {
  const result = await runProcess(["sleep", "30"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
    wallMs: 60_000,
    silenceMs: null,
    outputBytesMax: 10_000,
    signal: new AbortController().signal,
    use: { limits: ROOM, folders: [], isFull: () => true },
  });
  expect(result).toMatchObject({ overLimit: "processes" });
});
