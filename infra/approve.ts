import { tryOf } from "@nightshift/agents/dispatcher/attempt";
import { merge } from "@nightshift/agents/dispatcher/merge";
import { createNight, type Night } from "@nightshift/agents/dispatcher/night";
import type { DispatcherPorts } from "@nightshift/agents/dispatcher/ports";
import type { AttemptState } from "@nightshift/blackboard/attempt";
import { shifts } from "@nightshift/projections/shifts";
import { BadInput, Refusal } from "@nightshift/protocol/errors";
import { createInProcessBus } from "./bus/in-process.ts";
import type { House } from "./house.ts";
import { planOf } from "./night-plan.ts";
import { openRepository } from "./repositories.ts";
import { resultsFolder } from "./results.ts";
import { openWorkshop } from "./workshop.ts";
import { fastForward } from "./workers/workspace/fast-forward.ts";

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
  const repository = await openRepository(repoRow.path, { clean: false });
  const workshop = await openWorkshop(house, [repository], { workers: false });
  try {
    const night = await asNight(house, workshop, repository);
    await board.handle("review", id, { type: "review.approve", by: "director" });
    return await mergeApproved(night, id, state, end.where);
  } finally {
    await workshop.close();
  }
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
  const candidate = { commit: head, branch, state, approvedBy: "director" };
  const outcome = await night.mergeLine(repo.id, () => merge(night, attempt, candidate));
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

/** The dispatcher's ports for this one merge, under the epoch of whoever leads. */
async function asNight(
  house: House,
  workshop: Awaited<ReturnType<typeof openWorkshop>>,
  repository: Awaited<ReturnType<typeof openRepository>>,
): Promise<Night> {
  await house.runner.catchUp();
  const { epoch, number } = house.runner.view(shifts);
  const { workspace } = workshop;
  const ports: DispatcherPorts = {
    board: house.board("director"),
    views: house.runner,
    bus: createInProcessBus({ principal: "director" }),
    workspace: {
      ...workspace,
      async moveRef(repo, ref, old, next) {
        try {
          return await workspace.moveRef(repo, ref, old, next);
        } catch (error) {
          if (!(error instanceof Refusal) || old === null) throw error;
          return fastForward(repo, ref, old, next);
        }
      },
    },
    checks: workshop.checks,
    blobs: house.blobs,
    results: resultsFolder(house.paths.results),
    clock: house.clock,
    random: { next: () => 0 },
    seal: () => house.store.root(),
    tell: () => {},
  };
  const plan = planOf(house.config, {
    repositories: [repository],
    untilMs: null,
    leader: "director",
    incumbent: "none",
    sandbox: workshop.sandboxKind,
  });
  const never = new AbortController().signal;
  return createNight(ports, plan, { epoch, shift: number, stop: never, abort: never });
}
