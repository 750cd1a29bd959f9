import type { Bus, Peer } from "@nightshift/protocol/bus";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { skills } from "@nightshift/protocol/skills";

/** The twin of the bus: calls a peer's handler in place, with both schemas held. */
export function directBus(principal = "dispatcher"): Bus {
  const peers = new Map<string, Peer>();
  return {
    async join(peer) {
      peers.set(peer.card.name, peer);
    },
    async leave(name) {
      peers.delete(name);
    },
    roster: () =>
      [...peers.values()].map(({ card }) => ({
        card,
        standing: "house",
        session: card.name,
        binding: "direct",
      })),
    async call(to, skill, input, { context, message, signal, onProgress = () => {} }) {
      const peer = peers.get(to);
      if (!peer) throw new Refusal("not-found", `nobody here is called ${to}`);
      const call = { context, message, principal, signal, progress: onProgress };
      const answer = await peer.handle(skill, skills[skill].input.parse(input), call);
      const read = skills[skill].output.safeParse(answer);
      if (!read.success) throw new Unavailable(`${to} broke the schema of ${skill}`);
      return JSON.parse(JSON.stringify(read.data));
    },
    async close() {
      peers.clear();
    },
  };
}
