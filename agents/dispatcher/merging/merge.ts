import type { AttemptState } from "@nightshift/blackboard/attempt";
import { record, type Try } from "../attempt.ts";
import { askDirector, publish } from "../gate.ts";
import { failure } from "./landing.ts";
import { mergeTogether } from "./together.ts";
import { repoOf, settingsOf, type Night } from "../night.ts";
import { fail } from "../release.ts";

/**
 * Step 9: builds the merge commit, tests the merged tree, says what it intends, moves the target by
 * compare-and-set, says that it did. After a crash the ref itself tells which of these it was.
 */
export async function mergeAccepted(
  night: Night,
  attempt: Try,
  state: AttemptState,
): Promise<void> {
  const repo = repoOf(night, attempt.spec.repo);
  const commit = state.executed?.commit;
  if (!commit) throw new Error(`${attempt.id} has no commit to merge`);
  const branch = await publish(night, attempt, commit);
  const candidate = { attempt, commit, branch, state, approvedBy: "gate" };
  const outcome = await night.mergeQueue(repo.id, candidate, {
    // A check of the director's after each merge needs each merge alone.
    sizeMax: repo.afterMergeCommand === null ? settingsOf(night).mergeBatchMax : 1,
    work: (batch) => mergeTogether(night, batch),
  });
  switch (outcome.status) {
    case "merged":
      return record(night, attempt, {
        type: "attempt.integrate",
        generation: attempt.generation,
        how: "merged",
        commit: outcome.commit,
        where: branch,
      });
    case "checked-out":
      return askDirector(night, attempt, state);
    case "conflict":
    case "regression": {
      const { status, detail } = outcome;
      await night.ports.board.handle("repo", repo.id, failure(night, attempt, status, detail), {
        correlation: attempt.task,
      });
      return fail(night, attempt, { kind: status, detail });
    }
  }
}

/** What became of a merge. */
export type Outcome =
  | { status: "merged"; commit: string }
  | { status: "checked-out" }
  | { status: "conflict" | "regression"; detail: string };

/** What is merged, on whose word. */
export type Candidate = {
  attempt: Try;
  commit: string;
  branch: string;
  state: AttemptState;
  /** `gate`, or the director who approved. */
  approvedBy: string;
};
