import type { Board } from "@nightshift/blackboard/board";
import type { Settings } from "@nightshift/protocol/settings";
import { outcomes } from "@nightshift/projections/outcomes";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import { isTriedOn } from "../evolver/policy/trial.ts";
import type { Candidate, Outcome } from "./merging/merge.ts";
import { createBatches, type Batches } from "./merging/queue.ts";
import { createLine, type Line } from "./line.ts";
import { createGovernor, type Governor } from "./governor.ts";
import type { DispatcherPorts, NightPlan, Note, RepoPlan } from "./ports.ts";
import { createRouting, type Routing } from "./choosing/routing.ts";

/** One led shift: its ports and plan, and the epoch that every command carries (fencing). */
export type Night = {
  ports: DispatcherPorts;
  plan: NightPlan;
  epoch: number;
  shift: number;
  governor: Governor;
  /** Soft: no new work begins, what runs is finished. */
  stop: AbortSignal;
  /** Hard: everything that waits or runs is cancelled. */
  abort: AbortSignal;
  /** Judged attempts when the evolver was last asked, and the settings it moved in this night. */
  evolved: { at: number; askedMs: number | null; keys: Set<string>; bred: Map<string, number> };
  /** What its router has learned. */
  routing: Routing;
  /** How often the planner gave no answer on a task that asks to be admitted, in this night. */
  unanswered: Map<string, number>;
  /** The forges: when they were last looked at, and what did not go well there. */
  tended: {
    atMs: number | null;
    /** What was told already: an attempt for a trouble, `<attempt>: <what>` for anything else. */
    told: Set<string>;
    /** Repositories whose forge did not answer: left alone until the next look is due. */
    silent: Set<string>;
  };
  /** Merges of one repository, one after the other. */
  mergeLine: Line;
  /** Room in one account is looked for and taken, one after the other. */
  accountLine: Line;
  /** What waits for that line: all that gathered meanwhile is tested together. */
  mergeQueue: Batches<Candidate, Outcome>;
};

export function createNight(
  ports: DispatcherPorts,
  plan: NightPlan,
  led: { epoch: number; shift: number; stop: AbortSignal; abort: AbortSignal },
): Night {
  const mergeLine = createLine();
  return {
    ports,
    plan,
    ...led,
    governor: createGovernor(ports, plan, led.epoch),
    evolved: { at: 0, askedMs: null, keys: new Set(), bred: new Map() },
    routing: createRouting(),
    unanswered: new Map(),
    tended: { atMs: null, told: new Set(), silent: new Set() },
    mergeLine,
    accountLine: createLine(),
    mergeQueue: createBatches(mergeLine),
  };
}

/** As much of a night as a look at the backlog needs: nobody leads, nothing is written. */
export type Outset = {
  ports: Pick<DispatcherPorts, "clock" | "views"> & { board: Pick<Board, "load"> };
  plan: Pick<NightPlan, "repos" | "timeZone" | "ceilings" | "settings">;
};

/** The director's settings, with what evolution adopted on top (never a constitution key). */
export function settingsOf({ ports, plan }: Outset): Settings {
  return { ...plan.settings, ...Object.fromEntries(ports.views.view(settingsInForce).adopted) };
}

/** The settings of one attempt: those of all, and the changes that are being tried on it (H11). */
export async function settingsFor(night: Night, attempt: string): Promise<Settings> {
  const { views } = night.ports;
  // Whether it began before a trial or after, only the log says.
  await views.catchUp();
  const settings = settingsOf(night);
  const beganMs = views.view(outcomes).open.get(attempt)?.beganMs;
  if (beganMs === undefined) return settings;
  for (const trial of trialsOf(night)) {
    if (isTriedOn(trial, { attempt, beganMs })) settings[trial.key] = trial.to;
  }
  return settings;
}

/** The changes of settings that are being tried. */
export function trialsOf({ ports }: Night) {
  return [...ports.views.view(settingsInForce).open].flatMap(([policy, change]) => {
    if (change.status !== "tried") return [];
    const { key, from, to, share, tasksMax, sinceMs } = change;
    return [{ policy, key, from, to, share, tasksMax, sinceMs }];
  });
}

/** @throws Error when the backlog names a repository that this night was not given. */
export function repoOf({ plan }: Night, repo: string): RepoPlan {
  const known = plan.repos.get(repo);
  if (!known) throw new Error(`no repository ${repo} in this night`);
  return known;
}

export function say({ ports }: Night, task: string | null, text: string, tone: Note["tone"]): void {
  ports.tell({ task, text, tone });
}
