import { AgentCard } from "@a2a-js/sdk";

/**
 * Somebody's card with the fields of A2A 1.0 alone. What the schema does not know is not signed, and
 * so must not be believed. Apart from the rest because the SDK is heavy, and only who looks at cards
 * of others needs it.
 */
export function knownCard(card: unknown): object {
  return Object(AgentCard.toJSON(AgentCard.fromJSON(card)));
}
