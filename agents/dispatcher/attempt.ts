import type { AttemptState } from "@nightshift/blackboard/attempt";
import type { AttemptCommand } from "@nightshift/protocol/attempt";
import { Conflict, Lost, Refusal, Unavailable } from "@nightshift/protocol/errors";
import { attemptId } from "@nightshift/protocol/ids";
import type { TaskSpec } from "@nightshift/protocol/task";
import { assess } from "./assess.ts";
import { award } from "./choosing/award.ts";
import { conclude } from "./conclude.ts";
import { execute } from "./execute.ts";
import { settleGate } from "./gate.ts";
import { isIntended } from "./merging/intended.ts";
import { mustLead } from "./leading.ts";
import type { Night } from "./night.ts";
import { NoAnswer } from "./no-answer.ts";
import { NotTonight } from "./not-tonight.ts";
import { plan } from "./plan.ts";
import { fail } from "./release.ts";
import { verify } from "./verify.ts";

/** One try at a task, on its way from the claim to its end. */
export type Try = {
  id: string;
  task: string;
  generation: number;
  spec: TaskSpec;
  /** What the last try was returned with. */
  critique: string | null;
};

/**
 * Appends to the attempt's stream; a command that is there already is a no-op. The stream knows
 * generations and no epochs, so what is decided is decided on what was there while this night led:
 * a leader that slept between the two finds the stream changed, and looks again who leads.
 * @throws Refusal "stale" when another leads.
 */
export async function record(night: Night, { id, task }: Try, command: AttemptCommand) {
  const { board } = night.ports;
  const commandId = `${id}:${command.type}:${writerOf(command)}`;
  for (let tries = 1; ; tries++) {
    const { revision: ifRevision } = await board.load("attempt", id);
    await mustLead(night);
    try {
      await board.handle("attempt", id, command, { commandId, correlation: task, ifRevision });
      return;
    } catch (error) {
      if (!(error instanceof Conflict) || tries >= RECORD_TRIES_MAX) throw error;
    }
  }
}

/** Who did it, where several may do the same: each once. */
function writerOf(command: AttemptCommand): string {
  if (command.type === "attempt.bid") return `${command.agent}:${command.model}`;
  return "by" in command ? command.by : "";
}

/** Others write there too: the one who works notes its prompt. */
const RECORD_TRIES_MAX = 8;

/**
 * Takes an attempt through the steps that are left, each decided by what the log says it has
 * reached: the same code begins an attempt and resumes it after a crash. The end is always an event.
 * @throws Refusal "stale" when another leads. @throws Unavailable when log or git fail for good.
 */
export async function runAttempt(night: Night, attempt: Try): Promise<void> {
  let troubles = 0;
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    const { state } = await night.ports.board.load("attempt", attempt.id);
    try {
      if (state.stage === "ended") return await conclude(night, attempt, state);
      if (await mayGoOn(night, attempt)) await step(night, attempt, state);
      else await fail(night, attempt, { kind: "cancelled", detail: "the task was taken away" });
    } catch (error) {
      if (night.abort.aborted || error instanceof NotTonight) return;
      await mustLead(night);
      if (error instanceof Unavailable && ++troubles <= TROUBLES_MAX) continue;
      await endBy(night, attempt, state, error);
      continue;
    }
    // What is done is in the log; the next night goes on from there.
    if (night.stop.aborted || night.abort.aborted) return;
  }
  throw new Error(`attempt ${attempt.id} did not end within ${STEPS_MAX} steps`);
}

const STEPS_MAX = 40;
/** Times that log or git may fail an attempt; what they did not do is done again. */
const TROUBLES_MAX = 2;

/**
 * Whether the task is still this attempt's: the director may have given it up meanwhile. A merge
 * that has begun is told to its end all the same.
 */
async function mayGoOn(night: Night, attempt: Try): Promise<boolean> {
  const { state } = await night.ports.board.load("task", attempt.task);
  const isHeld = state.status === "claimed" && state.generation === attempt.generation;
  return isHeld || hasMergeBegun(night, attempt);
}

/** Ends an attempt whose step failed, unless the log says that it has gone on all the same. */
async function endBy(
  night: Night,
  attempt: Try,
  before: AttemptState,
  error: unknown,
): Promise<void> {
  const { state } = await night.ports.board.load("attempt", attempt.id);
  // Whoever works notes its prompt by itself: without an answer that is no step forward.
  const hasGoneOn = state.stage !== before.stage && !(error instanceof NoAnswer);
  if (hasGoneOn || (state.stage === "ended" && before.stage !== "ended")) return;
  const isKnown =
    error instanceof NoAnswer || error instanceof Refusal || error instanceof Unavailable;
  // A merge that has begun is never a failure of the attempt: the ref tells how it ended.
  if (!isKnown || (await hasMergeBegun(night, attempt))) throw error;
  const isLost = error.cause instanceof Lost && (await lossesBefore(night, attempt)) < LOSSES_MAX;
  await fail(night, attempt, { kind: isLost ? "lost" : "crash", detail: error.message });
}

/**
 * Times in a row that a task may lose its worker for nothing: a task that takes every worker down
 * with it is a task that fails.
 */
const LOSSES_MAX = 3;

/** How many of the latest attempts of a task were lost. */
async function lossesBefore({ ports }: Night, { task, generation }: Try): Promise<number> {
  for (let losses = 0; ; losses++) {
    const earlier = generation - 1 - losses;
    if (earlier < 1 || losses >= LOSSES_MAX) return losses;
    const { state } = await ports.board.load("attempt", attemptId(task, earlier));
    if (state.end?.kind !== "failed" || state.end.failure !== "lost") return losses;
  }
}

async function hasMergeBegun({ ports }: Night, { id, spec }: Try): Promise<boolean> {
  const { state } = await ports.board.load("repo", spec.repo);
  if (state.status === "absent") return false;
  return isIntended(state.intended, id) || state.outcomes.get(id)?.status === "merged";
}

function step(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  switch (state.stage) {
    case "absent":
      throw new Error(`attempt ${attempt.id} was never started`);
    case "started":
      return plan(night, attempt, state);
    case "planned":
    case "announced":
      return award(night, attempt, state);
    case "awarded":
    case "prompted":
      return execute(night, attempt, state);
    case "executed":
      return verify(night, attempt, state);
    case "verified":
      return assess(night, attempt, state);
    case "assessed":
      return record(night, attempt, { type: "attempt.gate", generation: attempt.generation });
    case "gated":
      return settleGate(night, attempt, state);
    case "ended":
      return Promise.resolve();
  }
}

export function tryOf(
  task: string,
  generation: number,
  spec: TaskSpec,
  critique: string | null,
): Try {
  return { id: attemptId(task, generation), task, generation, spec, critique };
}
