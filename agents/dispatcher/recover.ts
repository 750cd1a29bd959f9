import { attempts } from "@nightshift/projections/attempts";
import { backlog } from "@nightshift/projections/backlog";
import { openCalls } from "@nightshift/projections/open-calls";
import { repos } from "@nightshift/projections/repos";
import { tryOf, type Try } from "./attempt.ts";
import { begin } from "./claim.ts";
import { settleIntended } from "./intended.ts";
import type { Night } from "./night.ts";
import { fail } from "./release.ts";

/**
 * What a leader finds when the one before it died: merges that were intended, money in flight,
 * attempts half done, calls without an answer. Each is brought to an event before new work begins,
 * and each of these steps may die itself and be taken again.
 * @returns the attempts that go on from where they stood.
 */
export async function recover(night: Night): Promise<Try[]> {
  const { views } = night.ports;
  await fenceRepos(night);
  await views.catchUp();
  for (const [repo, { intended }] of views.view(repos)) {
    if (intended !== null) await settleIntended(night, repo);
  }
  const { answers } = views.view(openCalls);
  // An answer that came in time tells what it cost, when its attempt goes on.
  await night.governor.settleAllLost((attempt, skill) => answers.get(attempt)?.has(skill) ?? false);
  const goOn = await openTries(night);
  for (const attempt of goOn) await takeUp(night, attempt);
  await closeCalls(night);
  await unlockIdle(night);
  await views.catchUp();
  return goOn;
}

/**
 * From here on an older leader takes no lock and no task and merges nothing, also where this one has
 * not done anything yet: what is found below is all that there is.
 */
async function fenceRepos({ ports, plan, epoch }: Night): Promise<void> {
  for (const repo of plan.repos.keys()) {
    const { state } = await ports.board.load("repo", repo);
    if (state.status === "registered") {
      await ports.board.handle("repo", repo, { type: "repo.fence", epoch });
    }
  }
}

/** Whatever is claimed or open in this night's repositories. */
async function openTries({ ports, plan }: Night): Promise<Try[]> {
  const { board, views } = ports;
  const tries = new Map<string, Try>();
  for (const { task, status, generation, spec, critique } of views.view(backlog).tasks.values()) {
    const attempt = tryOf(task, generation, spec, critique);
    if (status === "claimed" && plan.repos.has(spec.repo)) tries.set(attempt.id, attempt);
  }
  // The director may have given a task up while an attempt was at it.
  for (const { task, generation } of views.view(attempts).values()) {
    const { state } = await board.load("task", task);
    if (state.status === "absent" || !plan.repos.has(state.spec.repo)) continue;
    const attempt = tryOf(task, generation, state.spec, state.critique);
    if (!tries.has(attempt.id)) tries.set(attempt.id, attempt);
  }
  return [...tries.values()];
}

/** Begins what was only claimed; ends what a worker may still be at. */
async function takeUp(night: Night, attempt: Try): Promise<void> {
  const { board, views } = night.ports;
  const { state } = await board.load("attempt", attempt.id);
  if (state.stage === "absent") return begin(night, attempt);
  const isAtWork = views.view(openCalls).unanswered.get(attempt.id)?.has("implement") ?? false;
  // Its result would belong to a generation that is over.
  if (isAtWork && state.stage !== "ended") {
    await fail(night, attempt, { kind: "lost", detail: "the night stopped while it worked" });
  }
}

/** Finishes every open call as failed. */
async function closeCalls({ ports }: Night): Promise<void> {
  const { board, clock, views } = ports;
  await views.catchUp();
  for (const [id, { task, sentAtMs }] of views.view(openCalls).open) {
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
}

/** Locks of tasks that nobody works on. */
export async function unlockIdle(night: Night): Promise<void> {
  const { board, views } = night.ports;
  await views.catchUp();
  const { tasks } = views.view(backlog);
  for (const [repo, { locks }] of views.view(repos)) {
    for (const task of locks.keys()) {
      if (tasks.get(task)?.status === "claimed") continue;
      await board.handle("repo", repo, { type: "repo.unlock", task, epoch: night.epoch });
    }
  }
}
