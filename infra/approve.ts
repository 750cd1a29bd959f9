import { tryOf } from "@nightshift/agents/dispatcher/attempt";
import { hear } from "@nightshift/agents/dispatcher/merging/request-news";
import { merge } from "@nightshift/agents/dispatcher/merging/together";
import type { Night } from "@nightshift/agents/dispatcher/night";
import type { AttemptState } from "@nightshift/blackboard/attempt";
import { reviews } from "@nightshift/projections/reviews";
import { BadInput, Refusal, Unavailable } from "@nightshift/protocol/errors";
import { forgesOf } from "./forges.ts";
import type { House } from "./house.ts";
import { nightForOne } from "./one-merge.ts";
import { openRepository } from "./repositories.ts";
import { openWorkshop } from "./workshop.ts";

export type Approval =
  | { status: "merged"; commit: string; target: string; edited: boolean }
  | { status: "conflict" | "regression"; detail: string; branch: string };

/**
 * The director's word: merges what waits for review, by the same queue as the night, after the same
 * tests on the merged tree. A branch that was edited by hand is merged as it is now. This alone may
 * move a target that is checked out, and only forward over a clean working copy.
 * @throws BadInput when nothing waits under that id. @throws Refusal when a rule says no.
 */
export async function approveAttempt(house: House, id: string): Promise<Approval> {
  const board = house.board("director");
  const { state } = await board.load("attempt", id);
  const { started, end } = state;
  if (!started || end?.kind !== "integrated" || end.how !== "in-review") {
    throw new BadInput("nothing waits for you under that name", id, "nightshift review");
  }
  const repoRow = (await board.load("repo", started.repo)).state;
  if (!("path" in repoRow))
    throw new BadInput("its repository is unknown", id, "nightshift review");
  const repository = await openRepository(repoRow.path, { clean: false, byDirector: true });
  const workshop = await openWorkshop(house, [repository], { workers: false });
  try {
    const isAtForge = house.runner.view(reviews).get(id)?.request !== null;
    const never = new AbortController().signal;
    const forges = isAtForge ? await forgesOf([repository], never) : new Map();
    const night = await nightForOne(house, workshop, repository, forges);
    await board.handle("review", id, { type: "review.approve", by: "director" });
    const atForge = await mergeAtForge(night, id);
    return atForge ?? (await mergeApproved(night, id, state, end.where));
  } finally {
    await workshop.close();
  }
}

/**
 * What is in review at a forge is merged there, at the commit that the log knows, by the forge's own
 * rules. @returns null where it is at none.
 */
async function mergeAtForge(night: Night, id: string): Promise<Approval | null> {
  const { forges, views } = night.ports;
  await views.catchUp();
  const review = views.view(reviews).get(id);
  const forge = review && forges?.get(review.repo);
  if (!review?.request || !forge) return null;
  const { request, commit } = review;
  await forge.merge(request.number, commit);
  await hear(night, forge, { attempt: id, ...review, request });
  const { state } = await night.ports.board.load("attempt", id);
  const merged = state.end?.kind === "integrated" && state.end.how === "merged" && state.end.commit;
  if (!merged) throw new Unavailable(`the forge says nothing of the merge yet: ${request.url}`);
  const edited = commit !== request.commit;
  return { status: "merged", commit: merged, target: forge.base, edited };
}

async function mergeApproved(
  night: Night,
  id: string,
  state: AttemptState,
  branch: string,
): Promise<Approval> {
  const { board, workspace } = night.ports;
  const { started, executed } = state;
  if (!started || !executed?.commit) throw new Error(`${id} has no commit`);
  const task = await board.load("task", started.task);
  if (!("spec" in task.state)) throw new Error(`${started.task} has no spec`);
  const attempt = tryOf(started.task, started.generation, task.state.spec, null);
  const [repo] = night.plan.repos.values();
  if (!repo) throw new Error("a night without a repository");
  const head = (await workspace.resolve(repo.path, `refs/heads/${branch}`)) ?? executed.commit;
  const edited = head !== executed.commit;
  if (edited) await board.handle("review", id, { type: "review.note-edit", commit: head });
  const candidate = { attempt, commit: head, branch, state, approvedBy: "director" };
  const outcome = await night.mergeLine(repo.id, () => merge(night, candidate));
  const { epoch } = night;
  switch (outcome.status) {
    case "merged":
      await board.handle("attempt", id, {
        type: "attempt.integrate",
        generation: started.generation,
        approvedBy: "director",
        how: "merged",
        commit: outcome.commit,
        where: branch,
      });
      await board.handle("review", id, { type: "review.note-merge", commit: outcome.commit });
      return { status: "merged", commit: outcome.commit, target: repo.target, edited };
    case "checked-out":
      throw new Refusal(
        "not-allowed",
        `${repo.target} is checked out with changes: commit them first`,
      );
    case "conflict":
    case "regression":
      await board.handle("repo", repo.id, {
        type: "repo.fail-merge",
        attempt: id,
        epoch,
        reason: outcome.status,
        detail: outcome.detail.slice(0, 2_000),
      });
      return { status: outcome.status, detail: outcome.detail, branch };
  }
}
