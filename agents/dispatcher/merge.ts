import type { AttemptState } from "@nightshift/blackboard/attempt";
import type { RepoCommand } from "@nightshift/protocol/repo";
import { Refusal } from "@nightshift/protocol/errors";
import { record, type Try } from "./attempt.ts";
import { askDirector, publish, requestReview } from "./gate.ts";
import { settleIntended, tryMove } from "./intended.ts";
import { repoOf, settingsOf, type Night } from "./night.ts";
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
  const outcome = await night.mergeLine(repo.id, () =>
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
  const { ports } = night;
  const repo = repoOf(night, attempt.spec.repo);
  const earlier = await settledMerge(night, attempt);
  if (earlier !== null) return earlier;
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
    const refused = await intend(night, attempt, {
      branch,
      target: repo.target,
      old,
      new: merged.commit,
      verdict: state.verified?.verdict ?? "unverifiable",
      decision: state.gated?.decision ?? "rejected",
      approvedBy,
      mergedTests: { passed: tests.passed ?? 1, failed: tests.failed ?? 0 },
    });
    if (refused !== null) return refused;
    const moved = await carryOut(night, attempt, old, merged.commit);
    if (moved === true) return checkAfterMerge(night, attempt, merged.commit);
    if (moved === "checked-out") return { status: "checked-out" };
  }
  return { status: "conflict", detail: `the target moved ${MOVES_MAX} times` };
}

/** What the log knows of a merge of this attempt: it may have died in the middle of one. */
async function settledMerge(night: Night, attempt: Try): Promise<Outcome | null> {
  const { board } = night.ports;
  const { repo } = attempt.spec;
  const { state } = await board.load("repo", repo);
  if (state.status === "absent") return null;
  if (state.intended?.attempt === attempt.id) {
    await settleIntended(night, repo);
    return settledMerge(night, attempt);
  }
  const known = state.outcomes.get(attempt.id);
  if (known?.status === "reverted") return { status: "regression", detail: TAKEN_BACK };
  return known?.status === "merged" ? checkAfterMerge(night, attempt, known.commit) : null;
}

const TAKEN_BACK = "the check after the merge failed, and it was taken back";

type Intent = Omit<
  Extract<RepoCommand, { type: "repo.intend-merge" }>,
  "type" | "attempt" | "epoch"
>;

/** @returns what becomes of the attempt where a rule forbids its merge; else null. */
async function intend(night: Night, attempt: Try, intent: Intent): Promise<Outcome | null> {
  const { ports, epoch } = night;
  const command = { type: "repo.intend-merge", attempt: attempt.id, epoch, ...intent } as const;
  try {
    await ports.board.handle("repo", attempt.spec.repo, command, { correlation: attempt.task });
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message: detail } = error;
    if (code === "locked") return { status: "conflict", detail };
    if (code === "not-verified") return { status: "regression", detail };
    throw error;
  }
}

/** Moves the target, and says that it did or why it did not. */
async function carryOut(night: Night, attempt: Try, old: string, next: string) {
  const { ports, epoch } = night;
  const repo = repoOf(night, attempt.spec.repo);
  const ref = `refs/heads/${repo.target}`;
  const moved = await tryMove(ports.workspace, repo.path, ref, old, next);
  const reason = moved === "checked-out" ? "the target is checked out" : "the target moved";
  const command: RepoCommand =
    moved === true
      ? { type: "repo.confirm-merge", attempt: attempt.id, epoch }
      : failure(night, attempt, "moved", reason);
  await ports.board.handle("repo", repo.id, command, { correlation: attempt.task });
  return moved;
}

const MOVES_MAX = 5;

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
  const why = `${repo.afterMergeCommand} failed after the merge`;
  const undone = await revertMerge(night, attempt, commit, why);
  if (undone.status === "reverted") return { status: "regression", detail: TAKEN_BACK };
  // Only a person can untangle what was built on it since.
  await requestReview(night, attempt, `${why}; taking it back conflicts in ${undone.detail}`);
  return { status: "merged", commit };
}

function failure(
  { epoch }: Night,
  { id }: Try,
  reason: "conflict" | "regression" | "moved",
  detail: string,
): RepoCommand {
  return { type: "repo.fail-merge", attempt: id, epoch, reason, detail: detail.slice(0, 2_000) };
}
