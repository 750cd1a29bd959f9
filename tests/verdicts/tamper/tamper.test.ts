import { spawnSync } from "node:child_process";
import type { SkillOutput } from "@nightshift/protocol/skills";
import { afterAll, describe, expect, test } from "vitest";
import { sandboxForTests } from "@nightshift/infra/workers/sandbox/fixture";
import { judgeOf } from "./judging.ts";
import { NODE, type Project, PYTHON } from "./projects.ts";
import { ways } from "./ways.ts";

/** Every way is tried with `NIGHTSHIFT_SETS=all`; else every seventh. */
const STRIDE = process.env["NIGHTSHIFT_SETS"] === "all" ? 1 : 7;
const WALL_MS = 120_000;
const CI = process.env["CI"] === "true";
const sandbox = await sandboxForTests();
const hasPytest = spawnSync("python3", ["-c", "import pytest"]).status === 0;

test("there are at least 40 ways to go green without doing the work", () =>
  expect(ways.length).toBeGreaterThanOrEqual(40));

/** Only what passes may be merged: what fails goes back, what is unverifiable waits for a person. */
describe.skipIf(sandbox === null)(
  "the real verifier on small real repositories (needs bubblewrap)",
  () => {
    if (sandbox === null) return;
    const judges = new Map<Project, ReturnType<typeof judgeOf>>([
      [NODE, judgeOf(NODE, sandbox)],
      [PYTHON, judgeOf(PYTHON, sandbox)],
    ]);
    afterAll(() => {
      for (const judge of judges.values()) judge.remove();
    });
    const tried = ways.filter((_, at) => at % STRIDE === 0);

    test.for(tried)(
      "holds who $name, and passes its honest twin",
      { timeout: WALL_MS },
      async ({ project, tamper, honest }, { skip }) => {
        if (project === PYTHON && !hasPytest) {
          if (CI) throw new Error("pytest is missing: apt-get install python3-pytest");
          skip("pytest is missing");
        }
        const judge = judges.get(project);
        const bad = await judge?.judge(tamper);
        expect(bad?.verdict, reasons(bad)).not.toBe("pass");
        const good = await judge?.judge(honest);
        expect(good?.verdict, reasons(good)).toBe("pass");
      },
    );
  },
);

function reasons(verified: SkillOutput<"verify"> | undefined): string {
  const open = verified?.checks.filter(({ outcome }) => outcome !== "pass") ?? [];
  return open.map(({ name, detail }) => `${name}: ${detail}`).join("; ");
}
