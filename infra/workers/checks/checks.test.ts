import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "@nightshift/agents/ports";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sandboxForTests } from "../sandbox/fixture.ts";
import { createFixture } from "../workspace/fixture.ts";
import type { Fixture } from "../workspace/fixture.ts";
import { createWorkspace } from "../workspace/workspace.ts";
import { createChecks, type HouseChecks } from "./checks.ts";

const sandbox = await sandboxForTests();

describe.skipIf(sandbox === null)("checks (need bwrap; CI fails without)", () => {
  if (sandbox === null) return;
  let fixture: Fixture;
  let checks: HouseChecks;
  let workspace: Workspace;
  const { signal } = new AbortController();

  beforeEach(() => {
    fixture = createFixture({
      "package.json": '{"name":"sample","type":"commonjs"}',
      ".gitignore": "node_modules/\n.venv/\n",
      "sum.js": "module.exports = (a, b) => a + b;\n",
      "sum.test.js": `const test = require("node:test"), assert = require("node:assert");
test("adds", () => assert.equal(require("./sum.js")(1, 2), 3));
test("is honest", () => assert.equal(require("./sum.js")(2, 2), 4));
`,
    });
    const reveal = (folder: string) => sandbox.reveal(folder);
    workspace = createWorkspace({ root: join(fixture.folder, "house"), reveal });
    const cacheDir = join(fixture.folder, "cache");
    checks = createChecks({ workspace, sandbox, cacheDir, reveal });
  });
  afterEach(() => fixture.remove());

  const run = (command: string, prepareCommand: string | null = null, wallMs = 20_000) =>
    checks.run({ path: fixture.repo, prepareCommand }, fixture.git("rev-parse", "HEAD"), command, {
      wallMs,
      signal,
    });

  test("tests that pass are counted and named", async () => {
    const result = await run("node --test");
    expect(result).toMatchObject({ exitCode: 0, timedOut: false, passed: 2, failed: 0 });
    expect(result.successes).toEqual(["adds", "is honest"]);
    expect(result.failures).toEqual([]);
  });

  test("a test that fails is counted and named, and the end of the output kept", async () => {
    fixture.commit({ "sum.js": "module.exports = (a, b) => a * b + 1;\n" });
    const result = await run("node --test");
    expect(result).toMatchObject({ exitCode: 1, passed: 1, failed: 1, failures: ["is honest"] });
    expect(result.tail).toContain("5 == 4");
    expect(result.tail).toContain("(./sum.test.js:3:");
  });

  test("a command that is no test runner has an exit code and no counts", async () => {
    const result = await run("printf '\\033[31mred\\033[0m'; exit 4");
    expect(result).toMatchObject({ exitCode: 4, passed: null, failed: null, tail: "red" });
  });

  test("what is not committed takes no part, and nothing is left behind", async () => {
    writeFileSync(join(fixture.repo, "loose.txt"), "x");
    expect((await run("ls loose.txt")).exitCode).not.toBe(0);
    expect((await run("touch made && git status --porcelain")).tail).toBe("?? made");
    expect((await run("ls made")).exitCode).not.toBe(0);
    expect(readdirSync(fixture.repo)).not.toContain("made");
  });

  test("a command that never ends is ended", async () => {
    const result = await run("echo started; sleep 60", null, 300);
    expect(result).toMatchObject({ exitCode: null, timedOut: true, tail: "started" });
  });

  test("a test may listen on the loopback and reaches nothing else", async () => {
    const line = `node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{
      console.log(Object.keys(require("os").networkInterfaces()).join());s.close()})'`;
    expect((await run(line)).tail).toBe("lo");
  });

  describe("the environment", () => {
    const PREPARE =
      "mkdir -p node_modules/dep && echo 'module.exports = 42' > node_modules/dep/index.js && " +
      "date +%s%N > node_modules/dep/stamp";
    const stamp = async () => (await run("cat node_modules/dep/stamp", PREPARE)).tail;

    test("is prepared once for each state of the lock file", async () => {
      fixture.commit({ "package-lock.json": "1" });
      const first = await stamp();
      fixture.commit({ "sum.js": "changed\n" });
      expect(await stamp()).toBe(first);
      fixture.commit({ "package-lock.json": "2" });
      expect(await stamp()).not.toBe(first);
    });

    test("is prepared once though two checks ask at the same time", async () => {
      const [one, other] = await Promise.all([stamp(), stamp()]);
      expect(one).toMatch(/^\d+$/);
      expect(other).toBe(one);
    });

    test("is used and not changed by what runs; tools have their own place to write", async () => {
      const before = await stamp();
      const line =
        "node -p 'require(\"dep\")' && mkdir node_modules/.cache && " +
        "! echo evil > node_modules/dep/stamp";
      expect(await run(line, PREPARE)).toMatchObject({ exitCode: 0 });
      expect(await stamp()).toBe(before);
    });

    test("keeps nothing of the commit it was prepared at", async () => {
      await run("true", PREPARE);
      const cache = join(fixture.folder, "cache");
      const folder = readdirSync(cache).find((name) => !name.endsWith(".json")) ?? "";
      expect(readdirSync(join(cache, folder, "tree"))).toEqual(["node_modules"]);
    });

    test("that cannot be prepared fails the check and says why", async () => {
      const broken = await run("true", "echo no such registry >&2; exit 9");
      expect(broken).toMatchObject({ exitCode: 9, passed: null });
      expect(broken.tail).toContain("no such registry");
      expect(broken.notRun).toContain("no such registry");
      expect(await run("true", PREPARE)).toMatchObject({ exitCode: 0 });
    });

    test("that could not be prepared is not tried again at once", async () => {
      const prepare = "date +%s%N >&2; exit 9";
      const { tail } = await run("true", prepare);
      expect(tail).toMatch(/\d{10}/);
      expect((await run("true", prepare)).tail).toBe(tail);
    });

    test("is prepared for whoever works in a clone", async () => {
      const base = fixture.git("rev-parse", "HEAD");
      const clone = await workspace.open(fixture.repo, base, "own-g1");
      const repo = { path: fixture.repo, prepareCommand: PREPARE };
      await checks.prepare(clone, repo, { signal });
      expect(readFileSync(join(clone.path, "node_modules/dep/index.js"), "utf8")).toContain("42");
      expect(await clone.seal("Nothing")).toBeNull();
      const broken = { ...repo, prepareCommand: "echo no such registry >&2; exit 9" };
      await expect(checks.prepare(clone, broken, { signal })).rejects.toMatchObject({
        kind: "sandbox",
        message: expect.stringContaining("no such registry"),
      });
      await clone.close();
    });

    test("of Python comes first on the PATH and leads to the clone's sources", async () => {
      const prepare =
        "mkdir -p .venv/bin && printf '#!/bin/sh\\necho $PYTHONPATH' > .venv/bin/tool && " +
        "chmod +x .venv/bin/tool";
      const { tail } = await run('test "$PWD/src:$PWD" = "$(tool)" && echo own', prepare);
      expect(tail).toBe("own");
    });
  });

  describe("without a prepare command", () => {
    const install = (lock: string) => {
      fixture.commit({ "package-lock.json": lock, "packages/own/package.json": "{}" });
      const modules = join(fixture.repo, "node_modules");
      mkdirSync(join(modules, "@scope", "dep"), { recursive: true });
      writeFileSync(join(modules, "@scope", "dep", "index.js"), "module.exports = 42");
      symlinkSync("../packages/own", join(modules, "own"));
    };

    test("what is installed in the working copy is attached while lock files agree", async () => {
      install("1");
      expect((await run("node -p 'require(\"@scope/dep\")'")).tail).toBe("42");
      const guard = "echo evil > node_modules/@scope/dep/index.js";
      expect((await run(guard)).exitCode).not.toBe(0);
      const file = join(fixture.repo, "node_modules/@scope/dep/index.js");
      expect(readFileSync(file, "utf8")).toBe("module.exports = 42");
    });

    test("a package of the same workspace is the clone's own", async () => {
      install("1");
      const { tail } = await run(
        'test "$(realpath node_modules/own)" = "$PWD/packages/own" && echo own',
      );
      expect(tail).toBe("own");
    });

    test("another lock file attaches nothing and a failure says so", async () => {
      install("1");
      fixture.commit({ "package-lock.json": "2" });
      writeFileSync(join(fixture.repo, "package-lock.json"), "1");
      const result = await run("node -p 'require(\"@scope/dep\")'");
      expect(result.exitCode).toBe(1);
      expect(result.tail).toContain("package-lock.json differs");
    });
  });
});
