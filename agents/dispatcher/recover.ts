import { attempts } from "@nightshift/projections/attempts";
import { accounts } from "@nightshift/projections/accounts";
import { backlog } from "@nightshift/projections/backlog";
import { openCalls } from "@nightshift/projections/open-calls";
import { repos } from "@nightshift/projections/repos";
import { Refusal } from "@nightshift/protocol/errors";
import { tryOf, type Try } from "./attempt.ts";
import { begin, repoLock } from "./claim.ts";
import { settleIntended } from "./merging/intended.ts";
import { mustLead } from "./leading.ts";
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
  const goOn = await takeUpAll(night, await openTries(night));
  await closeCalls(night);
  await unlockIdle(night);
  await retrySignIns(night);
  await views.catchUp();
  return goOn;
}

/** Whoever starts a night may have signed in since: each account that waited for it is tried again. */
async function retrySignIns({ ports, epoch }: Night): Promise<void> {
  const { board, clock, views } = ports;
  for (const [account, { reason, heldUntilMs }] of views.view(accounts)) {
    if (reason !== "sign-in" || heldUntilMs === null) continue;
    const nowMs = clock.now();
    await board.handle("account", account, {
      type: "account.reopen",
      by: "director",
      nowMs,
      epoch,
    });
  }
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

/** @returns those that go on. */
async function takeUpAll(night: Night, found: readonly Try[]): Promise<Try[]> {
  const goOn: Try[] = [];
  for (const attempt of found) if (await takeUp(night, attempt)) goOn.push(attempt);
  return goOn;
}

/**
 * Begins what was only claimed; ends what a worker may still be at.
 * @returns whether there is anything to go on with, be it only to conclude it.
 */
async function takeUp(night: Night, attempt: Try): Promise<boolean> {
  const { board, views } = night.ports;
  const { state } = await board.load("attempt", attempt.id);
  if (state.stage === "ended") return true;
  const isLocked = await repoLock(night, attempt).take();
  if (state.stage === "absent") {
    await (isLocked ? begin(night, attempt) : giveBack(night, attempt));
    return isLocked;
  }
  const isAtWork = views.view(openCalls).unanswered.get(attempt.id)?.has("implement") ?? false;
  // Its result would belong to a generation that is over.
  if (isAtWork || !isLocked) {
    await fail(night, attempt, { kind: "lost", detail: "the night stopped while it worked" });
  }
  return true;
}

/** A task that was claimed for an attempt that never began goes back as it was. */
async function giveBack({ ports, plan, epoch }: Night, { task, generation }: Try): Promise<void> {
  const { triesMax } = plan.settings;
  const lost = { reason: "lost", untilMs: null, triesMax } as const;
  const command = { type: "task.release", epoch, generation, ...lost } as const;
  await ports.board.handle("task", task, command, { correlation: task });
}

/**
 * Tasks that an older leader claimed after this one had looked around, its last act: they are taken
 * up as if they had been found at the beginning.
 * @param known Attempts that this night has taken up already.
 */
export async function strays(night: Night, known: ReadonlySet<string>): Promise<Try[]> {
  const { views } = night.ports;
  await views.catchUp();
  const found: Try[] = [];
  for (const { task, status, epoch, generation, spec, critique } of views
    .view(backlog)
    .tasks.values()) {
    if (status !== "claimed" || epoch >= night.epoch || !night.plan.repos.has(spec.repo)) continue;
    const attempt = tryOf(task, generation, spec, critique);
    if (!known.has(attempt.id)) found.push(attempt);
  }
  return takeUpAll(night, found);
}

/** Finishes every open call as failed. */
async function closeCalls(night: Night): Promise<void> {
  const { board, clock, views } = night.ports;
  await views.catchUp();
  const open = [...views.view(openCalls).open];
  // None of these is a later leader's, if there is none by now.
  await mustLead(night);
  for (const [id, { task, sentAtMs }] of open) {
    const durationMs = Math.max(0, clock.now() - sentAtMs);
    const detail = "the caller stopped before the answer came";
    const failed = { state: "failed", answer: null, detail, durationMs } as const;
    try {
      await board.handle("call", id, { type: "call.finish", ...failed }, { correlation: task });
    } catch (error) {
      // The caller is not quite dead yet, and has just finished it itself.
      if (!(error instanceof Refusal) || error.code !== "out-of-order") throw error;
    }
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
