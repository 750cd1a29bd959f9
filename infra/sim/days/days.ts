import { createHash } from "node:crypto";
import type { DispatcherPorts, NightPlan, RepoPlan } from "@nightshift/agents/dispatcher/ports";
import { CONTINUOUS } from "@nightshift/agents/dispatcher/schedule";
import { lead, runShift } from "@nightshift/agents/dispatcher/shift";
import { nightViews, type Views } from "@nightshift/agents/dispatcher/views";
import type { Blobs, Workspace } from "@nightshift/agents/ports";
import { directBus } from "@nightshift/agents/testing/direct-bus";
import { memoryWorkspace, type MemoryWorkspace } from "@nightshift/agents/testing/memory-workspace";
import { scriptedChecks } from "@nightshift/agents/testing/scripted-checks";
import { createBoard, type Board } from "@nightshift/blackboard/board";
import { memoryStore } from "@nightshift/blackboard/memory-store";
import type { EventStore } from "@nightshift/blackboard/store";
import { brakes } from "@nightshift/projections/brakes";
import { reviews } from "@nightshift/projections/reviews";
import { createRunner } from "@nightshift/projections/runner";
import { DAY_MS } from "@nightshift/protocol/clock";
import { Unavailable } from "@nightshift/protocol/errors";
import { ALLOCATION_STREAM, idOf, taskIdOf } from "@nightshift/protocol/ids";
import { defaultSettings, type Settings } from "@nightshift/protocol/settings";
import { seeded } from "../rehearsal/random.ts";
import { createLandscape, type Departure, type LandscapeTask } from "../landscape/landscape.ts";
import { KINDS } from "../landscape/kinds.ts";
import { simulatedClock, type SimulatedClock } from "./clock.ts";
import { joinAll, type Hands } from "./staff.ts";

export type DaysPlan = {
  seed: number;
  days: number;
  tasksADay: number;
  departure?: Departure;
  /** What the director set; the documents' first day where it is left out. */
  settings?: Partial<Settings>;
  /** Where the log is kept; in memory where it is left out. */
  store?: EventStore;
  /** Is told of each day that is over. */
  onDay?: (day: number) => void;
};

/** Simulated days as they are lived, and what is left of them. */
export type Days = {
  store: EventStore;
  plan: NightPlan;
  views: Views;
  clock: SimulatedClock;
  workspace: MemoryWorkspace;
  /** Moves of branches by the dispatcher, in order. */
  moves: { old: string | null; next: string }[];
  /** Lives them: every night by the real dispatcher, its rules and the real evolver. */
  live(): Promise<void>;
};

const REPO = "landscape";
const START_MS = Date.UTC(2026, 0, 5, 22, 0);
/** The documents' first day, as far as settings can be that bad (C17). */
const FIRST_DAY: Partial<Settings> = {
  outputTokensMax: 4_000,
  continuationsMax: 1,
  followUpsMax: 0,
};
/** Nobody looks at a simulated night in between: its reviews wait for the morning. */
const REVIEWS_OPEN_MAX = 1_000;

/**
 * Days in a landscape: the real dispatcher, deciders, router and evolver; twins for the world. Each
 * evening the director adds tasks, each morning merges or turns down what waits.
 */
export function createDays(given: DaysPlan): Days {
  const store = given.store ?? memoryStore();
  const clock = simulatedClock(START_MS);
  const random = seeded(given.seed);
  const workspace = memoryWorkspace({ "src/a.ts": "export const a = 1;\n" });
  const moves: Days["moves"] = [];
  const repo = repoOf(workspace.repo);
  const plan = planOf(repo, given.settings ?? FIRST_DAY);
  const views = createRunner(store, nightViews);
  const board = boardOf(store, clock, "dispatcher");
  const director = boardOf(store, clock, "director");
  const hands: Hands = {
    landscape: createLandscape(given.seed, given.departure),
    tasks: new Map(),
    observed: new Map(),
    workspace,
    blobs: blobsInMemory(),
    clock,
    random: seeded(given.seed * 31 + 7),
  };
  const bus = directBus();
  const ports: DispatcherPorts = {
    board,
    views,
    bus,
    workspace: noting(workspace, repo.target, moves),
    checks: scriptedChecks(() => ({ exitCode: 0, passed: 3, failed: 0, failures: [] })),
    blobs: hands.blobs,
    results: { file: async (task, name) => `${task}/${name}.md` },
    clock,
    random,
    seal: async () => ({ root: "0".repeat(64), streams: 1, upTo: "1" }),
    tell: () => {},
  };
  return {
    store,
    plan,
    views,
    clock,
    workspace,
    moves,
    async live() {
      await joinAll(bus, hands);
      await setUp(director, repo);
      const never = new AbortController().signal;
      for (let day = 1; day <= given.days; day++) {
        clock.jumpTo(START_MS + (day - 1) * DAY_MS);
        const tasks = hands.landscape.tasks(day, given.tasksADay, random);
        for (const task of tasks) await propose(director, hands, repo, task);
        const tonight: NightPlan = { ...plan, incumbent: day === 1 ? "none" : "gone" };
        await runShift(await lead(ports, tonight, { stop: never, abort: never }));
        await views.catchUp();
        await decide(director, views, hands);
        given.onDay?.(day);
      }
      await views.catchUp();
    },
  };
}

async function setUp(director: Board, { id, name, path, target, testCommand, policy }: RepoPlan) {
  const registered = { name, path, target, testCommand, policy };
  await director.handle("repo", id, { type: "repo.register", ...registered });
  const free = KINDS.filter((kind) => kind.name !== "self_improvement");
  const weights = Object.fromEntries([
    ...free.map((kind): [string, number] => [kind.name, 0.85 / free.length]),
    ["self_improvement", 0.15],
  ]);
  await director.handle("allocation", idOf(ALLOCATION_STREAM), {
    type: "allocation.adjust",
    loop: "director",
    weights,
    rationale: "as the director wants it at first",
    evidence: [],
    capShare: defaultSettings.categoryShareMax,
    selfImprovementShare: defaultSettings.selfImprovementShareMax,
  });
}

async function propose(director: Board, { tasks }: Hands, repo: RepoPlan, task: LandscapeTask) {
  const name = `T-${task.id}`;
  tasks.set(name, task);
  const spec = {
    name,
    title: `A ${task.category} task of day ${task.day}, ${task.id}`,
    text: `It takes about ${task.estimateTokens} tokens.`,
    repo: repo.id,
    category: task.category,
    priority: 3,
    output: task.output,
    success: [{ kind: "command" as const, command: `check ${name}` }],
    scope: [],
    tags: [],
    model: null,
    dependsOn: [],
    drops: [],
    parent: null,
    depth: 0,
    source: "director" as const,
  };
  const command = { type: "task.propose", spec, followUpDepthMax: 1 } as const;
  await director.handle("task", taskIdOf(repo.id, name), command);
}

/** The morning: brakes go off, what the landscape merges is merged, the rest is turned down. */
async function decide(director: Board, views: Views, { observed }: Hands): Promise<void> {
  for (const { stream } of views.view(brakes).states.values()) {
    await director.handle("brake", idOf(stream), { type: "brake.release", by: "director" });
  }
  for (const [attempt, { commit, status }] of views.view(reviews)) {
    if (status !== "waiting") continue;
    if (observed.get(attempt)?.merged) {
      await director.handle("review", attempt, { type: "review.approve", by: "director" });
      await director.handle("review", attempt, { type: "review.note-merge", commit });
    } else {
      const why = "It does not do enough for what it changes.";
      await director.handle("review", attempt, { type: "review.reject", by: "director", why });
    }
  }
}

function boardOf(store: EventStore, clock: SimulatedClock, actor: string): Board {
  let commands = 0;
  return createBoard({ store, actor, clock, newId: () => `${actor}-command-${commands++}` });
}

function repoOf(path: string): RepoPlan {
  return {
    id: REPO,
    name: REPO,
    path,
    target: "nightshift/main",
    testCommand: "npm test",
    prepareCommand: null,
    sealed: [],
    sandbox: "required",
    policy: "pull-request",
    policyByCategory: {},
    startPoint: "main",
    parallelMax: 1,
    overlap: false,
    afterMergeCommand: null,
  };
}

function planOf(repo: RepoPlan, settings: Partial<Settings>): NightPlan {
  return {
    leader: "simulation",
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
    settings: { ...defaultSettings, reviewsOpenMax: REVIEWS_OPEN_MAX, ...settings },
    sandbox: "twin",
  };
}

function noting(workspace: MemoryWorkspace, target: string, moves: Days["moves"]): Workspace {
  return {
    ...workspace,
    async moveRef(path, ref, old, next) {
      const moved = await workspace.moveRef(path, ref, old, next);
      if (moved && ref === `refs/heads/${target}`) moves.push({ old, next });
      return moved;
    },
  };
}

function blobsInMemory(): Blobs {
  const texts = new Map<string, string>();
  return {
    async put(text) {
      const sha256 = createHash("sha256").update(text).digest("hex");
      texts.set(sha256, text);
      return sha256;
    },
    async get(sha256) {
      const text = texts.get(sha256);
      if (text === undefined) throw new Unavailable(`no blob ${sha256}`);
      return text;
    },
  };
}
