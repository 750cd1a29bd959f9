import type { AgentCommand, AgentEvent } from "@nightshift/protocol/agent";
import { Refusal } from "@nightshift/protocol/errors";
import type { Decider } from "./decider.ts";
import { same } from "./same.ts";

/** Fenced sessions that a name remembers, so that none of them comes back. */
const FENCED_REMEMBERED_MAX = 100;

type Joined = Omit<Extract<AgentEvent, { type: "agent.joined" }>, "type">;

export type AgentState = {
  status: "absent" | "here" | "left" | "lost";
  joined: Joined | null;
  /** The house's own are approved by being started; a guest by the director, for one card. */
  approved: boolean;
  fenced: readonly string[];
  /** What its latest trial came to, as a blob; null where it was never tried. */
  tried: string | null;
};

/** Who is on the bus under a name; one session at a time (I11, Fencing). */
export const agent: Decider<AgentState, AgentCommand, AgentEvent> = {
  initial: { status: "absent", joined: null, approved: false, fenced: [], tried: null },

  decide(command, state) {
    if (command.type === "agent.join") return join(command, state);
    if (command.type === "agent.try") {
      const { type: _, ...tried } = command;
      return state.tried === tried.report ? [] : [{ type: "agent.tried", ...tried }];
    }
    const { joined, status } = state;
    if (!joined) throw new Refusal("not-found", "no agent of this name has joined");
    switch (command.type) {
      case "agent.approve":
        if (state.approved) return [];
        if (command.by === joined.name) {
          throw new Refusal("not-allowed", `${joined.name} cannot approve itself`);
        }
        return [{ type: "agent.approved", by: command.by }];
      case "agent.leave":
        if (command.session !== joined.session || status !== "here") return [];
        return [{ type: "agent.left", session: command.session }];
      case "agent.lose": {
        const { session, silentMs } = command;
        if (session !== joined.session || status !== "here") return [];
        return [{ type: "agent.lost", session, silentMs }];
      }
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case "agent.joined": {
        const { type: _, ...joined } = event;
        const approved = joined.standing === "house" || keepsApproval(state, joined);
        return { ...state, status: "here", joined, approved };
      }
      case "agent.approved":
        return { ...state, approved: true };
      case "agent.left":
        return { ...state, status: "left" };
      case "agent.lost":
        return { ...state, status: "lost" };
      case "agent.tried":
        return { ...state, tried: event.report };
      case "agent.fenced":
        return { ...state, fenced: [...state.fenced, event.session].slice(-FENCED_REMEMBERED_MAX) };
    }
  },
};

/** What was approved is a card: another one under the same name is another agent. */
function keepsApproval({ approved, joined }: AgentState, next: Joined): boolean {
  return approved && joined?.standing === "guest" && joined.card === next.card;
}

function join(
  command: Extract<AgentCommand, { type: "agent.join" }>,
  { status, joined, fenced }: AgentState,
): AgentEvent[] {
  const { type: _, ...next } = command;
  if (status === "here" && same(joined, next)) return [];
  if (fenced.includes(next.session)) {
    throw new Refusal("stale", `session ${next.session} was fenced by a later one`);
  }
  if (joined?.standing === "house" && next.standing === "guest") {
    throw new Refusal("not-allowed", `${joined.name} is a name of the house`);
  }
  const events: AgentEvent[] = [{ type: "agent.joined", ...next }];
  // Who left said so; who is here or was lost may still act, and must not.
  if (joined && joined.session !== next.session && status !== "left") {
    events.unshift({ type: "agent.fenced", session: joined.session, by: next.session });
  }
  return events;
}
