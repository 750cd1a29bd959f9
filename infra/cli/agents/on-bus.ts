import type { Bus, Peer } from "@nightshift/protocol/bus";
import { BadInput } from "@nightshift/protocol/errors";
import { setTimeout as sleep } from "node:timers/promises";
import { entryFor, type BusPlace } from "../../bus-place.ts";
import { createNatsBus } from "../../bus/nats/bus.ts";
import type { HouseAgent } from "../../config/director.ts";
import { openHouse, type House } from "../../house.ts";
import { openRepositoriesOfLog } from "../../repositories.ts";
import { hire } from "../../staff.ts";
import { openWorkshop } from "../../workshop.ts";
import type { RunOptions } from "../run.ts";
import { EXIT, tell, verb } from "../terminal.ts";

export type BusOptions = Omit<RunOptions, "dryRun" | "json"> & {
  bus?: string;
  ca?: string;
  standby?: boolean;
};

const DISPATCHER = "dispatcher";
const LOOK_EVERY_MS = 500;

/**
 * Roles of the house in this process, on the bus of a broker, until it is told to go. Each is there
 * under its own key; several processes of one name share its work.
 */
export function agentsOnBus(
  names: readonly string[],
  options: BusOptions & { bus: string },
): Promise<void> {
  return verb(async () => {
    const house = await openHouse(process.env);
    const place: BusPlace = { url: options.bus, caFile: options.ca };
    const leaving = leaveWhenTold();
    try {
      const hired = agentsOf(house, names);
      const leads = names.includes(DISPATCHER);
      const working = hired.length > 0 ? await goToWork(house, place, hired, leaving) : null;
      const code = leads ? await dispatch(house, place, options, leaving) : EXIT.ok;
      if (!leads) await until(leaving);
      await working?.close();
      return code;
    } finally {
      await house.close();
    }
  });
}

/** Agents by their names, or by the role that they have. @throws BadInput for what is neither. */
function agentsOf({ config, paths }: House, names: readonly string[]): HouseAgent[] {
  const wanted = names.filter((name) => name !== DISPATCHER);
  const found = wanted.flatMap((name) => {
    const named = config.agents.filter((agent) => agent.name === name);
    const those = named.length > 0 ? named : config.agents.filter((agent) => agent.role === name);
    if (those.length > 0) return those;
    const known = [DISPATCHER, ...config.agents.map((agent) => agent.name)].join(", ");
    throw new BadInput(`no such agent; there are ${known}`, paths.config, "nightshift doctor");
  });
  return [...new Set(found)];
}

/** Puts agents on the bus. @returns what takes them from it. */
async function goToWork(
  house: House,
  place: BusPlace,
  agents: readonly HouseAgent[],
  leaving: AbortSignal,
): Promise<{ close(): Promise<void> }> {
  // What workers may not see is known by the repositories: without any there is nothing to do either.
  const repositories = await knownRepositories(house, leaving);
  const workshop = await openWorkshop(house, repositories);
  const seats: Bus[] = [];
  for (const agent of agents) {
    const peer: Peer = hire(agent, house, workshop);
    const bus = await createNatsBus(entryFor(house, place, agent.name));
    seats.push(bus);
    await bus.join(peer);
  }
  tell("good", `${agents.map(({ name }) => name).join(", ")} on the bus at ${place.url}`);
  return {
    async close() {
      for (const bus of seats) await bus.close();
      await workshop.close();
    },
  };
}

async function knownRepositories(house: House, leaving: AbortSignal) {
  let told = false;
  for (;;) {
    const known = await openRepositoriesOfLog(house);
    if (known.length > 0 || leaving.aborted) return known;
    if (!told) tell("quiet", "no repository in the log yet: waiting for `nightshift add`");
    told = true;
    await sleep(LOOK_EVERY_MS, undefined, { signal: leaving }).catch(() => {});
  }
}

/** Leads, or stands by to lead. @returns the exit code of the night. */
async function dispatch(
  house: House,
  place: BusPlace,
  options: BusOptions,
  leaving: AbortSignal,
): Promise<number> {
  const { takeTurns } = await import("../../turns.ts");
  const { conduct } = await import("../run.ts");
  const code = await takeTurns(house, place, {
    standby: options.standby ?? false,
    signal: leaving,
    tell: (text) => tell("quiet", text),
    lead: ({ seen, onLead, overtaken }) =>
      conduct(house, options, { bus: place, seen, onLead, overtaken }),
  });
  if (code === null) tell("plain", "The night ended under another dispatcher.");
  return code ?? EXIT.ok;
}

function leaveWhenTold(): AbortSignal {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  process.on("SIGTERM", leave).on("SIGINT", leave);
  return leaving.signal;
}

function until(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  // A process that only listens would have nothing that keeps it alive while the broker is away.
  const awake = setInterval(() => {}, 60_000);
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => (clearInterval(awake), resolve()), { once: true });
  });
}
