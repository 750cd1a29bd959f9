import type { Recorded } from "@nightshift/protocol/envelope";
import { idOf } from "@nightshift/protocol/ids";
import type { Fact, Section } from "./digest.ts";
import { attemptOf, type Night } from "./digest-night.ts";
import { count, dollars, moment, plain } from "./plain.ts";
import { taskOf } from "./task-of.ts";

export const EXCERPT_CHARS_MAX = 240;
export const MODEL_CHARS_MAX = 60;
export const PATH_CHARS_MAX = 120;
const COMMIT_CHARS = 10;

/** What became of each task that the night touched. */
export function outcomes(night: Night): Section[] {
  return [
    { name: "merged", title: "Merged", facts: merged(night) },
    { name: "taken-back", title: "Merged and taken back", facts: takenBack(night) },
    { name: "in-review", title: "In review", facts: inReview(night) },
    { name: "filed", title: "Reports filed", facts: integrated(night, "filed") },
    { name: "branches", title: "Left on a branch", facts: integrated(night, "branch") },
    { name: "returned", title: "Rejected and returned", facts: returned(night) },
    { name: "failed", title: "Failed", facts: failed(night) },
    { name: "deferred", title: "Put off by a limit", facts: deferred(night) },
    { name: "given-up", title: "Given up", facts: givenUp(night) },
    { name: "refused", title: "Refused", facts: refused(night) },
    { name: "split", title: "Split", facts: split(night) },
    { name: "safety", title: "Safety events", facts: safety(night) },
  ];
}

function merged(night: Night): Fact[] {
  const back = new Set(night.all("repo.reverted").map(({ event }) => event.attempt));
  return night
    .all("repo.merged")
    .filter(({ event }) => !back.has(event.attempt))
    .map((recorded) => {
      const { attempt, target, new: commit } = recorded.event;
      const approved = night.of("review.approved", attempt);
      const by = approved ? `, approved by ${plain(approved.event.by, MODEL_CHARS_MAX)}` : "";
      const as = commit.slice(0, COMMIT_CHARS);
      const into = `merged into ${plain(target, PATH_CHARS_MAX)} as ${as}`;
      return tellAttempt(night, attempt, `${into}${by}`, [recorded, approved]);
    });
}

function takenBack(night: Night): Fact[] {
  return night.all("repo.reverted").map((recorded) => {
    const { attempt, target, reason, revert } = recorded.event;
    const from = `taken back from ${plain(target, PATH_CHARS_MAX)}`;
    const why = `by ${revert.slice(0, COMMIT_CHARS)}: ${plain(reason, EXCERPT_CHARS_MAX)}`;
    const before = night.of("repo.merged", attempt);
    return tellAttempt(night, attempt, `${from} ${why}`, [recorded, before]);
  });
}

/** What was approved and merged is told there, once. */
function inReview(night: Night): Fact[] {
  const merged = new Set(night.all("repo.merged").map(({ event }) => event.attempt));
  const open = night.all("review.requested").filter(({ event }) => !merged.has(event.attempt));
  const latest = new Map(open.map((requested) => [requested.event.attempt, requested]));
  return [...latest.values()].map((recorded) => {
    const { attempt, branch, why } = recorded.event;
    // What was said before it was asked for anew was taken back.
    const since = <R extends Recorded>(said: R | undefined) =>
      said && said.position > recorded.position ? said : undefined;
    const rejected = since(night.of("review.rejected", attempt));
    const approved = since(night.of("review.approved", attempt));
    const said = rejected ? "rejected by you" : approved ? "approved by you" : "waits for you";
    const text = `${said}, on ${plain(branch, PATH_CHARS_MAX)}: ${plain(why, EXCERPT_CHARS_MAX)}`;
    return tellAttempt(night, attempt, text, [recorded, rejected, approved]);
  });
}

function integrated(night: Night, how: "filed" | "branch"): Fact[] {
  return night
    .all("attempt.integrated")
    .filter(({ event }) => event.how === how)
    .map((recorded) => {
      const where = plain(recorded.event.where, PATH_CHARS_MAX);
      const text = how === "filed" ? `filed as ${where}` : `left on ${where}`;
      return tellAttempt(night, attemptOf(recorded), text, [recorded]);
    });
}

function returned(night: Night): Fact[] {
  const gated = night.all("attempt.gated").filter(({ event }) => event.decision === "rejected");
  return gated.map((recorded) => {
    const attempt = attemptOf(recorded);
    const reasons = recorded.event.reasons.map(({ text }) => plain(text, PATH_CHARS_MAX));
    const back = night
      .all("task.returned")
      .find(({ stream, event }) => attempt === `${idOf(stream)}-g${event.generation}`);
    const text = `rejected by the gate: ${plain(reasons.join("; "), EXCERPT_CHARS_MAX)}`;
    return tellAttempt(night, attempt, text, [recorded, back, later(night, attempt)]);
  });
}

function failed(night: Night): Fact[] {
  return night
    .all("attempt.failed")
    .filter(
      (recorded) => night.of("attempt.gated", attemptOf(recorded))?.event.decision !== "rejected",
    )
    .map((recorded) => {
      const attempt = attemptOf(recorded);
      const { kind, detail } = recorded.event;
      const text = `failed (${kind}): ${plain(detail, EXCERPT_CHARS_MAX)}`;
      const mergeFailed = night.of("repo.merge-failed", attempt);
      return tellAttempt(night, attempt, text, [recorded, mergeFailed, later(night, attempt)]);
    });
}

function deferred(night: Night): Fact[] {
  return night.all("attempt.deferred").map((recorded) => {
    const attempt = attemptOf(recorded);
    const { account, untilMs } = recorded.event;
    const until = moment(untilMs, night.timeZone);
    const text = `put off: ${night.account(account)} is at its limit until ${until}`;
    return tellAttempt(night, attempt, text, [recorded, later(night, attempt)]);
  });
}

function givenUp(night: Night): Fact[] {
  return night
    .all("task.abandoned")
    .map((recorded) => tellTask(night, recorded, `given up: ${recorded.event.reason}`));
}

function refused(night: Night): Fact[] {
  return night.all("task.refused").map((recorded) => {
    const { reason, evidence } = recorded.event;
    return tellTask(night, recorded, `refused (${reason}): ${evidence.join("; ")}`);
  });
}

function split(night: Night): Fact[] {
  return night.all("task.split").map((recorded) => {
    const { children, reason } = recorded.event;
    return tellTask(night, recorded, `split into ${count(children.length, "part")}: ${reason}`);
  });
}

function safety(night: Night): Fact[] {
  return night.all("attempt.flagged").map((recorded) => {
    const { rule, detail } = recorded.event;
    const text = `safety event (${rule}): ${plain(detail, EXCERPT_CHARS_MAX)}`;
    return tellAttempt(night, attemptOf(recorded), text, [recorded]);
  });
}

/** The completion that came after a bad end, so that the line does not sound like the last word. */
function later(night: Night, attempt: string): Recorded | undefined {
  const stream = `task-${taskOf(attempt)}`;
  return night.all("task.completed").find((recorded) => recorded.stream === stream);
}

function tellTask(night: Night, recorded: Recorded, text: string): Fact {
  const task = night.task(idOf(recorded.stream));
  const line = plain(text, EXCERPT_CHARS_MAX);
  return { text: `${task.name}: ${line}`, events: [recorded.id, ...task.events] };
}

function tellAttempt(
  night: Night,
  attempt: string,
  text: string,
  behind: readonly (Recorded | undefined)[],
): Fact {
  const task = night.task(taskOf(attempt));
  const work = workOf(night, attempt);
  const done = behind.find((recorded) => recorded?.event.type === "task.completed");
  const after = done?.event.type === "task.completed" ? `; done later (${done.event.outcome})` : "";
  const ids = behind.flatMap((recorded) => (recorded ? [recorded.id] : []));
  return {
    text: `${task.name}: ${text}${work.text}${after}`,
    events: [...new Set([...ids, ...work.events, ...task.events])],
  };
}

/** Scores, worker and cost of an attempt, as far as it got. */
function workOf(night: Night, attempt: string): { text: string; events: string[] } {
  const gated = night.of("attempt.gated", attempt);
  const assessed = night.of("attempt.assessed", attempt);
  const executed = night.of("attempt.executed", attempt);
  const awarded = night.of("attempt.awarded", attempt);
  const parts: string[] = [];
  if (gated && assessed) {
    const { heuristic, judge } = assessed.event;
    const both = `heuristic ${heuristic.toFixed(1)}, judge ${judge.toFixed(1)}`;
    parts.push(`score ${gated.event.score.toFixed(1)} (${both})`);
  }
  const model = executed?.event.model ?? awarded?.event.model;
  if (model !== undefined) parts.push(`by ${plain(model, MODEL_CHARS_MAX)}`);
  if (executed) parts.push(`${dollars(executed.event.costMicroUsd)} ${executed.event.costKind}`);
  const behind = [gated, assessed, executed ?? awarded];
  return {
    text: parts.length > 0 ? `, ${parts.join(", ")}` : "",
    events: behind.flatMap((recorded) => (recorded ? [recorded.id] : [])),
  };
}
