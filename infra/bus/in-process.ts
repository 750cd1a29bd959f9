import { randomUUID } from "node:crypto";
import type { Bus } from "@nightshift/protocol/bus";
import type { Caller } from "./caller.ts";
import { delegate } from "./delegate.ts";
import { createSwitchboard, localWire } from "./switchboard.ts";

/** Calls that one principal of this process may have running on one agent. */
const HOUSE_CALLS_MAX = 256;

/**
 * The bus of one process: real A2A, without a socket.
 * @param principal Who calls, as callees and the log will name it.
 */
export function createInProcessBus({ principal }: { principal: string }): Bus {
  const board = createSwitchboard();
  const closing = new AbortController();
  const caller: Caller = {
    name: principal,
    standing: "house",
    allowed: "all",
    inFlightMax: HOUSE_CALLS_MAX,
    gone: closing.signal,
  };
  const wire = localWire(board, caller);

  return {
    async join(peer) {
      const url = `nightshift:${peer.card.name}`;
      board.add(peer, { standing: "house", session: randomUUID(), binding: "in-process", url });
    },
    async leave(name) {
      const member = board.find(name);
      if (member) board.remove(name, member.session, "it left");
    },
    roster: () => board.roster(),
    call: (to, skill, input, options) => delegate(wire, { to, skill, input }, options),
    async close() {
      closing.abort();
      for (const { card, session } of board.roster())
        board.remove(card.name, session, "bus closed");
    },
  };
}
