import { createHash } from "node:crypto";
import type { NightPlan, RepoPlan, Results } from "@nightshift/agents/dispatcher/ports";
import { CONTINUOUS } from "@nightshift/agents/dispatcher/schedule";
import type { Blobs, Workspace } from "@nightshift/agents/ports";
import { memoryWorkspace, type MemoryWorkspace } from "@nightshift/agents/testing/memory-workspace";
import { repoRef } from "@nightshift/agents/testing/fixtures";
import type { Ceilings } from "@nightshift/protocol/budget";
import { HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";
import { Unavailable } from "@nightshift/protocol/errors";
import { defaultSettings, type Settings } from "@nightshift/protocol/settings";
import { REPO } from "./backlog.ts";
import type { Chance } from "./chance.ts";
import { virtualClock, type VirtualClock } from "./virtual-clock.ts";
import { watchedStore, type WatchedStore } from "./watched-store.ts";

/** A ref that moved, and who moved it. */
export type Move = { by: string; old: string | null; next: string };

/** All that outlives a process of the dispatcher. */
export type World = {
  chance: Chance;
  clock: VirtualClock;
  store: WatchedStore;
  workspace: MemoryWorkspace;
  /** Every move of the target branch, in order. */
  moves: Move[];
  blobs: Blobs;
  /** By attempt: how often an implementer began to work on it and did not run into a limit. */
  begun: Map<string, number>;
  /** Reports by where they were filed. */
  filed: Map<string, string>;
  plan: NightPlan;
  repo: RepoPlan;
};

export function createWorld(chance: Chance): World {
  const clock = virtualClock(startOf(chance));
  const workspace = memoryWorkspace({
    "src/shared-1.ts": "export const one = 1;\n",
    "src/shared-2.ts": "export const two = 2;\n",
  });
  const repo = repoOf(chance, workspace.repo);
  return {
    chance,
    clock,
    store: watchedStore(),
    workspace,
    moves: [],
    blobs: blobsInMemory(),
    begun: new Map(),
    filed: new Map(),
    plan: planOf(chance, clock, repo),
    repo,
  };
}

/** Git as one writer holds it: what it does to the target is remembered under its name. */
export function workspaceOf({ workspace, moves, repo }: World, by: string): Workspace {
  return {
    ...workspace,
    async moveRef(path, ref, old, next) {
      const moved = await workspace.moveRef(path, ref, old, next);
      if (moved && ref === `refs/heads/${repo.target}`) moves.push({ by, old, next });
      return moved;
    },
  };
}

export function resultsOf({ filed }: World): Results {
  return {
    async file(task, name, text) {
      const where = `${task}/${name}.md`;
      filed.set(where, text);
      return where;
    },
  };
}

/** Some nights begin shortly before the week or the day ends. */
function startOf(chance: Chance): number {
  const sundayEvening = Date.UTC(2026, 10, 22, 23, 0);
  const anyHour = Date.UTC(2026, 10, 16) + chance.between(0, 6 * 24) * HOUR_MS;
  return (chance.odds(0.3) ? sundayEvening : anyHour) + chance.between(0, 59) * MINUTE_MS;
}

function repoOf(chance: Chance, path: string): RepoPlan {
  return {
    ...repoRef({ id: REPO, path, sealed: ["src/gate/**"] }),
    name: "repo",
    policy: chance.weighted({ "when-green": 6, "pull-request": 1, never: 1 }),
    policyByCategory: chance.odds(0.4) ? { documentation: "pull-request", ops: "never" } : {},
    startPoint: "main",
    parallelMax: chance.between(1, 3),
    overlap: chance.odds(0.6),
    afterMergeCommand: chance.odds(0.6) ? "smoke" : null,
  };
}

function planOf(chance: Chance, clock: VirtualClock, repo: RepoPlan): NightPlan {
  const hourly = { trigger: { kind: "interval", everyMs: HOUR_MS }, batch: 3 } as const;
  return {
    leader: "leader",
    incumbent: "gone",
    untilMs: chance.odds(0.4) ? clock.now() + chance.between(2, 12) * HOUR_MS : null,
    timeZone: chance.pick(["UTC", "Europe/Berlin", "America/New_York"]),
    schedule: chance.odds(0.8) ? CONTINUOUS : hourly,
    repos: new Map([[repo.id, repo]]),
    ceilings: ceilingsOf(chance),
    settings: settingsOf(chance),
    sandbox: "twin",
  };
}

function ceilingsOf(chance: Chance): Ceilings {
  const tight = chance.odds(0.3);
  return {
    dayMicroUsd: tight ? chance.between(5_000, 30_000) : 100_000_000,
    nightMicroUsd: chance.odds(0.4) ? chance.between(8_000, 40_000) : null,
    weekTokens: chance.odds(0.3) ? chance.between(80_000, 800_000) : 50_000_000,
    categoryShare: chance.pick([0.3, 0.6, 1, 1]),
    selfImprovementShare: chance.pick([0.05, 0.15]),
  };
}

function settingsOf(chance: Chance): Settings {
  return {
    ...defaultSettings,
    triesMax: chance.between(1, 3),
    brakeWindowTasks: chance.between(5, 12),
    brakeScoreMin: chance.pick([0, 2.5, 4.5]),
    reviewsOpenMax: chance.between(3, 20),
    followUpsMax: chance.between(0, 2),
    signalTasksMin: chance.between(2, 8),
  };
}

/** Named by their real hash, and without a thread: the order of things must follow from the seed. */
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
