import type { Recorded } from "@nightshift/protocol/envelope";
import { idOf } from "@nightshift/protocol/ids";
import type { Fact, Section } from "./digest.ts";
import { attemptOf, type Night } from "./night.ts";
import { answered, inReview } from "./reviews.ts";
import { COMMIT_CHARS, EXCERPT_CHARS_MAX, MODEL_CHARS_MAX, PATH_CHARS_MAX } from "./sizes.ts";
import { tellAttempt } from "./work.ts";
import { count, moment, plain } from "../words/plain.ts";
import { taskOf } from "../task-of.ts";

/** What became of each task that the night touched. */
export function outcomes(night: Night): Section[] {
  return [
    { name: "merged", title: "Merged", facts: merged(night) },
    { name: "taken-back", title: "Merged and taken back", facts: takenBack(night) },
    { name: "in-review", title: "In review", facts: inReview(night) },
    { name: "answered", title: "Answered reviews of earlier nights", facts: answered(night) },
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
      const { attempt, target, new: next, commit = next } = recorded.event;
      const approved = night.of("review.approved", attempt);
      const by = approved ? `, approved by ${plain(approved.event.by, MODEL_CHARS_MAX)}` : "";
      const as = commit.slice(0, COMMIT_CHARS);
      const into = `merged into ${plain(target, PATH_CHARS_MAX)} as ${as}`;
      const fact = tellAttempt(night, attempt, `${into}${by}`, [recorded, approved]);
      return { ...fact, command: `nightshift undo merge ${attempt}` };
    });
}

function takenBack(night: Night): Fact[] {
  return night.all("repo.reverted").map((recorded) => {
    const { attempt, target, reason, revert } = recorded.event;
    const from = `taken back from ${plain(target, PATH_CHARS_MAX)}`;
    const why = `by ${revert.slice(0, COMMIT_CHARS)}: ${plain(reason, EXCERPT_CHARS_MAX)}`;
    const before = night.of("repo.merged", attempt);
    return again(attempt, tellAttempt(night, attempt, `${from} ${why}`, [recorded, before]));
  });
}

function integrated(night: Night, how: "filed" | "branch"): Fact[] {
  return night
    .all("attempt.integrated")
    .filter(({ event }) => event.how === how)
    .map((recorded) => {
      const where = plain(recorded.event.where, PATH_CHARS_MAX);
      const attempt = attemptOf(recorded);
      const text =
        how === "filed" ? `filed as ${where}${notSeen(night, attempt)}` : `left on ${where}`;
      return again(attempt, tellAttempt(night, attempt, text, [recorded]));
    });
}

/** What a report was not seen to hold, for it is filed all the same (C34). */
function notSeen(night: Night, attempt: string): string {
  const reasons = night.of("attempt.gated", attempt)?.event.reasons ?? [];
  const open = reasons.filter(({ code }) => code === "review" || code === "unverifiable");
  if (open.length === 0) return "";
  const words = open.map(({ text }) => text).join("; ");
  return `, for you to weigh: ${plain(words, EXCERPT_CHARS_MAX)}`;
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
    return again(
      attempt,
      tellAttempt(night, attempt, text, [recorded, back, later(night, attempt)]),
    );
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
      const behind = [recorded, mergeFailed, later(night, attempt)];
      return again(attempt, tellAttempt(night, attempt, text, behind));
    });
}

function deferred(night: Night): Fact[] {
  return night.all("attempt.deferred").map((recorded) => {
    const attempt = attemptOf(recorded);
    const { account, untilMs } = recorded.event;
    const until = moment(untilMs, night.timeZone);
    const why =
      account === "brake"
        ? "every model that could do it is braked in its category"
        : `${night.account(account)} is at its limit`;
    const text = `put off: ${why} until ${until}`;
    const fact = tellAttempt(night, attempt, text, [recorded, later(night, attempt)]);
    return { ...fact, command: "nightshift run" };
  });
}

function givenUp(night: Night): Fact[] {
  return night.all("task.abandoned").map((recorded) => {
    const fact = tellTask(night, recorded, `given up: ${recorded.event.reason}`);
    return again(idOf(recorded.stream), fact);
  });
}

function refused(night: Night): Fact[] {
  return night.all("task.refused").map((recorded) => {
    const { reason, evidence } = recorded.event;
    const fact = tellTask(night, recorded, `refused (${reason}): ${evidence.join("; ")}`);
    return { ...fact, command: `nightshift undo ${idOf(recorded.stream)}` };
  });
}

function split(night: Night): Fact[] {
  return night.all("task.split").map((recorded) => {
    const { children, reason } = recorded.event;
    const text = `split into ${count(children.length, "part")}: ${reason}`;
    const fact = tellTask(night, recorded, text);
    return { ...fact, command: `nightshift why ${idOf(recorded.stream)}` };
  });
}

function safety(night: Night): Fact[] {
  return night.all("attempt.flagged").map((recorded) => {
    const { rule, detail } = recorded.event;
    const text = `safety event (${rule}): ${plain(detail, EXCERPT_CHARS_MAX)}`;
    const attempt = attemptOf(recorded);
    return again(attempt, tellAttempt(night, attempt, text, [recorded]));
  });
}

/** Offers to do a task again, with what the director has to say about it. */
function again(attemptOrTask: string, fact: Fact): Fact {
  return { ...fact, command: `nightshift redo ${taskOf(attemptOrTask)} --note "…"` };
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
