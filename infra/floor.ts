import { randomBytes } from "node:crypto";
import { dispatcher } from "@nightshift/agents/dispatcher/dispatcher";
import type { Night } from "@nightshift/agents/dispatcher/night";
import type { Board } from "@nightshift/blackboard/board";
import type { Member } from "@nightshift/protocol/bus";
import { Unavailable } from "@nightshift/protocol/errors";
import { createHub, type Hub } from "./bus/hub.ts";
import type { Departure } from "./bus/sessions.ts";
import { tokenHash, type Identity } from "./bus/upgrade.ts";
import type { HouseAgent } from "./config/director.ts";
import { guestHashes } from "./guests.ts";
import type { House } from "./house.ts";
import { hire } from "./staff.ts";
import { spawnAgent, type AgentProcess } from "./agent-process.ts";
import type { Workshop } from "./workshop.ts";

/** The bus of a night and everybody on it. */
export type Floor = {
  bus: Hub;
  /** Lets the dispatcher be called, once it leads. */
  open(night: Night): Promise<void>;
  close(): Promise<void>;
};

/** How long an agent in a process of its own may take to arrive. */
const ARRIVAL_MS = 20_000;
const LOOK_EVERY_MS = 20;

/**
 * Opens the hub and brings the house's agents in: those that share this process, and those that the
 * settings give a process of their own, each with a token made for this night.
 * @throws Unavailable when one of them does not arrive.
 */
export async function openFloor(house: House, workshop: Workshop): Promise<Floor> {
  const { config, paths } = house;
  const board = house.board("hub");
  const own = config.agents.filter(({ process }) => process === "own");
  const houseTokens = new Map(
    own.map(({ name }) => [
      randomBytes(32).toString("base64url"),
      { name, standing: "house" as const },
    ]),
  );
  const hashes = new Map(
    [...houseTokens].map(([token, identity]) => [tokenHash(token), identity] as const),
  );
  // Who comes and goes is told one after the other, in the order in which it happened.
  let noted = Promise.resolve();
  const bus = await createHub({
    principal: "dispatcher",
    port: config.hubPort,
    // Read anew at each knock: an invitation needs no restart.
    tokens: () => new Map<string, Identity>([...guestHashes(paths.guests), ...hashes]),
    onJoin(member) {
      // Whom the log does not take is not here, and that is no reason to end a night.
      const turnAway = () => bus.leave(member.card.name);
      noted = noted.then(() => noteJoin(house, board, member)).catch(turnAway);
    },
    onLeave(member, departure) {
      noted = noted.then(() => noteLeave(board, member, departure)).catch(() => {});
    },
  });
  const processes: AgentProcess[] = [];
  try {
    for (const agent of config.agents) {
      if (agent.process === "shared") await bus.join(hire(agent, house, workshop));
    }
    for (const [token, { name }] of houseTokens) {
      processes.push(spawnAgent({ name, hub: bus.url, token }));
    }
    await arrivals(bus, own, processes);
  } catch (error) {
    for (const process of processes) process.stop();
    await bus.close();
    throw error;
  }
  const names = new Set(config.agents.map(({ name }) => name));
  return {
    bus,
    open: (night) => bus.join(dispatcher({ night, house: names })),
    async close() {
      for (const process of processes) process.stop();
      await bus.close();
      await noted;
    },
  };
}

/** Waits until everybody who was sent for is here. */
async function arrivals(
  bus: Hub,
  expected: readonly HouseAgent[],
  processes: readonly AgentProcess[],
): Promise<void> {
  for (let waited = 0; waited < ARRIVAL_MS; waited += LOOK_EVERY_MS) {
    const here = new Set(bus.roster().map(({ card }) => card.name));
    if (expected.every(({ name }) => here.has(name))) return;
    const dead = processes.find(({ ended }) => ended !== null);
    if (dead) throw new Unavailable(`agent ${dead.name} ended before it joined: ${dead.ended}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Unavailable(`not everybody arrived within ${ARRIVAL_MS / 1_000} seconds`);
}

async function noteJoin(house: House, board: Board, member: Member): Promise<void> {
  const { card, standing, session, binding } = member;
  const blob = await house.blobs.put(JSON.stringify(card));
  await board.handle("agent", card.name, {
    type: "agent.join",
    name: card.name,
    standing,
    skills: [...card.skills],
    card: blob,
    binding,
    session,
  });
}

/** A newer session of its name tells itself that the older one is fenced. */
async function noteLeave(board: Board, { card, session }: Member, left: Departure): Promise<void> {
  const { name } = card;
  if (left.reason === "left") await board.handle("agent", name, { type: "agent.leave", session });
  if (left.reason !== "lost") return;
  await board.handle("agent", name, { type: "agent.lose", session, silentMs: left.silentMs });
}
