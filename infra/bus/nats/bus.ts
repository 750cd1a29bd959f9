import { randomUUID } from "node:crypto";
import type { Standing } from "@nightshift/protocol/agent";
import type { Bus, Member, Peer } from "@nightshift/protocol/bus";
import { Refusal } from "@nightshift/protocol/errors";
import { NightCard, type SkillName } from "@nightshift/protocol/skills";
import { setTimeout as sleep } from "node:timers/promises";
import { delegate, type Wire } from "../delegate.ts";
import { serve, type Served, type ServeOptions } from "../served.ts";
import { besidesOf } from "./besides.ts";
import { createCallers, type CallerLimits } from "./callers.ts";
import { openBroker, type BrokerOptions } from "./connection.ts";
import { Endpoint } from "./endpoint.ts";
import { openKeeper } from "./keeper.ts";
import { openRoster, PACE, sendBeats, type Pace, type Parting } from "./roster.ts";
import { Asker } from "./wire.ts";
import { workWire } from "./work-wire.ts";
import { Worker } from "./worker.ts";

export type NatsBusOptions = BrokerOptions & {
  /** Names of the house; whoever has another is a guest. */
  house: ReadonlySet<string>;
  /** What guests may call. */
  guestSkills?: readonly SkillName[];
  limits?: Partial<Record<Standing, CallerLimits>>;
  pace?: Partial<Pace>;
  /** Milliseconds that a piece of work is held without a sign. */
  leaseMs?: number;
  /**
   * Skills whose calls go through the work queue, for the one process that keeps it; none where this
   * is left out.
   */
  work?: readonly SkillName[];
  /** Where calls are kept that must outlive this process; none are where it is left out. */
  keeping?: ServeOptions["keeping"];
  onJoin?: (member: Member) => void;
  onLeave?: (member: Member, parting: Parting) => void;
};

export type NatsBus = Bus & {
  /** Requests of any operation of A2A, to the agent that their tenant names. */
  readonly wire: Wire;
};

/** What takes long or costs money: it outlives the broker, and is leased to one process at a time. */
export const WORK: readonly SkillName[] = ["plan", "implement", "verify", "assess"];
const LEASE_MS = 10_000;

/** What costs money is never begun a second time by the bus: that is the dispatcher's to decide. */
const COSTLY: ReadonlySet<SkillName> = new Set(["plan", "implement", "assess"]);

/**
 * The bus over NATS: agents of many processes and machines, one broker. What it carries is A2A as on
 * every other binding; who calls is who the broker's permissions let speak.
 * @throws BadInput, Unavailable as `openBroker` does.
 */
export async function createNatsBus(options: NatsBusOptions): Promise<NatsBus> {
  const { principal, house, guestSkills = ["propose"], limits, leaseMs = LEASE_MS } = options;
  const work = new Set(options.work);
  const pace = { ...PACE, ...options.pace };
  const session = randomUUID();
  const broker = await openBroker(options);
  const standingOf = (name: string) => (house.has(name) ? "house" : "guest");
  const roster = openRoster(broker, {
    pace,
    standingOf,
    hears: house.has(principal) ? undefined : "dispatcher",
    onJoin: options.onJoin,
    onLeave: options.onLeave,
  });
  const callers = createCallers(roster, { standingOf, guestSkills, limits });
  const asker = new Asker({ broker, roster, principal, session });
  const keeper = work.size > 0 ? await openKeeper(broker, { leaseMs }) : null;
  const here = new Map<string, Seat>();

  function wireFor(agent: string, skill: SkillName): Wire {
    // A guest has no part in the queue: whoever may ask JetStream for anything may ask for too much.
    if (!keeper || !work.has(skill) || !house.has(agent))
      return asker.wire({ once: COSTLY.has(skill) });
    return workWire({ keeper, roster, asker, principal, session }, skill);
  }

  const presence = sendBeats(broker, principal, { session, card: null }, pace.beatMs);

  async function leave(name: string): Promise<void> {
    const seat = here.get(name);
    if (!seat) return;
    here.delete(name);
    seat.endpoint.close();
    const worked = seat.worker?.close();
    seat.served.stop("it left");
    await Promise.race([worked, sleep(GOODBYE_MS, undefined, { ref: false })]);
    seat.beats.stop();
    if (broker.connected()) await broker.nc.flush();
  }

  return {
    wire: asker.wire({ once: true }),
    async join(peer) {
      const card = NightCard.parse(peer.card);
      if (here.has(card.name)) throw new Refusal("not-allowed", `${card.name} is here already`);
      const besides = besidesOf(card, options.url);
      const served = serve({ card, handle: handleOf(peer) }, { besides, keeping: options.keeping });
      const endpoint = new Endpoint(broker.nc, { agent: card.name, session, served, callers });
      const at = { agent: card.name, session, served, callers };
      const worker = house.has(card.name)
        ? new Worker(broker.nc, { ...at, roster, leaseMs, costly: COSTLY })
        : null;
      const beats = sendBeats(broker, card.name, { session, card }, pace.beatMs);
      here.set(card.name, { served, endpoint, worker, beats });
      await broker.nc.flush();
    },
    leave,
    roster: () => roster.members(),
    call: (to, skill, input, callOptions) =>
      delegate(wireFor(to, skill), { to, skill, input }, callOptions),
    async close() {
      for (const name of here.keys()) await leave(name);
      presence.stop();
      if (broker.connected()) await broker.nc.flush();
      asker.close();
      await keeper?.close();
      callers.close();
      roster.close();
      await broker.close();
    },
  };
}

/** Milliseconds that work which was stopped may take to say so. */
const GOODBYE_MS = 2_000;

type Seat = { served: Served; endpoint: Endpoint; worker: Worker | null; beats: { stop(): void } };

function handleOf(peer: Peer): Peer["handle"] {
  return (skill, input, context) => peer.handle(skill, input, context);
}
