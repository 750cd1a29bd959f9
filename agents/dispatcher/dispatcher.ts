import { Refusal } from "@nightshift/protocol/errors";
import { taskIdOf } from "@nightshift/protocol/ids";
import { defineAgent } from "../agent.ts";
import { settingsOf, type Night } from "./night.ts";

type Ports = {
  night: Night;
  house: ReadonlySet<string>;
  /** The tasks that each guest has proposed in this night. */
  proposed: Map<string, Set<string>>;
};

/**
 * The dispatcher as others see it on the bus: it takes proposals. Whatever a guest says of itself,
 * its task is a guest's, as deep as a follow-up, and admitted like any other.
 */
export const dispatcher = defineAgent({
  card: {
    name: "dispatcher",
    description:
      "Leads the night: selects, delegates, gates and merges. Takes proposals for tasks.",
    version: "1",
  },
  handlers: {
    async propose({ spec }, { night, house, proposed }: Ports, call) {
      const own = house.has(call.principal);
      const task = taskIdOf(spec.repo, spec.name);
      if (!own) count(proposed, call.principal, task, settingsOf(night).guestProposalsMax);
      const asked = own ? spec : { ...spec, source: "guest" as const, depth: 1, parent: null };
      await night.ports.board.handle(
        "task",
        task,
        {
          type: "task.propose",
          spec: asked,
          followUpDepthMax: settingsOf(night).followUpDepthMax,
        },
        { correlation: task, causation: call.message },
      );
      const { state } = await night.ports.board.load("task", task);
      return { task, status: state.status };
    },
  },
});

/** The same task proposed again is one proposal. @throws Refusal `over-budget` for one too many. */
function count(proposed: Ports["proposed"], guest: string, task: string, most: number): void {
  const tasks = proposed.get(guest) ?? new Set();
  if (!tasks.has(task) && tasks.size >= most) {
    throw new Refusal("over-budget", `${most} proposals a night are heard of ${guest}; thank you`);
  }
  proposed.set(guest, tasks.add(task));
}
