import { fileURLToPath } from "node:url";
import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import type { Entry } from "@nightshift/projections/written-log";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { bidInput } from "../../bus/bus-samples.ts";
import { openHouse } from "../../house.ts";
import { openRepository } from "../../repositories.ts";
import { register } from "../../registration.ts";
import { TrialRow } from "../../specialist/trial/trial.ts";
import { openDirector, writeHistory, type Director } from "../fixture.ts";

const AUDITOR = fileURLToPath(
  new URL("../../specialist/examples/security-auditor.ts", import.meta.url),
);
const WALL_MS = 60_000;
const Told = z.object({ calls: z.int(), passed: z.int(), rows: z.array(TrialRow) });

let who: Director;

beforeAll(async () => {
  who = await openDirector({
    "read.js": 'export const read = (text) => eval("(" + text + ")");\n',
    "read.test.js":
      'import { test } from "node:test";\nimport { read } from "./read.js";\ntest("reads", () => read("1"));\n',
  });
  await writeNight(who);
}, WALL_MS);

afterAll(() => who.close());

/** A night in which the house's implementer took the eval out of one task, and did another. */
async function writeNight(director: Director): Promise<void> {
  const house = await openHouse(director.env);
  const repository = await openRepository(director.repo, { clean: true });
  await register(house, [repository]);
  const base = repository.head;
  director.write("read.js", "export const read = (text) => JSON.parse(text);\n");
  await director.git("commit", "--all", "--quiet", "--message", "As it was done then");
  const commit = await director.git("rev-parse", "HEAD");
  const entries: Entry[] = [];
  for (const [name, tags] of [
    ["SEC-1", ["security"]],
    ["OTHER-1", ["docs"]],
  ] as const) {
    const about = aboutTask(name, [...tags], repository.plan, base);
    const put = (value: unknown) => house.blobs.put(JSON.stringify(value));
    const done = executed(about.attempt, commit);
    const asked = { ...about.verify, commit, files: done.files };
    const verdict = { by: "verifier", verdict: "pass", checks: [], hits: [] };
    const answers = {
      implement: { status: "executed", prompted, executed: done },
      verify: verdict,
    };
    entries.push(
      ...call(about, "implement", await put(about.implement), await put(answers.implement)),
      ...call(about, "verify", await put(asked), await put(answers.verify)),
    );
  }
  await house.close();
  await writeHistory(director, entries);
}

test(
  "an agent is tried on past work beside the incumbents, and only the trial is told in the log",
  { timeout: WALL_MS },
  async () => {
    const before = { head: await who.head(), refs: await who.git("for-each-ref") };
    const asked = ["agents", "try", "security-auditor", "--from", AUDITOR, "--json"];
    const { code, stdout, stderr } = await who.nightshift(asked);
    expect(code, stderr).toBe(0);
    const { calls, passed, rows } = Told.parse(JSON.parse(stdout));
    expect([calls, passed]).toEqual([2, 1]);
    const [other, audited] = rows;
    expect(other).toMatchObject({ task: "OTHER-1", outcome: "declined", verdict: "none" });
    expect(audited).toMatchObject({
      task: "SEC-1",
      incumbent: { agent: "implementer", model: "m", verdict: "pass", costMicroUsd: 400 },
      outcome: "executed",
      verdict: "pass",
      agreement: 1,
    });
    expect(await who.head()).toBe(before.head + 1n);
    // Nothing of it came near the director's repository.
    expect(await who.git("for-each-ref")).toBe(before.refs);
  },
);

test("what cannot be tried is told with the command that mends it", async () => {
  const missing = await who.nightshift(["agents", "try", "new-one", "--from", "nowhere.ts"]);
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("no such file")]);
  const house = await who.nightshift(["agents", "try", "planner"]);
  expect([house.code, house.stderr]).toEqual([1, expect.stringContaining("a name of the house")]);
  const empty = await openDirector();
  const none = await empty.nightshift(["agents", "try", "new-one", "--from", AUDITOR]);
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("nightshift run")]);
  empty.close();
});

const nothing = "0".repeat(64);
const prompted = { by: "implementer", model: "m", blob: nothing, contextTokens: 1, capTokens: 10 };

function executed(
  attempt: string,
  commit: string,
): Extract<SkillOutput<"implement">, { status: "executed" }>["executed"] {
  const change = { status: "modified", addedLines: 1, removedLines: 1, baseLines: 1 } as const;
  return {
    by: "implementer",
    model: "m",
    family: attempt,
    usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 1 },
    costMicroUsd: 400,
    costKind: "billed",
    stopReason: "finished",
    commit,
    files: [{ path: "read.js", ...change }],
    diff: nothing,
    transcript: nothing,
    report: null,
    durationMs: 5,
    sandboxed: true,
  };
}

type Plan = Awaited<ReturnType<typeof openRepository>>["plan"];

function aboutTask(name: string, tags: string[], plan: Plan, base: string) {
  const { id, path, target, testCommand, prepareCommand, sealed, sandbox } = plan;
  const repo = { id, path, target, testCommand, prepareCommand, sealed, sandbox };
  const task = name.toLowerCase();
  const attempt = `${task}-g1`;
  const success = [{ kind: "command" as const, command: "npm test" }];
  const spec = { ...bidInput.spec, name, tags, repo: id, success };
  const common = { task, spec, attempt, generation: 1, repo, base };
  const implement: SkillInput<"implement"> = {
    ...common,
    model: "m",
    genes: NEUTRAL_GENES,
    guidance: [],
    reflections: [],
    critique: null,
    limits: { wallMs: 30_000, silenceMs: 9_000, contextTokens: 9_000, outputTokens: 900 },
  };
  const gate = { scoreMin: 4, truncationPenalty: 1.5, evidenceCap: 3, policy: "never" as const };
  const verify: SkillInput<"verify"> = {
    ...common,
    commit: null,
    report: null,
    author: "implementer",
    files: [],
    rules: { ...gate, sealed, sandbox },
    truncationDropShare: 0.2,
  };
  return { task, attempt, implement, verify };
}

function call(
  { task, attempt }: { task: string; attempt: string },
  skill: string,
  request: string,
  answer: string,
): Entry[] {
  const at = `call-${attempt}-${skill}-e1-1`;
  const asked = { from: "dispatcher", to: skill === "verify" ? "verifier" : "implementer" };
  return [
    [at, { type: "call.sent", ...asked, skill, task, attempt, request }],
    [at, { type: "call.finished", state: "completed", answer, detail: "", durationMs: 5 }],
  ];
}
