import type { AttemptState } from "@nightshift/blackboard/attempt";
import { record, type Try } from "./attempt.ts";
import { branchOf } from "./branch.ts";
import { mergeAccepted } from "./merging/merge.ts";
import { repoOf, type Night } from "./night.ts";
import { fail } from "./release.ts";

/** Steps 8 and 9: does what the gate decided. */
export async function settleGate(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const { gated, executed } = state;
  if (!gated || !executed) throw new Error(`${attempt.id} has not been gated`);
  if (gated.decision === "rejected") {
    // Sent back with the critique, never continued (C23, C27).
    const detail = gated.reasons.map(({ text }) => text).join("; ");
    return fail(night, attempt, { kind: "rejected", detail });
  }
  if (executed.report !== null) return fileReport(night, attempt, executed.report);
  if (gated.decision === "accepted") return mergeAccepted(night, attempt, state);
  return askDirector(night, attempt, state);
}

/** A report goes to the results folder; the repository stays as it is (D13). */
async function fileReport(night: Night, attempt: Try, report: string): Promise<void> {
  const { results, blobs } = night.ports;
  const { id, generation, task } = attempt;
  const where = await results.file(task, id, await blobs.get(report));
  await record(night, attempt, {
    type: "attempt.integrate",
    generation,
    how: "filed",
    commit: null,
    where,
  });
}

/** The branch is there to look at; the merge is the director's (F11, C34). */
export async function askDirector(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const { id, generation } = attempt;
  const { gated, executed, started } = state;
  if (!gated || !executed?.commit || !started) throw new Error(`${id} has nothing to review`);
  const branch = await publish(night, attempt, executed.commit);
  const never = started.rules.policy === "never";
  const reasons = gated.reasons.map(({ text }) => text).join("; ");
  const critique = state.assessed?.critique.trim() ?? "";
  // The judge's own words, so that whoever decides need not ask for them (C34).
  const words = critique === "" ? "" : `. The judge: ${critique}`;
  if (!never) await requestReview(night, attempt, `${reasons}${words}`);
  await record(night, attempt, {
    type: "attempt.integrate",
    generation,
    how: never ? "branch" : "in-review",
    commit: executed.commit,
    where: branch,
  });
}

/** Puts an attempt before the director, once. */
export async function requestReview(night: Night, attempt: Try, why: string): Promise<void> {
  const { board } = night.ports;
  const { id, task, spec } = attempt;
  if ((await board.load("review", id)).state.status !== "absent") return;
  const { gated, executed, started } = (await board.load("attempt", id)).state;
  if (!gated || !executed?.commit || !started) throw new Error(`${id} has nothing to review`);
  const command = {
    type: "review.request",
    task,
    attempt: id,
    repo: started.repo,
    branch: branchOf(spec.name),
    commit: executed.commit,
    score: gated.score,
    why: why.slice(0, 1_000),
  } as const;
  await board.handle("review", id, command, { correlation: task });
}

/** Puts the attempt's commit on its branch, under the name the director gave the task (B8). */
export async function publish(night: Night, attempt: Try, commit: string): Promise<string> {
  const { board, workspace } = night.ports;
  const { id, path } = repoOf(night, attempt.spec.repo);
  const branch = branchOf(attempt.spec.name);
  const ref = `refs/heads/${branch}`;
  const old = await workspace.resolve(path, ref);
  if (old !== commit && !(await workspace.moveRef(path, ref, old, commit))) {
    throw new Error(`${branch} moved while it was being published`);
  }
  await board.handle(
    "repo",
    id,
    { type: "repo.publish-branch", attempt: attempt.id, branch, commit, epoch: night.epoch },
    { correlation: attempt.task },
  );
  return branch;
}
