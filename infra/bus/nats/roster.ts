import type { Member } from "@nightshift/protocol/bus";
import { NightCard } from "@nightshift/protocol/skills";
import { agentIn, heartbeatSubject } from "@nightshift/protocol/subjects";
import type { Msg } from "@nats-io/transport-node";
import { z } from "zod";
import type { Broker } from "./connection.ts";
import { ticking } from "./own-sleep.ts";

/** Times of signs of life, ms. */
export type Pace = {
  /** Between two signs. */
  beatMs: number;
  /** Without a sign after which a process counts as lost. */
  lostMs: number;
  /** How long an agent whose processes were all lost is still expected back. */
  awayMs: number;
};
export const PACE: Pace = { beatMs: 1_000, lostMs: 5_000, awayMs: 60_000 };

const NAMES_MAX = 256;
const SESSIONS_MAX = 32;

/** A sign of life; the card is null for one who only calls. */
export const Beat = z.strictObject({
  session: z.uuid(),
  card: NightCard.nullable(),
  left: z.boolean(),
});
export type Beat = z.infer<typeof Beat>;

/** How a process went: it said so, or it fell silent. */
export type Parting = { reason: "left" } | { reason: "lost"; silentMs: number };

/** Who is on the bus, as everyone says of himself on the one subject that only he may use. */
export interface Roster {
  /** Agents that are here, and those that were lost and are expected back. */
  members(): readonly Member[];
  has(agent: string): boolean;
  /** Whether a process was heard of and is not lost. */
  isHere(agent: string, session: string): boolean;
  /** Once a process went; the listener is told of all that go until it is taken away. */
  onPart(listener: (agent: string, session: string, parting: Parting) => void): () => void;
  close(): void;
}

type Seat = {
  card: NightCard | null;
  /** When each process was heard last, ms of this process's own clock. */
  heard: Map<string, number>;
  awaySinceMs: number | null;
  /** The process that stands for the agent: the first of those that are here now. */
  first: string;
};

type Listeners = {
  standingOf: (name: string) => Member["standing"];
  /** An agent has a process where it had none; more of them are told to nobody. */
  onJoin?: ((member: Member) => void) | undefined;
  /** It has none any more. */
  onLeave?: ((member: Member, parting: Parting) => void) | undefined;
};

/**
 * @param hears Whose signs are listened to: everyone's, or those of one agent where the keys allow
 *   no more.
 */
export function openRoster(
  broker: Broker,
  { pace, hears, ...listeners }: { pace: Pace; hears: string | undefined } & Listeners,
): Roster {
  const seats = new Map<string, Seat>();
  const parted = new Set<Parameters<Roster["onPart"]>[0]>();
  const now = () => performance.now();

  function hear(error: Error | null, message: Msg): void {
    if (error) return;
    const name = agentIn(message.subject);
    const beat = readBeat(message);
    if (name === null || !beat || (beat.card && beat.card.name !== name)) return;
    if (beat.left) return part(name, beat.session, { reason: "left" });
    const seat = seats.get(name) ?? { card: null, heard: new Map(), awaySinceMs: null, first: "" };
    const isFull = seats.size >= NAMES_MAX || seat.heard.size >= SESSIONS_MAX;
    if (isFull && !seat.heard.has(beat.session)) return;
    const isFirst = seat.heard.size === 0;
    const first = isFirst ? beat.session : seat.first;
    seats.set(name, { ...seat, card: beat.card ?? seat.card, awaySinceMs: null, first });
    seat.heard.set(beat.session, now());
    if (isFirst && beat.card) listeners.onJoin?.(memberOf(beat.card, first));
  }

  function part(name: string, session: string, parting: Parting): void {
    const seat = seats.get(name);
    if (!seat?.heard.delete(session)) return;
    if (seat.heard.size === 0) {
      if (parting.reason === "left") seats.delete(name);
      else seat.awaySinceMs = now();
    }
    for (const listener of parted) listener(name, session, parting);
    if (seat.card && seat.heard.size === 0) {
      listeners.onLeave?.(memberOf(seat.card, seat.first), parting);
    }
  }

  function look(slept: boolean): void {
    // While the broker is away everybody is silent, and that says nothing of anybody.
    if (slept || !broker.connected()) return touch();
    for (const [name, seat] of seats) {
      for (const [session, heardMs] of seat.heard) {
        const silentMs = Math.round(now() - heardMs);
        if (silentMs > pace.lostMs) part(name, session, { reason: "lost", silentMs });
      }
      if (seat.awaySinceMs !== null && now() - seat.awaySinceMs > pace.awayMs) seats.delete(name);
    }
  }

  const touch = () => {
    for (const { heard } of seats.values()) for (const id of heard.keys()) heard.set(id, now());
  };

  const memberOf = (card: NightCard, session: string): Member => {
    return { card, standing: listeners.standingOf(card.name), session, binding: "nats" };
  };

  const signs = broker.nc.subscribe(heartbeatSubject(hears), { callback: hear });
  const looking = ticking(pace.beatMs, look);
  broker.onReturn(touch);
  return {
    members: () =>
      [...seats.values()]
        .flatMap(({ card, first }) => (card ? [memberOf(card, first)] : []))
        .toSorted((a, b) => a.card.name.localeCompare(b.card.name)),
    has: (agent) => (seats.get(agent)?.card ?? null) !== null,
    isHere: (agent, session) => seats.get(agent)?.heard.has(session) ?? false,
    onPart(listener) {
      parted.add(listener);
      return () => void parted.delete(listener);
    },
    close() {
      looking.stop();
      signs.unsubscribe();
    },
  };
}

function readBeat(message: Msg): Beat | null {
  if (message.data.length > BEAT_BYTES_MAX) return null;
  try {
    return Beat.parse(message.json());
  } catch {
    return null;
  }
}

const BEAT_BYTES_MAX = 4_000;

/** Says every beat that this process is there, and at the end that it went. */
export function sendBeats(
  broker: Broker,
  name: string,
  sign: Omit<Beat, "left">,
  beatMs: number,
): { stop(): void } {
  const subject = heartbeatSubject(name);
  const say = (left: boolean) => {
    if (broker.nc.isClosed() || broker.nc.isDraining()) return;
    broker.nc.publish(subject, JSON.stringify({ ...sign, left } satisfies Beat));
  };
  say(false);
  const timer = setInterval(() => broker.connected() && say(false), beatMs);
  broker.onReturn(() => say(false));
  return {
    stop() {
      clearInterval(timer);
      say(true);
    },
  };
}
