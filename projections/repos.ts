import type { MergePolicy } from "@nightshift/protocol/attempt";
import { idOf } from "@nightshift/protocol/ids";
import type { RepoEvent } from "@nightshift/protocol/repo";
import type { Projection } from "./projection.ts";

/** A merge that was announced and not yet confirmed: after a crash the ref tells how it ended. */
type IntendedMerge = {
  attempt: string;
  branch: string;
  target: string;
  old: string;
  new: string;
};

type Repo = {
  name: string;
  path: string;
  target: string;
  testCommand: string;
  policy: MergePolicy;
  /** Paths each task has locked; an empty list locks the whole repository (F23). */
  locks: Map<string, string[]>;
  intended: IntendedMerge | null;
};

/** By repo id. */
export type Repos = Map<string, Repo>;

/** The repositories, who holds a lock in them, and the merge each is in the middle of. */
export const repos: Projection<Repos, RepoEvent> = {
  name: "repos",
  version: 1,
  reads: [
    "repo.registered",
    "repo.fenced",
    "repo.locked",
    "repo.unlocked",
    "repo.branch-published",
    "repo.merge-intended",
    "repo.merged",
    "repo.merge-failed",
    "repo.reverted",
  ],
  initial: () => new Map(),
  apply(view, { stream, event }) {
    const id = idOf(stream);
    if (event.type === "repo.registered") {
      const { name, path, target, testCommand, policy } = event;
      const { locks, intended } = view.get(id) ?? { locks: new Map(), intended: null };
      view.set(id, { name, path, target, testCommand, policy, locks, intended });
      return;
    }
    const repo = view.get(id);
    if (repo) change(repo, event);
  },
};

function change(repo: Repo, event: Exclude<RepoEvent, { type: "repo.registered" }>): void {
  switch (event.type) {
    case "repo.locked":
      repo.locks.set(event.task, event.scope);
      return;
    case "repo.unlocked":
      repo.locks.delete(event.task);
      return;
    case "repo.merge-intended": {
      const { attempt, branch, target, old, new: next } = event;
      repo.intended = { attempt, branch, target, old, new: next };
      return;
    }
    case "repo.merged":
    case "repo.merge-failed":
      if (repo.intended?.attempt === event.attempt) repo.intended = null;
      return;
    case "repo.fenced":
    case "repo.branch-published":
    case "repo.reverted":
      return;
  }
}
