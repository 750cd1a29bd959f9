import type { MergePolicy } from "@nightshift/protocol/attempt";
import type { Companion, RepoEvent } from "@nightshift/protocol/repo";
import { latest } from "./fence.ts";
import { remember } from "./remember.ts";

/** Attempts whose merge or branch a repository remembers; git itself remembers the rest. */
const ATTEMPTS_REMEMBERED_MAX = 1_000;

type Outcome =
  | { status: "merged"; commit: string }
  | { status: "reverted" }
  | { status: "failed"; reason: "conflict" | "regression" | "moved"; detail: string };

/** What the director told of a repository. */
type Registration = {
  name: string;
  path: string;
  target: string;
  testCommand: string;
  policy: MergePolicy;
};

export type RepoState = { status: "absent" } | RepoRecord;

type Intention = {
  attempt: string;
  branch: string;
  target: string;
  old: string;
  new: string;
  /** What lands with it. */
  others: readonly Companion[];
  /** Its own merge, where it lands with others. */
  commit?: string;
};

export type RepoRecord = Registration & {
  status: "registered";
  /** The highest that did anything here; 0 before the first. */
  epoch: number;
  /** Paths each task has declared; none means the whole repository. */
  locks: ReadonlyMap<string, readonly string[]>;
  /** The merge that was announced and neither confirmed nor failed. */
  intended: Intention | null;
  outcomes: ReadonlyMap<string, Outcome>;
  branches: ReadonlyMap<string, { branch: string; commit: string }>;
};

const FRESH = {
  status: "registered",
  epoch: 0,
  locks: new Map(),
  intended: null,
  outcomes: new Map(),
  branches: new Map(),
} satisfies Omit<RepoRecord, keyof Registration>;

/** What an event makes of a repository. */
export function evolveRepo(state: RepoState, event: RepoEvent): RepoState {
  if (event.type === "repo.registered") {
    const { type: _, ...told } = event;
    return state.status === "absent" ? { ...FRESH, ...told } : { ...state, ...told };
  }
  if (state.status === "absent") throw new Error(`${event.type} of a repository never registered`);
  return change({ ...state, epoch: latest(state.epoch, event.epoch) }, event);
}

type Change = Exclude<RepoEvent, { type: "repo.registered" }>;

function change(state: RepoRecord, event: Change): RepoRecord {
  switch (event.type) {
    // Its epoch is all that it tells.
    case "repo.fenced":
      return state;
    case "repo.locked":
      return { ...state, locks: new Map(state.locks).set(event.task, event.scope) };
    case "repo.unlocked":
      return { ...state, locks: new Map([...state.locks].filter(([task]) => task !== event.task)) };
    case "repo.branch-published": {
      const { attempt, branch, commit } = event;
      const told = { branch, commit };
      return {
        ...state,
        branches: remember(state.branches, attempt, told, ATTEMPTS_REMEMBERED_MAX),
      };
    }
    case "repo.merge-intended": {
      const { attempt, branch, target, old, new: next, others = [] } = event;
      const own = event.commit === undefined ? {} : { commit: event.commit };
      return { ...state, intended: { attempt, branch, target, old, new: next, others, ...own } };
    }
    case "repo.merged": {
      // To take one of several back is to take back what it alone brought.
      const commit = event.commit ?? event.new;
      return ended(state, event.attempt, { status: "merged", commit });
    }
    case "repo.merge-failed": {
      const { attempt, reason, detail } = event;
      return ended(state, attempt, { status: "failed", reason, detail });
    }
    case "repo.reverted":
      return ended(state, event.attempt, { status: "reverted" });
  }
}

function ended(state: RepoRecord, attempt: string, outcome: Outcome): RepoRecord {
  return {
    ...state,
    intended: state.intended?.attempt === attempt ? null : state.intended,
    outcomes: remember(state.outcomes, attempt, outcome, ATTEMPTS_REMEMBERED_MAX),
  };
}
