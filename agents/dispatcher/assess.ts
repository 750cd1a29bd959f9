import type { AttemptState } from "@nightshift/blackboard/attempt";
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
  const answer = await withReservation(
    night,
    attempt,
    { skill: "assess", agent: assessor, inputTokens: INPUT_TOKENS, outputTokens: OUTPUT_TOKENS },
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
  await record(night, attempt, {
    type: "attempt.assess",
    generation,
    ...answer.assessed,
    ...(await judgeRecord(night, answer.assessed)),
    judgeWeight: settingsOf(night).assessorJudgeWeight,
  });
}
