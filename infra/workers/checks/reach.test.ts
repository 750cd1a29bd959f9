import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rulesHere } from "@nightshift/agents/testing/rules-here";
import { skills } from "@nightshift/protocol/skills";
import { exampleRules } from "@nightshift/protocol/rules-example";
import { repoRef, taskSpec } from "@nightshift/agents/testing/fixtures";
import { memoryBlobs } from "@nightshift/agents/testing/memory-blobs";
import type { ReachAsked } from "@nightshift/agents/verifier/reach/reach";
import { verifier } from "@nightshift/agents/verifier/verifier";
import { afterEach, describe, expect, test } from "vitest";
import { sandboxForTests } from "../sandbox/fixture.ts";
import { createFixture, type Fixture } from "../workspace/fixture.ts";
import { createWorkspace } from "../workspace/workspace.ts";
import { baselineFiles } from "./baselines.ts";
import { createChecks } from "./checks.ts";

const sandbox = await sandboxForTests();
const COVERAGE: ReachAsked = { coverage: true, mutantsMax: 0, mutantsWallMs: 60_000 };
const { signal } = new AbortController();

/** The real verifier looks at one change of a repository; git, sandbox and runner are real, too. */
async function reached(
  fixture: Fixture,
  testCommand: string,
  change: Record<string, string>,
  reach: ReachAsked,
) {
  if (sandbox === null) throw new Error("there is no sandbox");
  const reveal = (folder: string) => sandbox.reveal(folder);
  const workspace = createWorkspace({ root: fixture.root, reveal });
  const cacheDir = join(fixture.folder, "cache");
  const checks = createChecks({ workspace, sandbox, cacheDir, reveal });
  const baselines = baselineFiles(join(fixture.folder, "baselines"));
  const base = fixture.git("rev-parse", "HEAD");
  const commit = fixture.commit(change);
  const ports = {
    workspace,
    checks,
    blobs: memoryBlobs(),
    baselines,
    rules: rulesHere,
    checkWallMs: 60_000,
    reach,
  };
  const input = skills.verify.input.parse({
    task: "t",
    spec: taskSpec({ success: [] }),
    attempt: "t-g1",
    generation: 1,
    repo: repoRef({ path: fixture.repo, testCommand }),
    base,
    commit,
    report: null,
    author: "implementer",
    files: [],
    rules: exampleRules,
    truncationDropShare: 0.2,
  });
  const call = { context: "t", message: "m", principal: "d", signal, progress: () => {} };
  const told = skills.verify.output.parse(await verifier(ports).handle("verify", input, call));
  return { ...told, tests: told.checks.find(({ kind }) => kind === "tests") };
}

const FEE = `/** What a transfer costs, in cents. */
export function fee(amount: number): number {
  if (amount < 100) {
    return 0;
  }
  return amount + 2;
}

/** Nobody asks for it. */
export function unused(amount: number): number {
  return amount * 3;
}
`;
const TEST = (from: string) => `import { test } from "node:test";
import assert from "node:assert/strict";
import { fee } from "${from}";

test("a small transfer is free", () => assert.equal(fee(20), 0));
test("a large one costs two cents", () => assert.equal(fee(500), 502));
`;

describe.skipIf(sandbox === null)("reach of real tests (needs bwrap; CI fails without)", () => {
  let fixture: Fixture;
  afterEach(() => fixture.remove());

  const withNode = (script = "node --test") =>
    (fixture = createFixture({
      "package.json": JSON.stringify({ type: "module", scripts: { test: script } }),
      "src/zero.ts": "export const zero = 0;\n",
      "test/zero.test.ts": TEST("../src/zero.ts")
        .replace("{ fee }", "{ zero }")
        .replaceAll(/^test.*\n/gm, "")
        .concat('test("zero is zero", () => assert.equal(zero, 0));\n'),
    }));
  const CHANGE = { "src/fee.ts": FEE, "test/fee.test.ts": TEST("../src/fee.ts") };

  test.each(["node --test", "npm test"])("%s tells which changed lines it ran", async (command) => {
    const { reach, verdict, tests } = await reached(withNode(), command, CHANGE, COVERAGE);
    expect(verdict).toBe("pass");
    expect(tests?.detail).toBe("3 pass, 1 before");
    expect(reach).toEqual({
      coverage: { lines: 6, covered: 5, missed: ["src/fee.ts:11"] },
      unknown: [],
    });
  });

  test("a fault that no test notices is named with its line", async () => {
    const asked = { ...COVERAGE, mutantsMax: 6 };
    const { reach } = await reached(withNode(), "node --test", CHANGE, asked);
    expect(reach?.mutants).toEqual({
      tried: 3,
      noticed: 2,
      unnoticed: ["src/fee.ts:3 `<` to `<=`"],
    });
  });

  test("tests that cannot bear to be measured pass as they did, and nothing is known", async () => {
    const shy = `import { test } from "node:test";
import assert from "node:assert/strict";
test("is alone", () => assert.equal(process.env.NODE_V8_COVERAGE, undefined));
`;
    const change = { ...CHANGE, "test/shy.test.ts": shy };
    const { reach, verdict } = await reached(withNode(), "node --test", change, COVERAGE);
    expect(verdict).toBe("pass");
    expect(reach?.coverage).toBeUndefined();
    expect(reach?.unknown).toEqual(["coverage: no tool for coverage is there, or it failed"]);
  });

  test("a report that is a link out of the checkout is no report", async () => {
    const outside = join(withNode().folder, "outside");
    mkdirSync(outside);
    const report = "SF:src/fee.ts\nDA:3,1\nDA:6,1\nDA:11,1\nend_of_record\n";
    writeFileSync(join(outside, "lcov.info"), report);
    const thief = `import { test } from "node:test";
import assert from "node:assert/strict";
import { readlinkSync, rmSync, symlinkSync } from "node:fs";
test("puts another report in its place", () => {
  const folder = "node_modules/.nightshift/coverage";
  rmSync(folder, { recursive: true, force: true });
  symlinkSync(${JSON.stringify(outside)}, folder);
  assert.equal(readlinkSync(folder), ${JSON.stringify(outside)});
});
`;
    const change = { ...CHANGE, "test/thief.test.ts": thief };
    const { reach, verdict } = await reached(fixture, "node --test", change, COVERAGE);
    expect(verdict).toBe("pass");
    expect(reach).toEqual({ unknown: ["coverage: no tool for coverage is there, or it failed"] });
  });
});
