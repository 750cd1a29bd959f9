import { createNight, type Night } from "@nightshift/agents/dispatcher/night";
import type { Forge } from "@nightshift/agents/forge";
import type { DispatcherPorts } from "@nightshift/agents/dispatcher/ports";
import { shifts } from "@nightshift/projections/shifts";
import { Refusal } from "@nightshift/protocol/errors";
import { createInProcessBus } from "./bus/in-process.ts";
import type { House } from "./house.ts";
import { planOf } from "./night-plan.ts";
import type { openRepository } from "./repositories.ts";
import { resultsFolder } from "./results.ts";
import { fastForward } from "./workers/workspace/fast-forward.ts";
import type { openWorkshop } from "./workshop.ts";

/**
 * The dispatcher's ports for one merge, or one revert, that the director asked for, under the epoch
 * of whoever leads. It alone may move a target that is checked out, and only forward over a clean
 * working copy.
 */
export async function nightForOne(
  house: House,
  workshop: Awaited<ReturnType<typeof openWorkshop>>,
  repository: Awaited<ReturnType<typeof openRepository>>,
  forges: ReadonlyMap<string, Forge> = new Map(),
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
    forges,
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
