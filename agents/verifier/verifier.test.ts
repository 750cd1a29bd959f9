import { expect, test } from "vitest";
import { rulesHere } from "../testing/rules-here.ts";
import { skills } from "@nightshift/protocol/skills";
import { repoRef, taskSpec } from "../testing/fixtures.ts";
import { memoryBlobs } from "../testing/memory-blobs.ts";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { scriptedChecks } from "../testing/scripted-checks.ts";
import {
  ALL,
  call,
  CODE,
  FILES,
  GOOD,
  green,
  memoryBaselines,
  MORE,
  verify,
} from "./sample-attempt.ts";
import { verdictOf, verifier } from "./verifier.ts";

test("a good change with green tests passes every check", async () => {
  const { verdict, checks, hits, by } = await verify(GOOD);
  expect({ verdict, hits, by }).toEqual({ verdict: "pass", hits: [], by: "verifier" });
  expect(checks.every(({ outcome }) => outcome === "pass")).toBe(true);
  expect(checks.find(({ kind }) => kind === "tests")?.detail).toBe("2 pass, 2 before");
});

test("what passed before and fails now fails the attempt, however often it is run", async () => {
  const red = {
    exitCode: 1,
    passed: 1,
    failed: 1,
    successes: ["one is one"],
    failures: ["one is a number"],
  };
  const { verdict, checks, ran } = await verify(GOOD, { after: [red] });
  expect(verdict).toBe("fail");
  expect(checks.find(({ kind }) => kind === "tests")?.detail).toBe("broken: one is a number");
  expect(ran.length).toBe(1 + 3);
});

test("a test that passes when it is run again is noted as flaky and breaks nothing", async () => {
  const red = {
    exitCode: 1,
    passed: 1,
    failed: 1,
    successes: ["one is one"],
    failures: ["one is a number"],
  };
  const { verdict, checks } = await verify(GOOD, { after: [red, ALL] });
  expect(verdict).toBe("pass");
  expect(checks.find(({ kind }) => kind === "tests")?.detail).toContain("flaky");
  expect(checks.find(({ kind }) => kind === "tests")?.detail).toContain("one is a number");
});

test("a test that vanishes from the run is broken", async () => {
  expect((await verify(GOOD, { after: [green("one is one")] })).failing).toEqual(["tests"]);
});

test("a test that is gone is broken, though another one takes its place", async () => {
  const { checks } = await verify(GOOD, { after: [green("one is one", "another")] });
  expect(checks.find(({ kind }) => kind === "tests")?.detail).toBe("broken: one is a number");
});

test("a new test that fails is broken, though an old failure is mended", async () => {
  const before = { exitCode: 1, passed: 1, failed: 1, successes: ["a"], failures: ["b"] };
  const after = { exitCode: 1, passed: 2, failed: 1, successes: ["a", "b"], failures: ["c"] };
  expect((await verify(GOOD, { before, after: [after] })).failing).toEqual(["tests"]);
});

test("where neither tests nor a condition showed anything there is no pass", () => {
  const scope = { name: "scope", kind: "scope", outcome: "pass", detail: "" } as const;
  expect(verdictOf([scope])).toBe("unverifiable");
  expect(verdictOf([scope, { ...scope, kind: "tests" }])).toBe("pass");
});

test("a change of the script that runs the tests fails", async () => {
  const scripts = { test: "exit 0", build: "x" };
  const change = { ...GOOD, "package.json": JSON.stringify({ name: "a", scripts }) };
  expect((await verify(change)).failing).toEqual(["sealed"]);
});

test("what failed before is not the author's; what fails newly is", async () => {
  const before = { exitCode: 1, passed: 1, failed: 1, successes: ["a"], failures: ["b"] };
  expect((await verify(GOOD, { before, after: [before] })).verdict).toBe("pass");
  const worse = { exitCode: 1, passed: 0, failed: 2, successes: [], failures: ["a", "b"] };
  expect((await verify(GOOD, { before, after: [worse] })).failing).toEqual(["tests"]);
});

test("without names the counts decide, without counts the exit code", async () => {
  const counted = (passed: number) => ({ exitCode: 0, passed, failed: 0 });
  expect((await verify(GOOD, { before: counted(3), after: [counted(3)] })).verdict).toBe("pass");
  expect((await verify(GOOD, { before: counted(3), after: [counted(2)] })).verdict).toBe("fail");
  expect((await verify(GOOD, { before: true, after: [true] })).verdict).toBe("pass");
  expect((await verify(GOOD, { before: true, after: [false] })).verdict).toBe("fail");
  expect((await verify(GOOD, { before: false, after: [false] })).verdict).toBe("unverifiable");
  expect((await verify(GOOD, { before: false, after: [true] })).verdict).toBe("pass");
});

test("a run that named its tests before and names none now shows nothing", async () => {
  expect((await verify(GOOD, { after: [true] })).verdict).toBe("unverifiable");
});

test.each([
  ["times out", { exitCode: null, timedOut: true }],
  ["is missing", { exitCode: 127 }],
])("a test command that %s makes it unverifiable", async (_, run) => {
  expect((await verify(GOOD, { after: [run] })).verdict).toBe("unverifiable");
  expect((await verify(GOOD, { before: run })).verdict).toBe("unverifiable");
});

test("the base is tested once for all attempts that stand on it", async () => {
  const baselines = memoryBaselines();
  await verify(GOOD, { ports: { baselines } });
  const { ran } = await verify(GOOD, { ports: { baselines } });
  expect(ran.length).toBe(1);
});

test("a success condition that does not hold fails with what it printed", async () => {
  const spec = {
    success: [
      { kind: "command" as const, command: "check" },
      { kind: "file" as const, path: "src/b.ts" },
    ],
  };
  const change = { ...GOOD, "src/b.ts": "export const b = 1;\n" };
  expect((await verify(change, { spec, conditions: { check: true } })).verdict).toBe("pass");
  const failed = await verify(GOOD, { spec, conditions: { check: { exitCode: 2, tail: "no" } } });
  expect(failed.failing).toEqual(["success", "success"]);
  expect(failed.checks.find(({ name }) => name === "success: check")?.detail).toBe(
    "ends with 2: no",
  );
  expect((await verify(change, { spec })).verdict).toBe("unverifiable");
});

test("a path outside the scope fails, tests beside it do not", async () => {
  const spec = { scope: ["src/**"] };
  const inside = { ...GOOD, "test/a.test.ts": MORE };
  expect((await verify(inside, { spec })).verdict).toBe("pass");
  expect((await verify({ ...GOOD, "README.md": "# A\n" }, { spec })).failing).toEqual(["scope"]);
});

test("a file that loses more than a fifth of its lines fails", async () => {
  expect((await verify({ "src/a.ts": CODE.slice(0, 100) })).failing).toContain("truncation");
});

test("a secret in the change fails and is not repeated; a placeholder is none", async () => {
  const token = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;
  const caught = await verify({ ...GOOD, "src/b.ts": `export const t = "${token}";\n` });
  expect(caught.failing).toEqual(["secret"]);
  expect(JSON.stringify(caught.checks)).not.toContain(token);
  const honest = `export const password = "your-password-12345678";\nconst t = "ghp_xxxx";\n`;
  expect((await verify({ ...GOOD, "src/b.ts": honest })).verdict).toBe("pass");
});

test("code that breaks the constitution is not even run", async () => {
  const { verdict, hits, ran } = await verify({ "src/a.ts": `${CODE}eval(process.argv[2]);\n` });
  expect(verdict).toBe("fail");
  expect(hits).toMatchObject([{ rule: "eval", file: "src/a.ts", line: 21 }]);
  expect(ran).toEqual([]);
});

test("without a sandbox nothing of the author's is run where one is required", async () => {
  const { verdict, ran } = await verify(GOOD, { sandboxed: false });
  expect({ verdict, ran }).toEqual({ verdict: "unverifiable", ran: [] });
});

test("a commit that does not stand on its base is refused", async () => {
  const other = memoryWorkspace(FILES);
  const workspace = { ...other, contains: async () => false };
  expect((await verify(GOOD, { ports: { workspace } })).failing).toEqual(["sealed"]);
});

test("a commit that changes nothing is no success", async () => {
  expect((await verify({ "src/a.ts": CODE })).verdict).toBe("fail");
});

test("nothing in a change can hide behind the shape of its diff", async () => {
  const workspace = memoryWorkspace(FILES);
  const commit = workspace.commit(workspace.base, {
    "src/a.ts": `${CODE}eval(x);\n`,
    "b.ts": "eval(y);\n",
  });
  const diff: typeof workspace.diff = async (...asked) => ({
    ...(await workspace.diff(...asked)),
    text: "",
  });
  const checks = scriptedChecks({ "node --test": ALL });
  const ports = {
    workspace: { ...workspace, diff },
    checks,
    blobs: memoryBlobs(),
    baselines: memoryBaselines(),
    rules: rulesHere,
  };
  const verified = await verifier(ports).handle(
    "verify",
    {
      spec: taskSpec(),
      repo: repoRef(),
      base: workspace.base,
      commit,
      rules: { sealed: [] },
      truncationDropShare: 0.2,
    },
    call,
  );
  const { hits } = skills.verify.output.parse(verified);
  expect(hits.map(({ file }) => file)).toEqual(["b.ts", "src/a.ts"]);
});

const REPORT = `# What was found\n\n${"Each of these words says something of use. ".repeat(8)}\n`;

test.each([
  ["pass", REPORT],
  ["fail", ""],
  ["fail", "# Only a title\n"],
  ["fail", REPORT.replace("# What", "What")],
  ["fail", `${REPORT}\n## What follows\n`],
  ["fail", `${REPORT}\nThe last of all is that the\n`],
  ["fail", `${REPORT}\n\`\`\`ts\nconst a = 1;\n`],
  ["fail", `${REPORT}\nSee [the docs](https://example.com\n`],
  ["pass", `${REPORT}\n- a list\n- may end it\n`],
  ["pass", `${REPORT}\n\`\`\`ts\nconst a = 1;\n\`\`\`\n`],
])("a report is a %s by its shape: %j", async (verdict, report) => {
  const blobs = memoryBlobs();
  const workspace = memoryWorkspace(FILES);
  const ports = {
    workspace,
    checks: scriptedChecks({}),
    blobs,
    baselines: memoryBaselines(),
    rules: rulesHere,
  };
  const input = {
    spec: taskSpec({ output: "report", success: [{ kind: "file", path: "results/a.md" }] }),
    repo: repoRef(),
    base: workspace.base,
    commit: null,
    report: await blobs.put(report),
  };
  const verified = skills.verify.output.parse(await verifier(ports).handle("verify", input, call));
  expect(verified.verdict).toBe(verdict);
});
