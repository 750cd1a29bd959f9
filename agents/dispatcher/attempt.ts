import type { AttemptState } from "@nightshift/blackboard/attempt";
import type { AttemptCommand } from "@nightshift/protocol/attempt";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { attemptId } from "@nightshift/protocol/ids";
import type { TaskSpec } from "@nightshift/protocol/task";
import { assess } from "./assess.ts";
import { award } from "./award.ts";
import { conclude } from "./conclude.ts";
import { execute } from "./execute.ts";
import { settleGate } from "./gate.ts";
import type { Night } from "./night.ts";
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

/** Appends to the attempt's stream; a command that is there already is a no-op. */
export async function record({ ports }: Night, { id, task }: Try, command: AttemptCommand) {
  await ports.board.handle("attempt", id, command, {
    commandId: `${id}:${command.type}:${"by" in command ? command.by : ""}`,
    correlation: task,
  });
}

/**
 * Takes an attempt through the steps that are left, each decided by what the log says it has
 * reached: the same code begins an attempt and resumes it after a crash. The end is always an event.
 */
export async function runAttempt(night: Night, attempt: Try): Promise<void> {
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    const { state } = await night.ports.board.load("attempt", attempt.id);
    if (state.stage === "ended") return conclude(night, attempt, state);
    try {
      await step(night, attempt, state);
    } catch (error) {
      if (night.abort.aborted || (error instanceof Refusal && error.code === "stale")) return;
      if (!(error instanceof Unavailable) && !(error instanceof Refusal)) throw error;
      await fail(night, attempt, { kind: "crash", detail: error.message });
      continue;
    }
    // What is done is in the log; the next night goes on from there.
    if (night.stop.aborted || night.abort.aborted) return;
  }
  throw new Error(`attempt ${attempt.id} did not end within ${STEPS_MAX} steps`);
}

const STEPS_MAX = 20;

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
