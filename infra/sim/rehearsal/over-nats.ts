import { BadInput } from "@nightshift/protocol/errors";
import { startNats } from "../nats-server.ts";
import { findNats } from "../install-nats.ts";
import { startFleet } from "./fleet.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** The night's agents, one process each, and who leads them. */
const PROCESSES = [
  "dispatcher",
  "planner",
  "implementer",
  "implementer-b",
  "verifier",
  "assessor",
  "evolver",
];

/**
 * Plays the night of a rehearsal with a process for each agent, on a broker of its own.
 * @returns how the dispatcher ended, and what it said.
 * @throws BadInput where there is no nats-server.
 */
export async function playOverNats(
  rehearsal: Rehearsal,
  onLine: (line: string) => void,
): Promise<{ code: number | null; said: string }> {
  if ((await findNats()) === null) {
    const mend = "node infra/sim/install-nats.ts, or name one in NATS_SERVER";
    throw new BadInput("there is no nats-server here", "--bus nats", mend);
  }
  const server = await startNats();
  const commands = Object.fromEntries(PROCESSES.map((name) => [name, [name, "--bus", server.url]]));
  const fleet = startFleet(rehearsal, commands, (name, line) => onLine(`${name}: ${line}`));
  try {
    const dispatcher = fleet.services.get("dispatcher");
    const code = (await dispatcher?.ended) ?? null;
    return { code, said: dispatcher?.said ?? "" };
  } finally {
    await fleet.close();
    await server.close();
  }
}
