import type { Member, Peer } from "@nightshift/protocol/bus";
import { A2A_VERSION } from "@nightshift/protocol/a2a";
import { Refusal } from "@nightshift/protocol/errors";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import { NightCard } from "@nightshift/protocol/skills";
import { z } from "zod";
import type { Caller } from "./caller.ts";
import type { Binding } from "./card.ts";
import type { Wire } from "./delegate.ts";
import { checkMethod, checkVersion } from "./gate.ts";
import { serve, type Asked, type Emit, type Served, type ServeOptions } from "./served.ts";

/** Agents on one bus; a fleet of a machine, with room. */
const MEMBERS_MAX = 256;

const Addressed = z.object({ tenant: NightCard.shape.name });

/** Who is on the bus, and the way to each: requests name their agent as A2A's `tenant`. */
export interface Switchboard extends Pick<Served, "answer" | "stream"> {
  /** @throws Refusal when the name is taken, or the bus is full. */
  add(
    peer: Peer,
    member: Omit<Member, "card" | "binding"> & { binding: Binding; url: string },
  ): Member;
  /** Removes a member, if it is still the one of this session. */
  remove(name: string, session: string, reason: string): void;
  find(name: string): Member | undefined;
  roster(): readonly Member[];
}

/** @param options What holds for every agent on it. */
export function createSwitchboard(options: ServeOptions = {}): Switchboard {
  const members = new Map<string, { member: Member; served: Served }>();

  /**
   * The agent that a request names. The version comes first: in another one names are others.
   * @throws RpcFailure -32009, -32601, -32602; Refusal `not-found`.
   */
  function agentOf({ method, params, version }: Asked): Served {
    checkVersion(version);
    checkMethod(method);
    const addressed = Addressed.safeParse(params);
    if (!addressed.success)
      throw new RpcFailure(codes.invalidParams, "tenant must name the agent that is asked");
    const { tenant } = addressed.data;
    const found = members.get(tenant);
    if (!found) throw new Refusal("not-found", `nobody called ${tenant} is here`);
    return found.served;
  }

  return {
    add(peer, { standing, session, binding }) {
      const card = NightCard.parse(peer.card);
      if (members.has(card.name)) throw new Refusal("not-allowed", `${card.name} is here already`);
      if (members.size >= MEMBERS_MAX) throw new Refusal("not-allowed", "the bus is full");
      const member: Member = { card, standing, session, binding };
      members.set(card.name, {
        member,
        served: serve({ card, handle: handleOf(peer) }, options),
      });
      return member;
    },
    remove(name, session, reason) {
      const found = members.get(name);
      if (found?.member.session !== session) return;
      members.delete(name);
      found.served.stop(reason);
    },
    find: (name) => members.get(name)?.member,
    roster: () =>
      [...members.values()]
        .map(({ member }) => member)
        .toSorted((a, b) => a.card.name.localeCompare(b.card.name)),
    async answer(asked, caller) {
      return agentOf(asked).answer(asked, caller);
    },
    async stream(asked, caller, emit, signal, resume) {
      return agentOf(asked).stream(asked, caller, emit, signal, resume);
    },
  };
}

function handleOf(peer: Peer): Peer["handle"] {
  return (skill, input, context) => peer.handle(skill, input, context);
}

/**
 * The wire of a caller in the same process. What crosses it goes through JSON, as on a socket: no
 * object is shared, and what a socket would not carry is not carried here either.
 */
export function localWire(board: Pick<Served, "answer" | "stream">, caller: Caller): Wire {
  return {
    async request(method, params, _timeoutMs, service = {}) {
      const { extensions } = service;
      const asked = { method, params: crossing(params), version: A2A_VERSION, extensions };
      return crossing(await board.answer(asked, caller));
    },
    stream(method, params, emit, signal, service = {}) {
      const { extensions } = service;
      const asked = { method, params: crossing(params), version: A2A_VERSION, extensions };
      const cross: Emit = (event) => emit(crossing(event));
      return board.stream(asked, caller, cross, signal, service);
    },
  };
}

function crossing(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
