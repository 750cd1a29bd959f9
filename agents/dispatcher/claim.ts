import { Refusal } from "@nightshift/protocol/errors";
import type { MergePolicy } from "@nightshift/protocol/attempt";
import type { BacklogRow } from "@nightshift/projections/backlog";
import { record, tryOf, type Try } from "./attempt.ts";
import { mustLead } from "./leading.ts";
import { repoOf, say, settingsOf, type Night } from "./night.ts";
import type { RepoPlan } from "./ports.ts";

/**
 * Takes a task for this leader: the repository's lock first, then the claim with its generation,
 * then the attempt at a sealed base commit, with the gate's rules as they are now (I5).
 * @returns null when another task holds the repository, or this one is not to be had any more.
 */
export async function claim(night: Night, row: BacklogRow): Promise<Try | null> {
  const lock = repoLock(night, row);
  if (!(await lock.take())) return null;
  const attempt = await hold(night, row.task);
  if (attempt === null) {
    await lock.release();
    return null;
  }
  await begin(night, attempt);
  return attempt;
}

/** Starts a claimed attempt at the commit where the target stands now, under the rules of now. */
export async function begin(night: Night, attempt: Try): Promise<void> {
  const { workspace } = night.ports;
  const { task, spec } = attempt;
  const repo = repoOf(night, spec.repo);
  const settings = settingsOf(night);
  const claims = new Set(spec.claims).size;
  const base =
    (await workspace.resolve(repo.path, repo.target)) ??
    (await workspace.resolve(repo.path, repo.startPoint));
  if (base === null) throw new Error(`${repo.path} has no commit at ${repo.startPoint}`);
  await record(night, attempt, {
    type: "attempt.start",
    task,
    generation: attempt.generation,
    repo: repo.id,
    base,
    category: spec.category,
    output: spec.output,
    rules: {
      scoreMin: settings.gateScoreMin,
      truncationPenalty: settings.gateTruncationPenalty,
      evidenceCap: settings.gateEvidenceCap,
      policy: policyOf(repo, spec.category),
      sealed: repo.sealed,
      sandbox: repo.sandbox,
    },
    ...(claims > 0 && { claims }),
  });
  say(night, task, `${spec.name} ${spec.title}`, "quiet");
}

/** The task as it is now, and not as the views had it; null when it is not to be had any more. */
async function hold(night: Night, task: string): Promise<Try | null> {
  const { board, clock } = night.ports;
  const { taskLeaseMs: leaseMs } = settingsOf(night);
  const { plan, epoch } = night;
  const claim = {
    type: "task.claim",
    agent: plan.leader,
    epoch,
    leaseMs,
    nowMs: clock.now(),
  } as const;
  try {
    await board.handle("task", task, claim, { correlation: task });
  } catch (error) {
    const isGone = error instanceof Refusal && (error.code === "not-open" || error.code === "held");
    if (!isGone) throw error;
    await mustLead(night);
    return null;
  }
  const { state } = await board.load("task", task);
  if (state.status !== "claimed") return null;
  return tryOf(task, state.generation, state.spec, state.critique);
}

function policyOf(repo: RepoPlan, category: string): MergePolicy {
  return repo.policyByCategory[category] ?? repo.policy;
}

/** The write lock of a task's repository (F23). */
export function repoLock(night: Night, { task, spec }: Pick<Try, "task" | "spec">) {
  const { board } = night.ports;
  const repo = repoOf(night, spec.repo);
  return {
    /** @returns false when another task holds it. */
    async take(): Promise<boolean> {
      try {
        await board.handle("repo", repo.id, {
          type: "repo.lock",
          task,
          epoch: night.epoch,
          scope: spec.scope,
          parallelMax: repo.parallelMax,
          overlap: repo.overlap,
        });
        return true;
      } catch (error) {
        if (error instanceof Refusal && error.code === "locked") return false;
        throw error;
      }
    },
    async release(): Promise<void> {
      await board.handle("repo", repo.id, { type: "repo.unlock", task, epoch: night.epoch });
    },
  };
}
