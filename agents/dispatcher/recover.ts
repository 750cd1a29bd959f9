import { backlog } from "@nightshift/projections/backlog";
import { openCalls } from "@nightshift/projections/open-calls";
import { repos } from "@nightshift/projections/repos";
import { tryOf, type Try } from "./attempt.ts";
import type { Night } from "./night.ts";
import { fail } from "./release.ts";

/**
 * What a leader finds when the one before it died: calls without an answer, money in flight, merges
 * that were intended, attempts half done. Each is brought to an event before new work begins.
 * @returns the attempts that go on from where they stood.
 */
export async function recover(night: Night): Promise<Try[]> {
  const { board, views } = night.ports;
  await views.catchUp();
  const lostSkills = await closeCalls(night);
  await settleMerges(night);
  const goOn: Try[] = [];
  for (const row of views.view(backlog).tasks.values()) {
    if (row.status !== "claimed" || !night.plan.repos.has(row.spec.repo)) continue;
    const attempt = tryOf(row.task, row.generation, row.spec, row.critique);
    await night.governor.settleLost(attempt.id);
    const { state } = await board.load("attempt", attempt.id);
    if (state.stage === "absent") {
      await releaseLost(night, attempt);
    } else if (state.stage !== "ended" && lostSkills.get(attempt.id)?.has("implement")) {
      // A worker may still be at it: its result belongs to a generation that is over.
      await fail(night, attempt, { kind: "lost", detail: "the night stopped while it worked" });
      goOn.push(attempt);
    } else {
      goOn.push(attempt);
    }
  }
  await views.catchUp();
  await unlockIdle(night);
  await views.catchUp();
  return goOn;
}

/** Finishes every open call as failed. @returns the skills that were lost, by attempt. */
async function closeCalls(night: Night): Promise<Map<string, Set<string>>> {
  const { board, clock, views } = night.ports;
  const lost = new Map<string, Set<string>>();
  for (const [id, { task, attempt, skill, sentAtMs }] of views.view(openCalls).open) {
    if (attempt !== null) lost.set(attempt, (lost.get(attempt) ?? new Set()).add(skill));
    await board.handle(
      "call",
      id,
      {
        type: "call.finish",
        state: "failed",
        answer: null,
        detail: "the caller stopped before the answer came",
        durationMs: Math.max(0, clock.now() - sentAtMs),
      },
      { correlation: task },
    );
  }
  return lost;
}

/** A merge that was intended has happened if the target contains it; else it is still to be done. */
async function settleMerges(night: Night): Promise<void> {
  const { board, views, workspace } = night.ports;
  for (const [repo, { path, intended }] of views.view(repos)) {
    if (intended === null) continue;
    const { attempt, target, new: next, old } = intended;
    const ref = `refs/heads/${target}`;
    const head = await workspace.resolve(path, ref);
    const there = head !== null && (await workspace.contains(path, head, next));
    if (there || (head === old && (await workspace.moveRef(path, ref, old, next)))) {
      await board.handle("repo", repo, { type: "repo.confirm-merge", attempt, epoch: night.epoch });
    } else {
      await board.handle("repo", repo, {
        type: "repo.fail-merge",
        attempt,
        epoch: night.epoch,
        reason: "moved",
        detail: `${target} moved before the merge was done`,
      });
    }
  }
}

/** A task that was claimed for an attempt that never began: it goes back as it was. */
async function releaseLost(night: Night, { task, generation }: Try): Promise<void> {
  await night.ports.board.handle(
    "task",
    task,
    {
      type: "task.release",
      epoch: night.epoch,
      generation,
      reason: "lost",
      untilMs: null,
      triesMax: night.plan.settings.triesMax,
    },
    { correlation: task },
  );
}

/** Locks of tasks that nobody works on. */
async function unlockIdle(night: Night): Promise<void> {
  const { board, views } = night.ports;
  const { tasks } = views.view(backlog);
  for (const [repo, { locks }] of views.view(repos)) {
    for (const task of locks.keys()) {
      if (tasks.get(task)?.status === "claimed") continue;
      await board.handle("repo", repo, { type: "repo.unlock", task, epoch: night.epoch });
    }
  }
}
