import type { CallContext } from "@nightshift/protocol/bus";
import { exampleRules } from "@nightshift/protocol/rules-example";
import { rulesHere } from "../testing/rules-here.ts";
import { skills } from "@nightshift/protocol/skills";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { TestRun } from "../ports.ts";
import { repoRef, taskSpec } from "../testing/fixtures.ts";
import { memoryBlobs } from "../testing/memory-blobs.ts";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { scriptedChecks } from "../testing/scripted-checks.ts";
import type { BaselineCache } from "./baseline.ts";
import { verifier, type VerifierPorts } from "./verifier.ts";

export const CODE = Array.from({ length: 20 }, (_, at) => `export const n${at} = ${at};\n`).join(
  "",
);
export const TESTS = `import { test, assert } from "vitest";
import { n1 } from "../src/a.ts";

test("one is one", () => {
  assert.equal(n1, 1);
  assert.ok(n1 < 2);
});

test("one is a number", () => {
  assert.equal(typeof n1, "number");
});
`;
export const FILES = {
  "src/a.ts": CODE,
  "test/a.test.ts": TESTS,
  "package.json": JSON.stringify({ name: "a", scripts: { test: "node --test", build: "x" } }),
  ".github/workflows/ci.yml": "on: push\n",
};
export const green = (...successes: string[]): Partial<TestRun> => ({
  exitCode: 0,
  passed: successes.length,
  failed: 0,
  successes,
});
export const ALL = green("one is one", "one is a number");

export function memoryBaselines(): BaselineCache {
  const runs = new Map<string, TestRun>();
  return {
    get: async (key) => runs.get(key) ?? null,
    set: async (key, run) => void runs.set(key, run),
  };
}

export const call: CallContext = {
  context: "t",
  message: "m",
  principal: "dispatcher",
  signal: new AbortController().signal,
  progress: () => {},
};

/** Verifies a change of the sample; `after` says what the tests do at the commit, run by run. */
export async function verify(
  change: Record<string, string | null>,
  {
    spec = {},
    before = ALL,
    after = [ALL],
    sandboxed = true,
    sealed = [],
    ports = {},
    conditions = {},
    mutated = () => false,
  }: {
    spec?: Partial<TaskSpec>;
    before?: Partial<TestRun> | boolean;
    after?: (Partial<TestRun> | boolean)[];
    sandboxed?: boolean;
    sealed?: string[];
    ports?: Partial<VerifierPorts>;
    conditions?: Record<string, boolean | Partial<TestRun>>;
    /** What the tests say of the file with a fault in it. */
    mutated?: (text: string) => boolean | Partial<TestRun>;
  } = {},
) {
  const workspace = memoryWorkspace(FILES);
  const commit = workspace.commit(workspace.base, change);
  let runs = 0;
  const checks = scriptedChecks(
    (ran) => {
      if (ran.command !== "node --test") return conditions[ran.command] ?? { exitCode: 127 };
      if (ran.commit === workspace.base) return before;
      if (ran.edits) return mutated(ran.edits[0]?.text ?? "");
      return after[Math.min(runs++, after.length - 1)] ?? false;
    },
    { sandboxed },
  );
  const given = {
    workspace,
    checks,
    blobs: memoryBlobs(),
    baselines: memoryBaselines(),
    rules: rulesHere,
    ...ports,
  };
  const input = skills.verify.input.parse({
    task: "t",
    spec: taskSpec({ success: [], ...spec }),
    attempt: "t-g1",
    generation: 1,
    repo: repoRef(),
    base: workspace.base,
    commit,
    report: null,
    author: "implementer",
    files: [],
    rules: { ...exampleRules, sealed },
    truncationDropShare: 0.2,
  });
  const verified = skills.verify.output.parse(await verifier(given).handle("verify", input, call));
  const outcome = (name: string) => verified.checks.find((check) => check.name === name)?.outcome;
  const failing = verified.checks.filter((check) => check.outcome === "fail");
  return { ...verified, outcome, failing: failing.map(({ kind }) => kind), ran: checks.ran };
}

export const GOOD = { "src/a.ts": `${CODE}export const more = 1;\n` };

/** One honest test more. */
export const MORE = `${TESTS}
test("two", { timeout: 5 }, () => {
  assert.equal(1 + 1, 2);
});
`;
