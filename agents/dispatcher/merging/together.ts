import { revertMerge } from "./revert.ts";
import { requestReview } from "../gate.ts";
import type { Try } from "../attempt.ts";
import { isIntended, settleIntended } from "./intended.ts";
import type { Candidate, Outcome } from "./merge.ts";
import { land } from "./landing.ts";
import { couple, testTrain } from "./train.ts";
import { repoOf, settingsOf, type Night } from "../night.ts";

/** The merge of one alone, as the director asks for it. */
export async function merge(night: Night, candidate: Candidate): Promise<Outcome> {
  const outcome = (await mergeTogether(night, [candidate])).get(candidate);
  if (!outcome) throw new Error(`the merge of ${candidate.attempt.id} came to no end`);
  return outcome;
}

/**
 * Merges candidates of one repository: their merged tree is tested as a whole, and lands in one move
 * of the target, so that every commit the target ever stands at was tested. Whoever breaks it is
 * found by halving and named; a target that moves meanwhile is tried again.
 * @returns what became of at least one of them; the others are to be tried again.
 */
export async function mergeTogether(
  night: Night,
  candidates: readonly Candidate[],
): Promise<Map<Candidate, Outcome>> {
  const outcomes = new Map<Candidate, Outcome>();
  for (const candidate of candidates) {
    const earlier = await settledMerge(night, candidate.attempt);
    if (earlier !== null) outcomes.set(candidate, earlier);
  }
  const left = candidates.filter((candidate) => !outcomes.has(candidate));
  const [first] = left;
  if (!first) return outcomes;
  for (let tries = 0; tries < MOVES_MAX; tries++) {
    const old = await targetHead(night, first.attempt);
    const coupled = await couple(
      night,
      old,
      left.filter((one) => !outcomes.has(one)),
    );
    for (const [candidate, outcome] of coupled.outcomes) outcomes.set(candidate, outcome);
    if (coupled.cars.length === 0) return outcomes;
    const { culprit, ...tested } = await testTrain(night, old, coupled.cars);
    const landed = await land(night, old, tested);
    if (landed === "moved") continue;
    for (const [candidate, outcome] of landed) {
      outcomes.set(candidate, await afterMerge(night, candidate, outcome, landed.size));
    }
    if (culprit) {
      const { candidate } = culprit.car;
      const detail = await namedCulprit(night, candidate, culprit.detail);
      outcomes.set(candidate, { status: "regression", detail });
    }
    return outcomes;
  }
  const detail = `the target moved ${MOVES_MAX} times`;
  return outcomes.set(first, { status: "conflict", detail });
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

/** Its tests passed alone, as the verifier saw: so it is told what it broke together with. */
async function namedCulprit(
  night: Night,
  { attempt, state }: Candidate,
  detail: string,
): Promise<string> {
  const { board, workspace } = night.ports;
  const repo = await board.load("repo", attempt.spec.repo);
  const base = state.started?.base;
  if (repo.state.status === "absent" || base === undefined) return detail;
  const { path, outcomes } = repo.state;
  const since: string[] = [];
  for (const [id, outcome] of [...outcomes].slice(-SINCE_MAX)) {
    if (outcome.status !== "merged") continue;
    if (!(await workspace.contains(path, base, outcome.commit))) since.push(id);
  }
  if (since.length === 0) return detail;
  return `${detail}; green alone, red together with what was merged since: ${since.join(", ")}`;
}

/** Merges that are looked at to say what a branch broke together with. */
const SINCE_MAX = 20;

/** What the log knows of a merge of this attempt: it may have died in the middle of one. */
async function settledMerge(night: Night, attempt: Try): Promise<Outcome | null> {
  const { board } = night.ports;
  const { repo } = attempt.spec;
  const { state } = await board.load("repo", repo);
  if (state.status === "absent") return null;
  if (isIntended(state.intended, attempt.id)) {
    await settleIntended(night, repo);
    return settledMerge(night, attempt);
  }
  const known = state.outcomes.get(attempt.id);
  if (known?.status === "reverted") return { status: "regression", detail: TAKEN_BACK };
  return known?.status === "merged" ? checkAfterMerge(night, attempt, known.commit) : null;
}

const TAKEN_BACK = "the check after the merge failed, and it was taken back";

/** Only what landed alone is checked once more: whoever wants that check has each land alone. */
async function afterMerge(
  night: Night,
  { attempt }: Candidate,
  outcome: Outcome,
  landed: number,
): Promise<Outcome> {
  if (outcome.status !== "merged" || landed > 1) return outcome;
  return checkAfterMerge(night, attempt, outcome.commit);
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
