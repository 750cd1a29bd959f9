import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openDirector, writeHistory, type Director } from "@nightshift/infra/cli/fixture";
import { startModelServer, type ModelServer } from "@nightshift/infra/sim/model-server";
import type { Entry } from "@nightshift/projections/written-log";
import { attemptId, nameId, taskIdOf } from "@nightshift/protocol/ids";
import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import type { AttemptEvent } from "@nightshift/protocol/attempt";

export const BRANCHES = 30;
/** Each changes the same line: whoever comes first gets in, the others conflict. */
export const ON_THE_SAME_LINE = [2, 7, 11, 16, 22, 28];
/** Any two of them are green together: the last to come breaks it. */
export const RED_TOGETHER = [4, 13, 25];
const SHA = "0".repeat(64);
const GATE = { scoreMin: 4, truncationPenalty: 1.5, evidenceCap: 3, sandbox: "off" } as const;

export type Evening = {
  who: Director;
  attemptOf(branch: number): string;
  commitOf(branch: number): string;
  /** Runs of the repository's tests so far. */
  testRuns(): number;
  /** Whether the repository's own check is green at a commit, asked from outside the house. */
  isGreen(commit: string): Promise<boolean>;
  close(): Promise<void>;
};

/** A repository with branches that all passed their gate, and a night that died before it merged. */
export async function openEvening(): Promise<Evening> {
  const server = await startModelServer({ script: () => ({ kind: "text", text: "What?" }) });
  const notes = mkdtempSync(join(tmpdir(), "nightshift-queue-"));
  const runs = join(notes, "runs");
  const who = await openDirector({
    "nightshift.config.yaml":
      "test: node check.mjs\nsandbox: off\nmerge: when-green\nparallel: 16\noverlap: true\n",
    "check.mjs": checkScript(runs),
    "shared.txt": "one line\n",
  });
  mkdirSync(dirname(who.paths.config), { recursive: true });
  writeFileSync(who.paths.config, settingsOf(server));
  const base = await who.git("rev-parse", "main");
  const commits: string[] = [];
  for (let branch = 0; branch < BRANCHES; branch++) commits.push(await work(who, base, branch));
  await who.git("switch", "--quiet", "main");
  await writeHistory(who, history(nameId(who.repo), base, commits));
  return {
    who,
    attemptOf: (branch) => attemptId(taskIdOf(nameId(who.repo), nameOf(branch)), 1),
    commitOf: (branch) => commits[branch] ?? "",
    testRuns: () => (existsSync(runs) ? readFileSync(runs, "utf8").length : 0),
    async isGreen(commit) {
      const names = (await who.git("ls-tree", "-r", "--name-only", commit)).split("\n");
      return !RED_TOGETHER.every((branch) => names.includes(`part-${branch}.txt`));
    },
    async close() {
      await server.close();
      who.close();
      rmSync(notes, { recursive: true, force: true });
    },
  };
}

/** Whoever is there to work is of no use: what goes back to the backlog is given up at the next try. */
function settingsOf({ url }: ModelServer): string {
  return `timeZone: UTC
workers:
  - { name: one, kind: openai, model: m, family: none, tier: local, baseUrl: "${url}/v1" }
settings: { triesMax: 1 }
`;
}

function checkScript(runs: string): string {
  return `import { appendFileSync, existsSync } from "node:fs";
appendFileSync(${JSON.stringify(runs)}, ".");
const all = ${JSON.stringify(RED_TOGETHER)}.every((n) => existsSync(\`part-\${n}.txt\`));
console.log("1..1\\n" + (all ? "not ok 1 - the parts get along" : "ok 1 - the parts get along"));
process.exit(all ? 1 : 0);
`;
}

function nameOf(branch: number): string {
  return `PART-${String(branch).padStart(2, "0")}`;
}

async function work(who: Director, base: string, branch: number): Promise<string> {
  await who.git("switch", "--quiet", "--detach", base);
  who.write(`part-${branch}.txt`, `${branch}\n`);
  if (ON_THE_SAME_LINE.includes(branch)) who.write("shared.txt", `the line of ${branch}\n`);
  await who.git("add", "--all");
  await who.git("commit", "--quiet", "--message", `Part ${branch}`);
  const commit = await who.git("rev-parse", "HEAD");
  await who.git("update-ref", `refs/nightshift/attempts/part-${branch}`, commit);
  return commit;
}

/** Every branch as far as its gate, under a leader that is gone. */
function history(repo: string, base: string, commits: readonly string[]): Entry[] {
  const registered: Entry = [
    `repo-${repo}`,
    {
      type: "repo.registered",
      name: "small",
      path: "/moved",
      target: "nightshift/main",
      testCommand: "node check.mjs",
      policy: "when-green",
    },
  ];
  const genes = { ...NEUTRAL_GENES };
  const seeded: Entry = [
    "genome-g",
    { type: "genome.seeded", category: "capability", genes, island: "generalists" },
  ];
  return [
    registered,
    seeded,
    ...commits.flatMap((commit, branch) => attemptAt(repo, base, commit, branch)),
  ];
}

function attemptAt(repo: string, base: string, commit: string, branch: number): Entry[] {
  const name = nameOf(branch);
  const task = taskIdOf(repo, name);
  const path = `part-${branch}.txt`;
  const spec = {
    name,
    title: `Part ${branch}`,
    text: "",
    repo,
    category: "capability",
    priority: 3,
    output: "code" as const,
    success: [{ kind: "file" as const, path }],
    scope: [],
    tags: [],
    model: null,
    dependsOn: [],
    drops: [],
    parent: null,
    depth: 0,
    source: "director" as const,
  };
  const at = `attempt-${attemptId(task, 1)}`;
  const of = `task-${task}`;
  return [
    [of, { type: "task.proposed", spec }],
    [of, { type: "task.admitted", by: "planner", evidence: [] }],
    [`repo-${repo}`, { type: "repo.locked", task, epoch: 1, scope: [] }],
    [of, { type: "task.claimed", agent: "dead", generation: 1, epoch: 1, leaseMs: 60_000 }],
    ...steps(task, repo, base, { commit, path }).map((event): Entry => [at, event]),
  ];
}

function steps(
  task: string,
  repo: string,
  base: string,
  { commit, path }: { commit: string; path: string },
): AttemptEvent[] {
  const by = "implementer";
  const model = "m";
  const rules = { ...GATE, policy: "when-green" as const, sealed: [] };
  const usage = { inputTokens: 1, cachedTokens: 0, outputTokens: 1 };
  const file = { path, status: "added" as const, addedLines: 1, removedLines: 0, baseLines: 0 };
  const score = { heuristic: 8, judge: 8, blend: 8 };
  const about = { task, generation: 1, repo, base, category: "capability" };
  return [
    { type: "attempt.started", ...about, output: "code", rules },
    { type: "attempt.planned", by: "planner", estimateTokens: 1, parts: 0, note: "" },
    { type: "attempt.announced", skill: "implement", worstTokens: 1 },
    { type: "attempt.bid", agent: by, model, priceMicroUsd: 0, etaMs: 1, merit: 1 },
    {
      type: "attempt.awarded",
      agent: by,
      model,
      account: "a",
      genome: "g",
      propensity: 1,
      reason: "fallback",
    },
    { type: "attempt.prompted", by, model, blob: SHA, contextTokens: 1, capTokens: 10 },
    {
      type: "attempt.executed",
      by,
      model,
      family: "first",
      usage,
      costMicroUsd: 0,
      costKind: "estimated",
      stopReason: "finished",
      commit,
      files: [file],
      diff: SHA,
      transcript: SHA,
      report: null,
      durationMs: 1,
      sandboxed: true,
    },
    { type: "attempt.verified", by: "verifier", verdict: "pass", checks: [], hits: [] },
    {
      type: "attempt.assessed",
      by: "assessor",
      family: "second",
      ...score,
      critique: "",
      evidence: SHA,
      rubric: "r",
    },
    {
      type: "attempt.gated",
      decision: "accepted",
      score: 8,
      reasons: [{ code: "green", text: "nothing fails" }],
    },
  ];
}
