import type { AttemptState } from "@nightshift/blackboard/attempt";
import type { Executed } from "@nightshift/protocol/attempt";
import type { Claim, Review, Reviewed } from "@nightshift/protocol/claim";
import { claimsOf } from "../assessor/review/claims.ts";
import { reviewedOf } from "../assessor/review/reviewed.ts";
import { record, type Try } from "./attempt.ts";
import { bidders } from "./choosing/auction.ts";
import { answersTo, ask } from "./delegate.ts";
import { judgeRecord } from "./learning/judge-record.ts";
import { settingsOf, type Night } from "./night.ts";
import { mustOpen, withReservation } from "./paid.ts";
import { repoRef } from "./plan.ts";
import { defer, fail, holdAccount } from "./release.ts";

const INPUT_TOKENS = 40_000;
const OUTPUT_TOKENS = 6_000;
/** Limits that one attempt sits out with its judge, before it goes back to the backlog. */
const LIMITS_MAX = 5;

/** Step 7: how good it is, by someone who is not the author (I6). */
export async function assess(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const { id, task, generation, spec } = attempt;
  const { executed, verified } = state;
  if (!executed || !verified) throw new Error(`${id} has nothing to assess`);
  const assessor = bidders(night, "assess").find((name) => name !== executed.by);
  if (assessor === undefined) {
    return fail(night, attempt, { kind: "lost", detail: "no independent assessor is here" });
  }
  const claims = claimsOf(spec, verified, settingsOf(night).reviewClaimsMax);
  const answer = await withReservation(
    night,
    attempt,
    { skill: "assess", agent: assessor, ...tokensFor(night, claims) },
    () =>
      ask(night, attempt, assessor, "assess", {
        task,
        spec,
        attempt: id,
        generation,
        repo: repoRef(night, spec.repo),
        author: executed.by,
        authorFamily: executed.family,
        stopReason: executed.stopReason,
        files: executed.files,
        diff: executed.diff,
        report: executed.report,
        verdict: verified.verdict,
        checks: verified.checks,
        hits: verified.hits,
        ...(verified.reach && { reach: verified.reach }),
        ...(verified.lint && { lint: verified.lint }),
        ...(claims.length > 0 && { claims }),
      }),
    (given) => (given.status === "limit" ? (given.spend ?? "nothing") : given.spend),
  );
  if (answer === null) return;
  if (answer.status === "limit") {
    if (answersTo(night, attempt, "assess") >= LIMITS_MAX) return defer(night, attempt, answer);
    // The work is done and waits for its judge; nothing of it is thrown away.
    await holdAccount(night, attempt, answer);
    return mustOpen(night, answer.account);
  }
  if (answer.status === "failed") return fail(night, attempt, answer);
  for (const limit of answer.limits ?? []) await holdAccount(night, attempt, limit);
  await record(night, attempt, {
    type: "attempt.assess",
    generation,
    ...answer.assessed,
    ...(await judgeRecord(night, answer.assessed)),
    ...(claims.length > 0 && {
      reviewed: await heldAgainst(night, executed, claims, answer.review ?? null),
    }),
    judgeWeight: settingsOf(night).assessorJudgeWeight,
  });
}

/** What the judge takes, and where there are claims what a review takes besides. */
function tokensFor(night: Night, claims: readonly Claim[]) {
  if (claims.length === 0) return { inputTokens: INPUT_TOKENS, outputTokens: OUTPUT_TOKENS };
  const { reviewInputTokens, reviewOutputTokens } = settingsOf(night);
  return {
    inputTokens: INPUT_TOKENS + reviewInputTokens,
    outputTokens: OUTPUT_TOKENS + reviewOutputTokens,
  };
}

/** The reviewer's word, as far as it stands in the work: no assessor is trusted with that. */
async function heldAgainst(
  { ports }: Night,
  { diff, report, family: authorFamily }: Executed,
  claims: readonly Claim[],
  review: Review | null,
): Promise<Reviewed> {
  const sha256 = review === null ? null : (report ?? diff);
  const work = sha256 === null ? "" : await ports.blobs.get(sha256);
  return reviewedOf(claims, review, { work, isDiff: report === null, authorFamily });
}
