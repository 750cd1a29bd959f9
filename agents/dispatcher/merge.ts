import type { AttemptState } from "@nightshift/blackboard/attempt";
import type { RepoCommand } from "@nightshift/protocol/repo";
import { Refusal } from "@nightshift/protocol/errors";
import { record, type Try } from "./attempt.ts";
import { askDirector, publish } from "./gate.ts";
import { repoOf, settingsOf, type Night } from "./night.ts";
import { oneAtATime } from "./queue.ts";
import { fail } from "./release.ts";
import { revertMerge } from "./revert.ts";

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
  const outcome = await oneAtATime(repo.id, () =>
    merge(night, attempt, { commit, branch, state, approvedBy: "gate" }),
  );
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

type Outcome =
  | { status: "merged"; commit: string }
  | { status: "checked-out" }
  | { status: "conflict" | "regression"; detail: string };

/** What is merged, on whose word. */
export type Candidate = {
  commit: string;
  branch: string;
  state: AttemptState;
  /** `gate`, or the director who approved. */
  approvedBy: string;
};

/** The merge itself, one at a time a repository; a target that moves meanwhile is tried again. */
export async function merge(
  night: Night,
  attempt: Try,
  { commit, branch, state, approvedBy }: Candidate,
): Promise<Outcome> {
  const { ports, epoch } = night;
  const repo = repoOf(night, attempt.spec.repo);
  const ref = `refs/heads/${repo.target}`;
  for (let tries = 0; tries < MOVES_MAX; tries++) {
    const old = await targetHead(night, attempt);
    const message = `${attempt.spec.title}\n\nNight-Shift-Attempt: ${attempt.id}\n`;
    const merged = await ports.workspace.merge(repo.path, old, commit, message);
    if (merged.status === "conflict") {
      return { status: "conflict", detail: `conflicts in ${merged.paths.join(", ")}` };
    }
    if (merged.alreadyThere) return { status: "merged", commit: old };
    const tests = await ports.checks.run(repo, merged.commit, repo.testCommand, {
      wallMs: settingsOf(night).checkWallMs,
      signal: night.abort,
    });
    if (tests.exitCode !== 0) {
      return { status: "regression", detail: tests.failures.slice(0, 5).join(", ") || tests.tail };
    }
    const intent: RepoCommand = {
      type: "repo.intend-merge",
      attempt: attempt.id,
      branch,
      target: repo.target,
      old,
      new: merged.commit,
      epoch,
      verdict: state.verified?.verdict ?? "unverifiable",
      decision: state.gated?.decision ?? "rejected",
      approvedBy,
      mergedTests: { passed: tests.passed ?? 1, failed: tests.failed ?? 0 },
    };
    const about = { correlation: attempt.task };
    await ports.board.handle("repo", repo.id, intent, about);
    const moved = await tryMove(night, repo.path, ref, old, merged.commit);
    if (moved === true) {
      await ports.board.handle(
        "repo",
        repo.id,
        { type: "repo.confirm-merge", attempt: attempt.id, epoch },
        about,
      );
      return checkAfterMerge(night, attempt, merged.commit);
    }
    const reason = moved === "checked-out" ? "the target is checked out" : "the target moved";
    await ports.board.handle("repo", repo.id, failure(night, attempt, "moved", reason), about);
    if (moved === "checked-out") return { status: "checked-out" };
  }
  return { status: "conflict", detail: `the target moved ${MOVES_MAX} times` };
}

const MOVES_MAX = 5;

async function tryMove(night: Night, path: string, ref: string, old: string, next: string) {
  try {
    return await night.ports.workspace.moveRef(path, ref, old, next);
  } catch (error) {
    if (error instanceof Refusal && error.code === "not-allowed") return "checked-out" as const;
    throw error;
  }
}

/** Where the target stands; it begins at the repository's start point. */
async function targetHead(night: Night, attempt: Try): Promise<string> {
  const { workspace } = night.ports;
  const { path, target, startPoint } = repoOf(night, attempt.spec.repo);
  const head = await workspace.resolve(path, target);
  if (head !== null) return head;
  const start = await workspace.resolve(path, startPoint);
  if (start === null) throw new Error(`${path} has no commit at ${startPoint}`);
  await workspace.moveRef(path, `refs/heads/${target}`, null, start);
  return start;
}

/** The director's own check of the target; where it fails the merge is taken back (E16). */
async function checkAfterMerge(night: Night, attempt: Try, commit: string): Promise<Outcome> {
  const repo = repoOf(night, attempt.spec.repo);
  if (repo.afterMergeCommand === null) return { status: "merged", commit };
  const run = await night.ports.checks.run(repo, commit, repo.afterMergeCommand, {
    wallMs: settingsOf(night).checkWallMs,
    signal: night.abort,
  });
  if (run.exitCode === 0) return { status: "merged", commit };
  const detail = `${repo.afterMergeCommand} failed after the merge, which was taken back`;
  await revertMerge(night, attempt, commit, detail);
  return { status: "regression", detail };
}

function failure(
  { epoch }: Night,
  { id }: Try,
  reason: "conflict" | "regression" | "moved",
  detail: string,
): RepoCommand {
  return { type: "repo.fail-merge", attempt: id, epoch, reason, detail: detail.slice(0, 2_000) };
}
