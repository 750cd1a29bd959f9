import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Entry } from "@nightshift/projections/written-log";
import { openDirector, writeHistory, type Director } from "../fixture.ts";

const SHIFT = "shift-director";
const hours = { untilMs: null, timeZone: "UTC", sandbox: "off" };
const night = (number: number): Entry[] => [
  [SHIFT, { type: "shift.started", number, ...hours }],
  [`call-n${number}`, { type: "call.working", note: `night ${number}` }],
  [SHIFT, { type: "shift.ended", reason: "drained" }],
];

let director: Director;
beforeAll(async () => {
  director = await openDirector();
  await writeHistory(director, [...night(1), ...night(2), ...night(3)]);
});
afterAll(() => director.close());

const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await director.nightshift(["log", ...args]);
  return { code, stderr, value: stdout === "" ? null : JSON.parse(stdout) };
};

test("a backup is a log that verifies, and is never written over another file", async () => {
  const file = join(director.root, "backup.sqlite");
  expect(await run("backup", file, "--json")).toMatchObject({
    code: 0,
    value: { file, ok: true, events: 9, broken: [] },
  });
  const again = await run("backup", file);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("there is a file already");
  expect(again.stderr).toContain("mend it: ");
});

test("closed nights go to the archive; every command reads both files, and so does a backup", async () => {
  const archive = join(director.paths.state, "log.archive.sqlite");
  expect(await run("archive", "--before-shift", "2", "--json")).toMatchObject({
    code: 0,
    value: { file: archive, moved: 3, archivedTo: 3 },
  });
  expect(await run("archive")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("Moved 3 events: up to position 6"),
  });
  expect(await run("archive")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("Nothing to move"),
  });
  expect(await run("verify", "--json")).toMatchObject({ code: 0, value: { ok: true, events: 9 } });
  expect((await director.nightshift(["replay", "--check"])).code).toBe(0);
  const file = join(director.root, "later.sqlite");
  expect(await run("backup", file, "--json")).toMatchObject({ code: 0, value: { events: 9 } });
  expect(readdirSync(director.root)).toContain("later.archive.sqlite");
});

test("a night that is not there is not archived past", async () => {
  const refused = await run("archive", "--before-shift", "9");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("there is no shift 9; the last is 3");
  expect((await director.nightshift(["log", "archive", "--before-shift", "x"])).code).toBe(64);
});
