import type { Note } from "@nightshift/agents/dispatcher/ports";
import type { Member } from "@nightshift/protocol/bus";
import { BadInput, Refusal, Unavailable } from "@nightshift/protocol/errors";
import type { Hub } from "./bus/hub.ts";
import { meet, readRemoteAgents, type RemoteAgent } from "./remote-agents.ts";

export type SeatOptions = {
  /** The file of the agents that the director added. */
  path: string;
  env: Readonly<Record<string, string | undefined>>;
  tell: (note: Note) => void;
  signal: AbortSignal;
};

/**
 * Seats the agents elsewhere that the director added, as far as they are there and still who was
 * approved. One that is not keeps no night waiting: it is told, and is not asked.
 */
export async function seatRemoteAgents(hub: Hub, options: SeatOptions): Promise<Member[]> {
  const { path, env, tell, signal } = options;
  const seat = async (agent: RemoteAgent): Promise<Member[]> => {
    try {
      const { peer, at } = await meet(agent, env, signal);
      return [hub.host(peer, at)];
    } catch (error) {
      const isKnown = error instanceof Refusal || error instanceof Unavailable;
      if (!isKnown && !(error instanceof BadInput)) throw error;
      const mend = error instanceof BadInput ? `; mend it: ${error.mend}` : "";
      const text = `${agent.card.name} does not come tonight: ${error.message}${mend}`;
      tell({ task: null, text, tone: "bad" });
      return [];
    }
  };
  const seated = await Promise.all(readRemoteAgents(path).map(seat));
  return seated.flat();
}
