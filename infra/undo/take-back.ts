import { tryOf } from "@nightshift/agents/dispatcher/attempt";
import type { Night } from "@nightshift/agents/dispatcher/night";
import { revertMerge } from "@nightshift/agents/dispatcher/merging/revert";
import { settingsFor } from "../night-plan.ts";
import { BadInput, Refusal } from "@nightshift/protocol/errors";
import type { House } from "../house.ts";
import { nightForOne } from "../one-merge.ts";
import { openRepository } from "../repositories.ts";
import { inspect } from "../workers/workspace/repository.ts";
import { openWorkshop } from "../workshop.ts";

export type TakenBack =
  | { status: "taken-back"; revert: string; target: string }
  | { status: "already" }
  | {
      status: "conflict" | "regression";
      detail: string;
      target: string;
      path: string;
      commit: string;
    };

/** Why it is undone, and who is told that tests begin to run, which takes its time. */
export type How = { why: string; onTest: () => void };

/**
 * Takes the merge of an attempt back by a commit on its target, after the repository's tests on the
 * tree that comes of it; the history of nobody is rewritten. A target that is checked out moves
 * forward over a clean working copy.
 * @throws BadInput where it was not merged. @throws Refusal where the working copy has changes.
 */
export async function takeBack(house: House, attempt: string, how: How): Promise<TakenBack> {
  const board = house.board("director");
  const { started } = (await board.load("attempt", attempt)).state;
  const repo = started && (await board.load("repo", started.repo)).state;
  if (!started || repo?.status !== "registered") throw notMerged(attempt);
  const outcome = repo.outcomes.get(attempt);
  if (outcome?.status === "reverted") return { status: "already" };
  if (outcome?.status !== "merged") throw notMerged(attempt);
  const { commit } = outcome;
  const { target, path } = repo;
  how.onTest();
  await mustBeClean(path, target);
  const repository = await openRepository(path, { clean: false, byDirector: true });
  const workshop = await openWorkshop(house, [repository], { workers: false });
  try {
    const night = await nightForOne(house, workshop, repository);
    const { state: task } = await board.load("task", started.task);
    if (!("spec" in task)) throw new Error(`${started.task} has no spec`);
    const one = tryOf(started.task, started.generation, task.spec, null);
    const undone = await night.mergeLine(started.repo, () =>
      revertMerge(night, one, commit, how.why, checkOf(night, house)),
    );
    if (undone.status !== "reverted") return { ...undone, target, path, commit };
    await noteInReview(house, attempt, undone.revert);
    return { status: "taken-back", revert: undone.revert, target };
  } finally {
    await workshop.close();
  }
}

/** The tests on a tree; where they failed before as well, taking back makes nothing worse. */
function checkOf(night: Night, { config }: House): (commit: string) => Promise<string | null> {
  const [repo] = night.plan.repos.values();
  if (!repo) throw new Error("a night without a repository");
  const run = (commit: string) =>
    night.ports.checks.run(repo, commit, repo.testCommand, {
      wallMs: settingsFor(config).checkWallMs,
      signal: night.abort,
    });
  return async (commit) => {
    const without = await run(commit);
    if (without.exitCode === 0) return null;
    const head = await night.ports.workspace.resolve(repo.path, repo.target);
    if (head !== null && (await run(head)).exitCode !== 0) return null;
    return without.failures.slice(0, 5).join(", ") || without.tail;
  };
}

async function noteInReview(house: House, attempt: string, commit: string): Promise<void> {
  const board = house.board("director");
  const { state } = await board.load("review", attempt);
  if (state.status !== "merged") return;
  await board.handle("review", attempt, { type: "review.note-revert", commit });
}

async function mustBeClean(path: string, target: string): Promise<void> {
  const whole = await inspect(path);
  const ref = `refs/heads/${target}`;
  const tree = whole.isGit ? whole.worktrees.find(({ branch }) => branch === ref) : undefined;
  const copy = tree && (await inspect(tree.path));
  if (copy?.isGit && !copy.clean) {
    const message = `${target} is checked out with changes in ${tree?.path}: commit them first`;
    throw new Refusal("not-allowed", message);
  }
}

function notMerged(attempt: string): BadInput {
  return new BadInput("it was not merged, or too long ago", attempt, `nightshift why ${attempt}`);
}
