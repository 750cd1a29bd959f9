import type { NightEvent } from "@nightshift/protocol/events";
import { teller, type Ended, type Told, type Try } from "./delegation.ts";
import { hex, sentence } from "./draws.ts";

/** Work that passed the gate: merged, or laid before the director. */
export function* integrated(
  one: Try,
  score: number,
  waits: boolean,
  branch: string,
  task: string,
): Generator<Told, Ended> {
  const { draw, attempt, spec, night: epoch } = one;
  const tell = teller(one);
  const repo = (event: NightEvent): Told => ({ ...tell(event), stream: `repo-${spec.repo}` });
  const [old, next, commit] = [hex(draw, 40), hex(draw, 40), hex(draw, 40)];
  yield repo({ type: "repo.branch-published", attempt, branch, commit, epoch });
  if (waits) {
    const review = (event: NightEvent): Told => ({ ...tell(event), stream: `review-${attempt}` });
    const why = "the policy asks for a review";
    const asked = { task, attempt, repo: spec.repo, branch, commit, score, why };
    yield review({ type: "review.requested", ...asked });
    yield* learned(one, score, false);
    yield tell({ type: "attempt.integrated", how: "in-review", commit, where: branch });
    if (draw() < 0.002) return "in-review";
    yield review({ type: "review.approved", by: "director" });
    yield review({ type: "review.merged", commit: next });
    return "in-review";
  }
  const target = "nightshift/main";
  const merge = { attempt, target, old, new: next, epoch };
  const intended = { ...merge, branch, testsPassed: 19, approvedBy: "gate" };
  yield repo({ type: "repo.merge-intended", ...intended });
  yield repo({ type: "repo.merged", ...merge });
  yield tell({ type: "attempt.integrated", how: "merged", commit: next, where: branch });
  yield* learned(one, score, true);
  return "merged";
}

/** What an attempt teaches. */
export function* learned(one: Try, score: number, merged: boolean): Generator<Told> {
  const { draw, attempt, spec } = one;
  const { category } = spec;
  const told = teller(one);
  const evaluated = {
    attempt,
    quality: score / 10,
    tokenEfficiency: draw(),
    merged,
    fitness: draw(),
  };
  yield {
    ...told({ type: "genome.evaluated", ...evaluated }),
    stream: `genome-${category}-neutral`,
  };
  const text = sentence(draw, 14);
  yield {
    ...told({ type: "guidance.reflected", category, attempt, text, score }),
    stream: `guidance-${category}`,
  };
}

/** A limit of an account puts it off; that is no failure. */
export function* deferral(one: Try, account: string): Generator<Told, Ended> {
  const { attempt, atMs, night: epoch } = one;
  const tell = teller(one);
  const held = (event: NightEvent): Told => ({ ...tell(event), stream: `account-${account}` });
  const untilMs = atMs + 3_600_000;
  yield held({ type: "account.limit-hit", attempt, resetsAtMs: untilMs });
  yield held({ type: "account.held", untilMs, reason: "limit", epoch });
  yield tell({ type: "attempt.deferred", account, untilMs, mustWait: true });
  yield held({ type: "account.reopened", epoch });
  return "deferred";
}
