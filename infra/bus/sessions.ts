import { randomUUID } from "node:crypto";
import type { Member } from "@nightshift/protocol/bus";
import { Refusal } from "@nightshift/protocol/errors";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import { NightCard, type SkillName } from "@nightshift/protocol/skills";
import type { WebSocket } from "ws";
import { z } from "zod";
import type { Caller } from "./caller.ts";
import { closeCodes, Link, type LinkLimits } from "./link.ts";
import { socketPeer } from "./socket-peer.ts";
import type { Switchboard } from "./switchboard.ts";
import type { Identity } from "./door.ts";

/** The one method of ours beside those of A2A: the first frame of a socket, with the agent's card. */
export const JOIN_METHOD = "agent/join";
const Epoch = z
  .int()
  .positive()
  .max(Number.MAX_SAFE_INTEGER - 1);
/** `resume` is of an agent that was here: the epoch it was given then. Its streams go on by number. */
const JoinParams = z.strictObject({
  card: NightCard,
  resume: z.strictObject({ agent: NightCard.shape.name, epoch: Epoch }).optional(),
});
export const Joined = z.strictObject({
  session: z.string(),
  principal: z.string(),
  /** Counts the sessions of a name; who comes back with an older one than the newest is fenced. */
  epoch: Epoch,
});

/** How an agent went: it said so, its socket broke, or a newer session of it took its place. */
export type Departure =
  | { reason: "left" }
  | { reason: "lost"; silentMs: number }
  | { reason: "fenced"; by: string };

export type SessionLimits = {
  house: LinkLimits;
  guest: LinkLimits;
  /** Milliseconds from the upgrade to the card. */
  joinMs: number;
};

export type SessionOptions = {
  limits: SessionLimits;
  guestSkills?: readonly SkillName[];
  onJoin?: (member: Member) => void;
  onLeave?: (member: Member, departure: Departure) => void;
};

export interface Sessions {
  /** Takes a socket of an authenticated agent: its card first, then calls both ways. */
  open(socket: WebSocket, identity: Identity): void;
  /** Sends the agent of this name away; false when none has come over a socket. */
  close(name: string): boolean;
}

type Session = { member: Member; link: Link; epoch: number; fencedBy?: string };
type Hall = SessionOptions & {
  board: Switchboard;
  url: string;
  seats: Map<string, Session>;
  /** The newest epoch of each name that a token was given to. */
  epochs: Map<string, number>;
};

/** Agents that came over a socket: one session a name, the newest wins. */
export function createSessions(board: Switchboard, url: string, options: SessionOptions): Sessions {
  const hall: Hall = { ...options, board, url, seats: new Map(), epochs: new Map() };
  return {
    open: (socket, identity) => open(hall, socket, identity),
    close(name) {
      const session = hall.seats.get(name);
      if (!session) return false;
      board.remove(name, session.member.session, "it was sent away");
      session.link.close(1000, "sent away");
      return true;
    },
  };
}

function open(hall: Hall, socket: WebSocket, identity: Identity): void {
  const limits = hall.limits[identity.standing];
  let session: Session | undefined;
  const link: Link = new Link(
    socket,
    {
      async answer(asked) {
        if (session) return hall.board.answer(asked, caller);
        clearTimeout(late);
        if (asked.method !== JOIN_METHOD) throw sendAway(link, `the first frame is ${JOIN_METHOD}`);
        session = join(hall, link, identity, asked.params);
        const { member, epoch } = session;
        return { session: member.session, principal: identity.name, epoch };
      },
      async stream(asked, emit, signal, resume) {
        if (session) return hall.board.stream(asked, caller, emit, signal, resume);
        throw sendAway(link, `the first frame is ${JOIN_METHOD}`);
      },
    },
    limits,
  );
  const caller: Caller = {
    ...identity,
    allowed: identity.standing === "house" ? "all" : (hall.guestSkills ?? ["propose"]),
    inFlightMax: limits.inFlightMax,
    gone: link.gone,
  };
  const late = setTimeout(() => sendAway(link, "no card came"), hall.limits.joinMs);
  link.gone.addEventListener("abort", () => clearTimeout(late), { once: true });
}

/** Seats an agent; one of its name that is there already is fenced. @throws RpcFailure. */
function join(hall: Hall, link: Link, { name, standing }: Identity, params: unknown): Session {
  const read = JoinParams.safeParse(params);
  if (!read.success) throw sendAway(link, "the card is not a card");
  const { card, resume } = read.data;
  if (card.name !== name) throw sendAway(link, `the token is not ${card.name}'s`);
  const newest = hall.epochs.get(name) ?? 0;
  if (resume && resume.epoch < newest) {
    link.close(closeCodes.fenced, "fenced");
    throw new RpcFailure(codes.invalidRequest, "a newer session took its place");
  }
  // A hub that was restarted knows no epochs: it goes on from what the agent was told before.
  const epoch = Math.max(newest, resume?.epoch ?? 0) + 1;
  const id = randomUUID();
  const older = hall.seats.get(name);
  if (older) {
    older.fencedBy = id;
    hall.board.remove(name, older.member.session, "a newer session took its place");
    older.link.close(closeCodes.fenced, "fenced");
  }
  const session = { member: add(hall, link, card, { standing, session: id }), link, epoch };
  hall.epochs.set(name, epoch);
  hall.seats.set(name, session);
  void leaveWhenClosed(hall, session);
  hall.onJoin?.(session.member);
  return session;
}

function add(
  { board, url }: Hall,
  link: Link,
  card: NightCard,
  who: Pick<Member, "standing" | "session">,
): Member {
  try {
    return board.add(socketPeer(card, link), { ...who, binding: "websocket", url });
  } catch (error) {
    if (error instanceof Refusal) throw sendAway(link, error.message);
    throw error;
  }
}

async function leaveWhenClosed(hall: Hall, session: Session): Promise<void> {
  const { member, link } = session;
  const { code } = await link.closed;
  hall.board.remove(member.card.name, member.session, "its connection is lost");
  if (hall.seats.get(member.card.name) === session) hall.seats.delete(member.card.name);
  hall.onLeave?.(member, departureOf(session, code));
}

function departureOf({ fencedBy, link }: Session, code: number): Departure {
  if (fencedBy !== undefined) return { reason: "fenced", by: fencedBy };
  if (code === 1000 || code === 1001) return { reason: "left" };
  return { reason: "lost", silentMs: link.silentMs };
}

/** Closes a socket that may not stay; the failure is for the request that showed it. */
function sendAway(link: Link, reason: string): RpcFailure {
  link.close(closeCodes.policy, reason);
  return new RpcFailure(codes.invalidRequest, reason);
}
