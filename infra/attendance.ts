import type { Member } from "@nightshift/protocol/bus";
import type { House } from "./house.ts";

/** How an agent went, where the log has a word for it; a newer session tells itself who is fenced. */
type Gone = { reason: "left" } | { reason: "lost"; silentMs: number } | { reason: "fenced" };

/** Who comes and goes, told to the log one after the other, in the order in which it happened. */
export interface Attendance {
  /** @param turnAway Called for one whom the log does not take: it is not here then. */
  join(member: Member, turnAway: () => Promise<void> | void): void;
  leave(member: Member, gone: Gone): void;
  /** Resolves when everything is told. */
  told(): Promise<void>;
}

/** @param actor Who saw it, as the log names it. */
export function attendance(house: House, actor: string): Attendance {
  const board = house.board(actor);
  let noted = Promise.resolve();

  async function joined({ card, standing, session, binding }: Member): Promise<void> {
    const { name } = card;
    const blob = await house.blobs.put(JSON.stringify(card));
    const skills = [...card.skills];
    const told = { name, standing, skills, card: blob, binding, session };
    await board.handle("agent", name, { type: "agent.join", ...told });
  }

  async function left({ card: { name }, session }: Member, gone: Gone): Promise<void> {
    if (gone.reason === "left") await board.handle("agent", name, { type: "agent.leave", session });
    if (gone.reason !== "lost") return;
    await board.handle("agent", name, { type: "agent.lose", session, silentMs: gone.silentMs });
  }

  return {
    join(member, turnAway) {
      noted = noted.then(() => joined(member)).catch(turnAway);
    },
    leave(member, gone) {
      noted = noted.then(() => left(member, gone)).catch(() => {});
    },
    told: () => noted,
  };
}
