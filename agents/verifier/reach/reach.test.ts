import { expect, test } from "vitest";
import { memoryWorkspace } from "../../testing/memory-workspace.ts";
import { scriptedChecks } from "../../testing/scripted-checks.ts";
import { changesOf } from "../changes.ts";
import { ALL, CODE, GOOD, green, verify } from "../sample-attempt.ts";
import { planReach, type ReachAsked, reachOf } from "./reach.ts";

const asked = (reach: Partial<ReachAsked> = {}) => ({
  ports: { reach: { coverage: true, mutantsMax: 0, mutantsWallMs: 60_000, ...reach } },
});
const ADDED = `${CODE}export const isSmall = (n: number) => n < 10;\n`;
const CHANGE = { "src/a.ts": ADDED };
const report = (hits: number) => `SF:src/a.ts\nDA:20,1\nDA:21,${hits}\nend_of_record\n`;
const measured = (hits: number) => ({ ...ALL, report: report(hits) });

test("what the tests ran of the changed lines is told, and costs no run of its own", async () => {
  const { reach, ran, verdict } = await verify(CHANGE, { after: [measured(1)], ...asked() });
  expect({ reach, verdict }).toEqual({
    reach: { coverage: { lines: 1, covered: 1, missed: [] }, unknown: [] },
    verdict: "pass",
  });
  expect(ran.length).toBe(2);
});

test("lines that no test runs are named and fail nothing", async () => {
  const { reach, verdict } = await verify(CHANGE, { after: [measured(0)], ...asked() });
  expect(verdict).toBe("pass");
  expect(reach?.coverage).toEqual({ lines: 1, covered: 0, missed: ["src/a.ts:21"] });
});

test("the base is never measured: its run is kept for others", async () => {
  const { ran } = await verify(CHANGE, { after: [measured(1)], ...asked() });
  expect(ran.map((run) => run.measured !== undefined)).toEqual([false, true]);
});

test.each([
  ["fails", { exitCode: 9 }],
  ["does not end", { exitCode: null, timedOut: true }],
  ["breaks a test", { ...green("one is one"), failed: 1, failures: ["one is a number"] }],
])("where the measured run %s and the plain one does not, the plain one counts", async (_, run) => {
  const { reach, verdict, ran } = await verify(CHANGE, { after: [run, ALL], ...asked() });
  expect(verdict).toBe("pass");
  expect(reach).toEqual({ unknown: ["coverage: no tool for coverage is there, or it failed"] });
  expect(ran.map((each) => each.measured !== undefined)).toEqual([false, true, false]);
});

test("a test that is broken takes no more runs than without measuring", async () => {
  const red = { exitCode: 1, passed: 1, failed: 1, successes: ["one is one"], failures: ["b"] };
  const { verdict, ran } = await verify(CHANGE, { after: [red], ...asked() });
  expect(verdict).toBe("fail");
  expect(ran.length).toBe(1 + 3);
});

test("nothing is measured where it is switched off or no source changed", async () => {
  const off = await verify(CHANGE, { after: [measured(1)], ...asked({ coverage: false }) });
  expect(off.ran.every((run) => run.measured === undefined)).toBe(true);
  expect(off.reach).toBeUndefined();
  const mutantsAlone = asked({ coverage: false, mutantsMax: 1 });
  const { ran, reach } = await verify(CHANGE, { after: [measured(1)], ...mutantsAlone });
  expect(ran.every((run) => run.measured === undefined)).toBe(true);
  expect(reach?.unknown).toEqual([]);
  const prose = await verify({ "README.md": "# A\n" }, asked());
  expect(prose.ran.every((run) => run.measured === undefined)).toBe(true);
  expect(prose.reach).toBeUndefined();
});

test("a module of Go that is not the repository's own has a coverage that nobody knows", async () => {
  const workspace = memoryWorkspace({ "tools/go.mod": "module example.org/tools\n" });
  const change = { "tools/one.go": "package tools\n\nvar One = 1\n" };
  const commit = workspace.commit(workspace.base, change);
  const { repo: path, base } = workspace;
  const repo = { path, prepareCommand: null, testCommand: "go test ./..." };
  const { signal } = new AbortController();
  const where = { workspace, repo, checks: scriptedChecks(() => true), signal };
  const changes = (await changesOf(workspace, path, base, commit)) ?? [];
  const asked = { coverage: true, mutantsMax: 0, mutantsWallMs: 1 };
  const plan = await planReach(where, { base, commit, changes }, asked);
  if (plan === null) throw new Error("nothing is asked");
  const report = "mode: set\nexample.org/tools/one.go:3.1,3.12 1 1\n";
  const after = await where.checks.run(repo, commit, "", { wallMs: 1, signal });
  expect(await reachOf(where, commit, plan, { ...after, report })).toEqual({
    unknown: ["coverage: the report tells of no file of the repository"],
  });
});

test("a mutant that the tests do not notice is named; the tests run once for each", async () => {
  const mutants = { after: [measured(1)], ...asked({ mutantsMax: 6 }) };
  const noticed = await verify(CHANGE, { ...mutants, mutated: () => false });
  expect(noticed.reach?.mutants).toEqual({ tried: 1, noticed: 1, unnoticed: [] });
  expect(noticed.ran.at(-1)?.edits?.[0]?.text).toBe(ADDED.replace("n < 10", "n <= 10"));
  const missed = await verify(CHANGE, { ...mutants, mutated: () => true });
  expect(missed.reach?.mutants).toEqual({
    tried: 1,
    noticed: 0,
    unnoticed: ["src/a.ts:21 `<` to `<=`"],
  });
  expect(missed.verdict).toBe("pass");
  expect(missed.ran.length).toBe(3);
});

test("a mutant that keeps the tests from ending is noticed", async () => {
  const endless = { exitCode: null, timedOut: true };
  const given = { after: [measured(1)], ...asked({ mutantsMax: 6 }), mutated: () => endless };
  expect((await verify(CHANGE, given)).reach?.mutants?.noticed).toBe(1);
});

test("lines that no test runs have no mutant", async () => {
  const { reach } = await verify(CHANGE, { after: [measured(0)], ...asked({ mutantsMax: 6 }) });
  expect(reach?.mutants).toBeUndefined();
  expect(reach?.unknown).toEqual(["mutants: no changed line holds what could be faulted"]);
});

test("all mutants together take no more time than they may", async () => {
  const lines = Array.from({ length: 6 }, (_, at) => `export const f${at} = (n) => n < ${at};\n`);
  const change = { "src/a.ts": CODE + lines.join("") };
  const mutated = () => ({ exitCode: 1, durationMs: 1_000 });
  const slow = { after: [{ ...ALL, durationMs: 1_000 }], mutated };
  const { reach } = await verify(change, {
    ...slow,
    ...asked({ coverage: false, mutantsMax: 6, mutantsWallMs: 3_500 }),
  });
  expect(reach?.mutants?.tried).toBe(3);
});

test("a change whose tests fail has no mutants tried", async () => {
  const red = { ...ALL, exitCode: 1 };
  const given = { before: red, after: [red], ...asked({ mutantsMax: 6 }) };
  const { reach, ran } = await verify(GOOD, given);
  expect(reach?.unknown).toContain("mutants: the tests do not pass without a fault");
  expect(ran.every(({ edits }) => edits === undefined)).toBe(true);
});
