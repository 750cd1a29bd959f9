import { createBoard, type Board } from "@nightshift/blackboard/board";
import { memoryStore } from "@nightshift/blackboard/memory-store";
import type { EventStore } from "@nightshift/blackboard/store";
import { createRunner } from "@nightshift/projections/runner";
import type { Peer } from "@nightshift/protocol/bus";
import type { Recorded } from "@nightshift/protocol/envelope";
import { taskIdOf } from "@nightshift/protocol/ids";
import { defaultSettings } from "@nightshift/protocol/settings";
import type { SkillInput, SkillName, SkillOutput } from "@nightshift/protocol/skills";
import type { TaskSpec } from "@nightshift/protocol/task";
import { CONTINUOUS } from "../dispatcher/schedule.ts";
import type { DispatcherPorts, NightPlan, RepoPlan } from "../dispatcher/ports.ts";
import { nightViews } from "../dispatcher/views.ts";
import type { Checks } from "../ports.ts";
import { directBus } from "./direct-bus.ts";
import { repoRef, taskSpec } from "./fixtures.ts";
import { memoryBlobs } from "./memory-blobs.ts";
import { tickingClock } from "./memory-recorder.ts";
import { memoryWorkspace, type MemoryWorkspace } from "./memory-workspace.ts";
import { scriptedChecks } from "./scripted-checks.ts";

/** What each skill answers; whatever is not given is answered well. */
export type Answers = {
  [S in SkillName]?: (input: SkillInput<S>) => SkillOutput<S> | Promise<SkillOutput<S>>;
};

export type MemoryNight = {
  ports: DispatcherPorts;
  plan: NightPlan;
  store: EventStore;
  board: Board;
  workspace: MemoryWorkspace;
  events(): Promise<Recorded[]>;
  add(spec?: Partial<TaskSpec>): Promise<string>;
};

const sha = "0".repeat(64);

/** A night on twins: the real dispatcher and rules, memory for the world, answers for agents. */
export async function memoryNight(given: {
  answers?: Answers;
  repo?: Partial<RepoPlan>;
  plan?: Partial<NightPlan>;
  checks?: Checks;
  store?: EventStore;
  workspace?: MemoryWorkspace;
  /** When it begins, ms since 1970. */
  startMs?: number;
}): Promise<MemoryNight> {
  const store = given.store ?? memoryStore();
  const clock = tickingClock(given.startMs);
  let ids = 0;
  const board = createBoard({
    store,
    actor: "dispatcher",
    clock,
    newId: () => `command-${clock.now()}-${ids++}`,
  });
  const workspace = given.workspace ?? memoryWorkspace({ "src/a.ts": "export const a = 1;\n" });
  const checks =
    given.checks ?? scriptedChecks(() => ({ exitCode: 0, passed: 3, failed: 0, failures: [] }));
  const bus = directBus();
  for (const peer of peersFor(given.answers ?? {}, workspace, board)) await bus.join(peer);
  const views = createRunner(store, nightViews);
  const repo = repoPlan(workspace.repo, given.repo);
  const plan = nightPlan(repo, given.plan);
  const ports: DispatcherPorts = {
    board,
    views,
    bus,
    workspace,
    checks,
    blobs: memoryBlobs(),
    results: { file: async (task, name) => `${task}/${name}.md` },
    clock,
    random: { next: () => 0.5 },
    seal: async () => ({ root: sha, streams: 1, upTo: "1" }),
    tell: () => {},
  };
  return {
    ports,
    plan,
    store,
    board,
    workspace,
    async events() {
      const all: Recorded[] = [];
      for await (const recorded of store.readAll()) all.push(recorded);
      return all;
    },
    async add(patch = {}) {
      const spec = taskSpec({ repo: repo.id, ...patch });
      const task = taskIdOf(repo.id, spec.name);
      await board.handle("repo", repo.id, {
        type: "repo.register",
        name: repo.name,
        path: repo.path,
        target: repo.target,
        testCommand: repo.testCommand,
        policy: repo.policy,
      });
      await board.handle("task", task, { type: "task.propose", spec, followUpDepthMax: 1 });
      return task;
    },
  };
}

function repoPlan(path: string, given: Partial<RepoPlan> = {}): RepoPlan {
  return {
    ...repoRef({ path }),
    name: "repo",
    policy: "when-green",
    policyByCategory: {},
    startPoint: "main",
    parallelMax: 1,
    overlap: false,
    afterMergeCommand: null,
    ...given,
  };
}

function nightPlan(repo: RepoPlan, given: Partial<NightPlan> = {}): NightPlan {
  return {
    leader: "leader-1",
    incumbent: "none",
    untilMs: null,
    timeZone: "UTC",
    schedule: CONTINUOUS,
    repos: new Map([[repo.id, repo]]),
    ceilings: {
      dayMicroUsd: null,
      nightMicroUsd: null,
      weekTokens: null,
      categoryShare: 1,
      selfImprovementShare: 0.15,
    },
    settings: defaultSettings,
    sandbox: "twin",
    ...given,
  };
}

/** One peer a role, answering well: a change of one file, verified, and judged 8. */
function peersFor(answers: Answers, workspace: MemoryWorkspace, board: Board): Peer[] {
  let changes = 0;
  const good: Required<Answers> = {
    admit: () => ({ decision: "admit", evidence: ["it has a condition"] }),
    plan: () => ({
      status: "planned",
      estimateTokens: 500,
      note: "one piece",
      parts: [],
      spend: null,
    }),
    bid: ({ skill }) => ({
      bids: skill === "implement" ? [bid("model-a", "family-a"), bid("model-b", "family-b")] : [],
    }),
    implement(input) {
      changes += 1;
      const path = `src/change-${changes}.ts`;
      const commit = workspace.commit(input.base, { [path]: `export const c = ${changes};\n` });
      return executed(input, commit, path);
    },
    verify: () => ({ by: "verifier", verdict: "pass", checks: [], hits: [] }),
    assess: () => ({
      status: "assessed",
      assessed: {
        by: "assessor",
        family: "family-c",
        heuristic: 8,
        judge: 8,
        critique: "Name the units.",
        evidence: sha,
        rubric: "r1",
      },
      spend: {
        model: "judge",
        family: "family-c",
        usage: { inputTokens: 10, cachedTokens: 0, outputTokens: 5 },
        costMicroUsd: 7,
        costKind: "billed",
      },
    }),
    evolve: () => ({
      proposals: [],
      verdicts: [],
      generations: [],
      weights: null,
      weightsLoop: "fast",
      weightsRationale: "",
      weightsEvidence: [],
    }),
    propose: () => ({ task: "x", status: "proposed" }),
  };
  const all = { ...good, ...answers };
  const implement = async (input: SkillInput<"implement">) => {
    const answer = await all.implement(input);
    await notePrompt(board, input, answer);
    return answer;
  };
  return [
    peer("planner", { admit: all.admit, plan: all.plan }),
    peer("implementer", { bid: all.bid, implement }),
    peer("verifier", { verify: all.verify }),
    peer("assessor", { assess: all.assess }),
  ];
}

/** As the real one does, before it asks anyone. */
async function notePrompt(
  board: Board,
  { attempt, generation }: SkillInput<"implement">,
  answer: SkillOutput<"implement">,
): Promise<void> {
  if (answer.status !== "executed") return;
  const command = { type: "attempt.prompt", generation, ...answer.prompted } as const;
  const commandId = `${attempt}:attempt.prompt:${command.by}`;
  await board.handle("attempt", attempt, command, { commandId });
}

function peer(name: string, handlers: Partial<Record<SkillName, (input: never) => unknown>>): Peer {
  const skills = Object.keys(handlers).filter((skill): skill is SkillName => skill in handlers);
  return {
    card: { name, description: name, version: "1", skills },
    // The bus has parsed the input by the skill's own schema; the map loses that link.
    handle: async (skill, input) => handlers[skill]?.(input as never),
  };
}

function bid(model: string, family: string) {
  return {
    model,
    family,
    account: `account-${model}`,
    tier: "small" as const,
    priceMicroUsd: 1_000,
    etaMs: 1_000,
  };
}

/** The answer of an implementer that made one commit. */
export function executed(
  input: SkillInput<"implement">,
  commit: string,
  path: string,
): SkillOutput<"implement"> {
  return {
    status: "executed",
    prompted: {
      by: "implementer",
      model: input.model,
      blob: sha,
      contextTokens: 100,
      capTokens: 20_000,
    },
    executed: {
      by: "implementer",
      model: input.model,
      family: `family-${input.model.slice(-1)}`,
      usage: { inputTokens: 100, cachedTokens: 0, outputTokens: 50 },
      costMicroUsd: 400,
      costKind: "billed",
      stopReason: "finished",
      commit,
      files: [{ path, status: "added", addedLines: 1, removedLines: 0, baseLines: 0 }],
      diff: sha,
      transcript: sha,
      report: null,
      durationMs: 5,
      sandboxed: true,
    },
  };
}
