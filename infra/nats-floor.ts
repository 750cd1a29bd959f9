import { dispatcher } from "@nightshift/agents/dispatcher/dispatcher";
import type { Bus } from "@nightshift/protocol/bus";
import { BadInput } from "@nightshift/protocol/errors";
import { attendance } from "./attendance.ts";
import { entryFor, type BusPlace } from "./bus-place.ts";
import { createNatsBus, WORK } from "./bus/nats/bus.ts";
import { openCalls, type Floor } from "./floor.ts";
import { houseNames } from "./house-names.ts";
import type { House } from "./house.ts";

/** Who must be there before a night can do anything. */
const NEEDED = ["planner", "implementer", "verifier", "assessor"] as const;
/** How long agents may take to arrive, ms, and how long one waits for the last of them. */
const ARRIVAL_MS = 30_000;
const STRAGGLER_MS = 3_000;
const LOOK_EVERY_MS = 50;

/**
 * The bus of a night whose agents are processes anywhere: `nightshift agent <role…> --bus`. They come
 * and go by themselves; who is not there when the night begins may come later.
 * @throws BadInput for a broker that will not do, or a role that nobody has taken.
 */
export async function openNatsFloor(house: House, place: BusPlace): Promise<Floor> {
  const present = attendance(house, "bus");
  const calls = await openCalls(house);
  const bus = await createNatsBus({
    ...entryFor(house, place, "dispatcher"),
    work: WORK,
    // A guest's word to the house has no other record.
    keeping: { log: calls, keeps: ({ standing }) => standing === "guest" },
    onJoin: (member) => present.join(member, () => {}),
    onLeave: (member, parting) => present.leave(member, parting),
  });
  try {
    await arrivals(bus, house, place);
  } catch (error) {
    await bus.close();
    await calls.close();
    throw error;
  }
  return {
    bus,
    open: (night) =>
      bus.join(dispatcher({ night, house: houseNames(house.config), proposed: new Map() })),
    async close() {
      await bus.close();
      await calls.close();
      await present.told();
    },
  };
}

/** Waits for everybody a little, and for one of each role as long as that may take. */
async function arrivals(bus: Bus, { config }: House, { url }: BusPlace): Promise<void> {
  for (let waited = 0; waited < ARRIVAL_MS; waited += LOOK_EVERY_MS) {
    const here = new Set(bus.roster().map(({ card }) => card.name));
    const missing = config.agents.filter(({ name }) => !here.has(name));
    if (missing.length === 0) return;
    const roles = new Set(
      config.agents.filter(({ name }) => here.has(name)).map(({ role }) => role),
    );
    if (waited >= STRAGGLER_MS && NEEDED.every((role) => roles.has(role))) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const here = new Set(bus.roster().map(({ card }) => card.name));
  const absent = NEEDED.filter(
    (role) => !config.agents.some((agent) => agent.role === role && here.has(agent.name)),
  );
  const seconds = ARRIVAL_MS / 1_000;
  throw new BadInput(
    `nobody is here as ${absent.join(", ")} after ${seconds} seconds`,
    url,
    `nightshift agent ${absent.join(" ")} --bus ${url}`,
  );
}
