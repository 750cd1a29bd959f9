import type { Board } from "@nightshift/blackboard/board";
import type { MergePolicy } from "@nightshift/protocol/attempt";
import type { Ceilings } from "@nightshift/protocol/budget";
import type { Bus } from "@nightshift/protocol/bus";
import type { Clock } from "@nightshift/protocol/clock";
import type { Settings } from "@nightshift/protocol/settings";
import type { Incumbent } from "@nightshift/protocol/shift";
import type { RepoRef } from "@nightshift/protocol/skills";
import type { Blobs, Checks, Random, Workspace } from "../ports.ts";
import type { DirectorsDay } from "./accounts/directors-day.ts";
import type { Forge } from "../forge.ts";
import type { Schedule } from "./schedule.ts";
import type { Views } from "./views.ts";

/** The world as the dispatcher needs it. It has no model: every choice is a rule or a draw. */
export type DispatcherPorts = {
  board: Board;
  views: Views;
  bus: Bus;
  workspace: Workspace;
  checks: Checks;
  blobs: Blobs;
  results: Results;
  /** By repository; where there is none, a branch waits here alone. */
  forges?: ReadonlyMap<string, Forge>;
  clock: Clock;
  random: Random;
  /** Digest over all stream heads, for the seal at the end of a shift. */
  seal(): Promise<{ root: string; streams: number; upTo: string }>;
  /** Tells people what happens; stderr in a terminal. */
  tell(note: Note): void;
};

export type Note = { task: string | null; text: string; tone: "good" | "bad" | "quiet" };

/** Where reports go; the repository stays untouched (D13). */
export interface Results {
  /** Keeps a report under the task's name. @returns where it is, relative to the results folder. */
  file(task: string, name: string, text: string): Promise<string>;
}

/** A repository as the director set it up for this night. */
export type RepoPlan = RepoRef & {
  name: string;
  /** What a merge needs, by category; `policy` where a category has none of its own (F11). */
  policy: MergePolicy;
  policyByCategory: Readonly<Record<string, MergePolicy>>;
  /** Where the target branch begins if it is not there yet. */
  startPoint: string;
  parallelMax: number;
  /** Whether tasks with overlapping paths may run at once; the merge queue then settles it. */
  overlap: boolean;
  /** Run on the target after each merge; when it fails the merge is reverted. */
  afterMergeCommand: string | null;
};

export type NightPlan = {
  leader: string;
  incumbent: Incumbent;
  /** The epoch that `incumbent` was seen in; that of now where it is left out. */
  incumbentEpoch?: number;
  untilMs: number | null;
  timeZone: string;
  schedule: Schedule;
  repos: ReadonlyMap<string, RepoPlan>;
  ceilings: Ceilings;
  settings: Settings;
  sandbox: string;
  /** When the director wants to work; what accounts keep for it stays free. Absent: never. */
  day?: DirectorsDay | null;
  /** The accounts of the house's workers; absent where nobody can tell. */
  accounts?: readonly string[];
  /**
   * Until when a night may wait for a limit to reset and go on by itself (ms since 1970). Null: it
   * may not, nobody asked for it; absent: as long as the night is.
   */
  resumeUntilMs?: number | null;
};
