import type { Bid } from "./auction.ts";

/** Bids of one guest that are heard in one auction: more would leave no room for others. */
const GUEST_BIDS_MAX = 3;
const MODEL_CHARS_MAX = 80;

/** What a guest's model is called here: a name that no model of the house can have. */
function guestModel(agent: string, model: string): string {
  return `${prefixOf(agent)}${model.slice(0, MODEL_CHARS_MAX)}`;
}

/** As the guest itself calls a model that was awarded to it. */
export function ownNameOf(agent: string, model: string): string {
  const prefix = prefixOf(agent);
  return model.startsWith(prefix) ? model.slice(prefix.length) : model;
}

/** The family that a guest's models are of: its own word of it would choose its judge. */
export function guestFamily(agent: string): string {
  return `guest-${agent}`;
}

/**
 * What of a guest's bids is heard. It draws on an account of its own, its models have a track record
 * of their own whatever it calls them, and it says neither that it is cheap as a local model nor
 * strong enough to be forced: its record will tell.
 */
export function heard(agent: string, bids: readonly Omit<Bid, "agent">[]): Bid[] {
  return bids.slice(0, GUEST_BIDS_MAX).map((bid) => ({
    ...bid,
    agent,
    account: `guest-${agent}`,
    family: guestFamily(agent),
    tier: "small" as const,
    model: guestModel(agent, bid.model),
  }));
}

function prefixOf(agent: string): string {
  return `guest:${agent}/`;
}
