import type { AttemptState } from "@nightshift/blackboard/attempt";
import { Refusal } from "@nightshift/protocol/errors";
import type { ReleaseReason, TaskCommand } from "@nightshift/protocol/task";
import type { Try } from "./attempt.ts";
import { repoLock } from "./claim.ts";
import { mustLead } from "./leading.ts";
import { learn } from "./learning/learn.ts";
import { say, settingsOf, type Night } from "./night.ts";
import { partIds } from "./plan.ts";

type Ended = NonNullable<AttemptState["end"]>;

/**
 * What the end of an attempt means for its task. The end is in the log before anything follows from
 * it, and the task moves last: after a crash the same end leads to the same lessons and the same
 * move, and what is there already is a no-op.
 */
export async function conclude(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const { end } = state;
  if (!end) throw new Error(`${attempt.id} has not ended`);
  await learn(night, attempt, state);
  // Before the task moves: from then on the lock may be that of its next attempt.
  if (!(await isTakenAnew(night, attempt))) await repoLock(night, attempt).release();
  await move(night, attempt, moveOf(night, attempt, state, end));
  tellEnd(night, attempt, state, end);
}

/** The lock is the task's: a later attempt at it may have it by now. */
async function isTakenAnew({ ports }: Night, { task, generation }: Try): Promise<boolean> {
  const { state } = await ports.board.load("task", task);
  return state.status === "claimed" && state.generation !== generation;
}

/** A task that the director gave up meanwhile stays given up. */
async function move(night: Night, { task }: Try, command: TaskCommand): Promise<void> {
  try {
    await night.ports.board.handle("task", task, command, { correlation: task });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "stale") throw error;
    await mustLead(night);
  }
}

function moveOf(night: Night, attempt: Try, state: AttemptState, end: Ended): TaskCommand {
  const { epoch } = night;
  const { generation, spec } = attempt;
  const { triesMax } = settingsOf(night);
  const release = (reason: ReleaseReason, untilMs: number | null): TaskCommand => ({
    type: "task.release",
    epoch,
    generation,
    reason,
    untilMs,
    triesMax,
  });
  switch (end.kind) {
    case "integrated":
      return { type: "task.complete", epoch, generation, outcome: end.how };
    case "split": {
      const children = partIds(spec, end.parts);
      const reason = state.planned?.note ?? "too much output for one piece";
      return { type: "task.split", epoch, generation, children, reason };
    }
    case "deferred":
      return release("deferred", end.mustWait ? end.untilMs : null);
    case "failed":
      switch (end.failure) {
        case "rejected":
        case "regression":
          return {
            type: "task.return",
            epoch,
            generation,
            critique: critiqueOf(state, end.detail),
            triesMax,
          };
        case "lost":
        case "conflict":
        case "cancelled":
          return release(end.failure, null);
        case "hang":
        case "timeout":
        case "crash":
        case "sign-in":
        case "no-change":
        case "unusable-answer":
        case "loop":
        case "sandbox":
          return release("failed", null);
      }
  }
}

/** What the next try is told: why it was sent back, and the assessor's words. */
function critiqueOf(state: AttemptState, detail: string): string {
  return [`It was sent back: ${detail}.`, state.assessed?.critique ?? ""]
    .join("\n")
    .trim()
    .slice(0, 2_000);
}

function tellEnd(night: Night, { task, spec }: Try, state: AttemptState, end: Ended): void {
  const { name } = spec;
  switch (end.kind) {
    case "integrated": {
      const score = state.gated?.score.toFixed(1) ?? "?";
      const verbs = {
        merged: "merged",
        "in-review": "waits for you",
        branch: "is on its branch",
        filed: "filed",
      };
      return say(night, task, `${name} ${verbs[end.how]} (${score}): ${end.where}`, "good");
    }
    case "split":
      return say(night, task, `${name} split into ${end.parts} parts`, "quiet");
    case "deferred": {
      const until = new Date(end.untilMs).toISOString();
      return say(night, task, `${name} deferred: ${end.account} until ${until}`, "quiet");
    }
    case "failed":
      return say(night, task, `${name} ${end.failure}: ${firstLine(end.detail)}`, "bad");
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
