import { BadInput } from "@nightshift/protocol/errors";
import { removeGuest } from "../../guests.ts";
import { removeRemoteAgent } from "../../remote-agents.ts";
import { session } from "../session.ts";
import { printJson, tell } from "../terminal.ts";

/** `nightshift agents remove`: an agent that was added, or a guest that was invited, comes no more. */
export function removeAgent(name: string, { json }: { json?: boolean }) {
  return session(async ({ paths }) => {
    const wasAdded = removeRemoteAgent(paths.remoteAgents, name);
    const wasInvited = removeGuest(paths.guests, name);
    if (!wasAdded && !wasInvited)
      throw new BadInput(
        "nobody was added or invited by this name",
        name,
        "nightshift agents list",
      );
    if (json) printJson({ name, wasAdded, wasInvited });
    else if (wasInvited) tell("good", `${name} and its token are let in no more.`);
    else tell("good", `${name} is asked no more from the next night on.`);
  });
}
