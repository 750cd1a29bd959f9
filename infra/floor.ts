import { randomBytes, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { dispatcher } from "@nightshift/agents/dispatcher/dispatcher";
import type { Night } from "@nightshift/agents/dispatcher/night";
import type { Note } from "@nightshift/agents/dispatcher/ports";
import type { Bus } from "@nightshift/protocol/bus";
import { Unavailable } from "@nightshift/protocol/errors";
import { attendance, type Attendance } from "./attendance.ts";
import { createCallLog, type CallLog } from "./bus/calls/log/call-log.ts";
import { createHub, type Hub } from "./bus/hub.ts";
import { createPush, type Push } from "./bus/push/push.ts";
import { houseKeys } from "./bus/signing/house-keys.ts";
import { tokenHash, type Identity } from "./bus/door.ts";
import type { HouseAgent } from "./config/director.ts";
import { guestHashes } from "./guests.ts";
import type { House } from "./house.ts";
import { fateOf, leaderName } from "./leader.ts";
import { hire } from "./staff.ts";
import { spawnAgent, type AgentProcess } from "./agent-process.ts";
import type { Workshop } from "./workshop.ts";

/** The bus of a night and everybody on it. */
export type Floor = {
  bus: Bus;
  /** Lets the dispatcher be called, once it leads. */
  open(night: Night): Promise<void>;
  close(): Promise<void>;
};

/** How long an agent in a process of its own may take to arrive. */
const ARRIVAL_MS = 20_000;
const LOOK_EVERY_MS = 20;

/**
 * Opens the hub and brings the house's agents in: those that share this process, and those that the
 * settings give a process of their own, each with a token made for this night. Agents elsewhere that
 * the director added are seated as guests.
 * @throws Unavailable when one of them does not arrive.
 */
export async function openFloor(
  house: House,
  workshop: Workshop,
  tell: (note: Note) => void,
): Promise<Floor> {
  const { config, paths } = house;
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
  const calls = await openCalls(house);
  const present = attendance(house, "hub");
  const push = pushOf(house, tell);
  const elsewhere = new AbortController();
  const bus = await createHub({
    principal: "dispatcher",
    port: config.hubPort,
    // Read anew at each knock: an invitation needs no restart.
    tokens: () => new Map<string, Identity>([...guestHashes(paths.guests), ...hashes]),
    // A guest's word to the house has no other record; what the house asks, it writes down itself.
    keeping: { log: calls, keeps: ({ standing }) => standing === "guest" },
    keys: houseKeys(paths.houseKeys, house.clock.now()),
    push,
    onJoin(member) {
      // Whom the log does not take is not here, and that is no reason to end a night.
      present.join(member, () => bus.leave(member.card.name));
    },
    onLeave: (member, departure) => present.leave(member, departure),
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
    await seatOthers(house, { bus, present, tell, signal: elsewhere.signal });
  } catch (error) {
    for (const process of processes) process.stop();
    await bus.close();
    await push.close();
    await calls.close();
    throw error;
  }
  const names = new Set(config.agents.map(({ name }) => name));
  return {
    bus,
    open: (night) => bus.join(dispatcher({ night, house: names, proposed: new Map() })),
    async close() {
      for (const process of processes) process.stop();
      elsewhere.abort();
      await bus.close();
      await push.close();
      await calls.close();
      await present.told();
    },
  };
}

/** Posts events to clients that ask for it; an address that is given up is told to the director. */
function pushOf({ paths, config }: House, tell: (note: Note) => void): Push {
  return createPush({
    path: paths.push,
    allowedHosts: config.privateHosts,
    onGivenUp({ owner, config: { url } }, reason) {
      const text = `posts nothing more to ${url} of ${owner}: ${reason}`;
      tell({ task: null, text, tone: "bad" });
    },
  });
}

type Others = {
  bus: Hub;
  present: Attendance;
  tell: (note: Note) => void;
  /** Aborts when the night ends, and they leave. */
  signal: AbortSignal;
};

/** Seats agents elsewhere that the director added; a night without any does not load what it takes. */
async function seatOthers({ paths }: House, { bus, present, ...others }: Others): Promise<void> {
  if (!existsSync(paths.remoteAgents)) return;
  const { seatRemoteAgents } = await import("./remote-seats.ts");
  const options = { path: paths.remoteAgents, env: process.env, ...others };
  for (const member of await seatRemoteAgents(bus, options)) {
    present.join(member, () => bus.leave(member.card.name));
    const left = () => present.leave(member, { reason: "left" });
    others.signal.addEventListener("abort", left, { once: true });
  }
}

/** Calls that are kept in the log; those that a dead process was at are ended first. */
export async function openCalls({ store, blobs, clock }: House): Promise<CallLog> {
  const calls = createCallLog({
    store,
    blobs,
    clock,
    newId: randomUUID,
    actor: "hub",
    server: await leaderName(),
    fate: async (server) => {
      const fate = await fateOf(server);
      return fate === "none" ? "gone" : fate;
    },
  });
  await calls.sweep();
  return calls;
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
