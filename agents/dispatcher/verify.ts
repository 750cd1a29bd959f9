import type { AttemptState } from "@nightshift/blackboard/attempt";
import { record, type Try } from "./attempt.ts";
import { bidders } from "./choosing/auction.ts";
import { ask } from "./delegate.ts";
import { say, settingsOf, type Night } from "./night.ts";
import { repoRef } from "./plan.ts";
import { fail } from "./release.ts";

/** Step 6: what can be shown, by someone who is not the author (I6). */
export async function verify(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const { id, task, generation, spec } = attempt;
  const { started, executed } = state;
  if (!started || !executed) throw new Error(`${id} has nothing to verify`);
  const verifier = bidders(night, "verify").find((name) => name !== executed.by);
  if (verifier === undefined) {
    return fail(night, attempt, { kind: "lost", detail: "no independent verifier is here" });
  }
  const verified = await ask(night, attempt, verifier, "verify", {
    task,
    spec,
    attempt: id,
    generation,
    repo: repoRef(night, spec.repo),
    base: started.base,
    commit: executed.commit,
    report: executed.report,
    author: executed.by,
    files: executed.files,
    rules: started.rules,
    truncationDropShare: settingsOf(night).truncationDropShare,
    stopReason: executed.stopReason,
  });
  await record(night, attempt, { type: "attempt.verify", generation, ...verified });
  const failed = verified.checks.filter(({ outcome }) => outcome === "fail");
  const why = failed.map(({ name }) => name).join(", ");
  say(night, task, `${spec.name} verified: ${verified.verdict}${why && ` (${why})`}`, "quiet");
}
