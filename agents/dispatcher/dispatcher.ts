import { taskIdOf } from "@nightshift/protocol/ids";
import { defineAgent } from "../agent.ts";
import { settingsOf, type Night } from "./night.ts";

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
    async propose({ spec }, { night, house }: { night: Night; house: ReadonlySet<string> }, call) {
      const own = house.has(call.principal);
      const task = taskIdOf(spec.repo, spec.name);
      const proposed = own ? spec : { ...spec, source: "guest" as const, depth: 1, parent: null };
      await night.ports.board.handle(
        "task",
        task,
        {
          type: "task.propose",
          spec: proposed,
          followUpDepthMax: settingsOf(night).followUpDepthMax,
        },
        { correlation: task, causation: call.message },
      );
      const { state } = await night.ports.board.load("task", task);
      return { task, status: state.status };
    },
  },
});
