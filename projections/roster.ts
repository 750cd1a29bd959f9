import type { AgentEvent, Standing } from "@nightshift/protocol/agent";
import type { Projection } from "./projection.ts";

type RosterRow = {
  /** The stream that tells of it: later events carry no name. */
  stream: string;
  standing: Standing;
  skills: string[];
  /** Null once it left, was lost or was fenced; its approval outlives the session. */
  session: string | null;
  approved: boolean;
  binding: string;
  /** Milliseconds since 1970 when this session began. */
  since: number;
};

type Read = Exclude<AgentEvent, { type: "agent.tried" }>;

/** By the agent's name. */
export type Roster = Map<string, RosterRow>;

/** Who has joined, and who of them the director approved. */
export const roster: Projection<Roster, Read> = {
  name: "roster",
  version: 1,
  reads: ["agent.joined", "agent.approved", "agent.left", "agent.lost", "agent.fenced"],
  initial: () => new Map(),
  apply(view, { stream, atMs, event }) {
    if (event.type === "agent.joined") {
      const { standing, skills, session, binding } = event;
      const approved = standing === "house" || (view.get(event.name)?.approved ?? false);
      const row = { stream, standing, skills, session, approved, binding, since: atMs };
      view.set(event.name, row);
      return;
    }
    const row = view.values().find((known) => known.stream === stream);
    if (!row) return;
    switch (event.type) {
      case "agent.approved":
        row.approved = true;
        return;
      case "agent.left":
      case "agent.lost":
      case "agent.fenced":
        // A newer session of the same agent is not ended by word of an older one.
        if (row.session === event.session) row.session = null;
        return;
    }
  },
};
