import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import type { NightCard } from "@nightshift/protocol/skills";
import { agentCard } from "../card.ts";
import type { Besides } from "../served.ts";

/**
 * What an agent on NATS answers besides calls: its card, which its heartbeat tells to the house
 * alone. Whoever may ask has a key, so the card and the extended card are one. Nothing is pushed:
 * that is for who has no connection.
 */
export function besidesOf(card: NightCard, url: string): Besides {
  return {
    async answer({ method }) {
      if (method !== "GetExtendedAgentCard")
        throw new RpcFailure(codes.pushNotSupported, "nothing is pushed here");
      const made = agentCard(card, "nats", url);
      return { ...made, capabilities: { ...made.capabilities, extendedAgentCard: true } };
    },
  };
}
