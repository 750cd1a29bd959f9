import type { Peer } from "@nightshift/protocol/bus";
import type { NightCard } from "@nightshift/protocol/skills";
import { socketPeer } from "../socket-peer.ts";
import type { Interface } from "./requests.ts";
import type { Retry } from "./retrying.ts";
import { httpWire } from "./wire.ts";

export type RemoteAgent = {
  card: NightCard;
  at: Interface;
  /** Whether its card says that it streams. */
  streams: boolean;
  retry?: Partial<Retry>;
};

/** An agent that lives at an HTTP address, as this side's bus sees it. */
export function remoteAgent({ card, at, streams, retry = {} }: RemoteAgent): Peer {
  return socketPeer(card, httpWire(at, streams, retry));
}
