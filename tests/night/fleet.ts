import { DatabaseSync } from "node:sqlite";
import { startFleet, type Fleet } from "@nightshift/infra/sim/rehearsal/fleet";
import type { Rehearsal } from "@nightshift/infra/sim/rehearsal/rehearsal";
import { logOf, openNight } from "../crash/night-under-fire.ts";

/** The night's processes, one a role, and the names that the settings give their agents. */
export const AGENTS = [
  "planner",
  "implementer",
  "implementer-b",
  "verifier",
  "assessor",
  "evolver",
] as const;
export const DISPATCHER = "dispatcher";
const LOOK_EVERY_MS = 20;

/** An evening whose night is played by one process for each agent, at a broker. */
export type FleetNight = {
  rehearsal: Rehearsal;
  fleet: Fleet;
  close(): Promise<void>;
};

export async function openFleetNight(
  bus: string,
  {
    dispatchers = { [DISPATCHER]: [DISPATCHER] },
    log,
  }: { dispatchers?: Readonly<Record<string, readonly string[]>>; log?: "esdb" | "kurrentdb" } = {},
): Promise<FleetNight> {
  const rehearsal = await openNight(1, null, log);
  const at = ["--bus", bus];
  const agents = Object.fromEntries(AGENTS.map((name) => [name, [name, ...at]]));
  const leaders = Object.fromEntries(
    Object.entries(dispatchers).map(([name, args]) => [name, [...args, ...at]]),
  );
  const fleet = startFleet(rehearsal, { ...agents, ...leaders });
  return {
    rehearsal,
    fleet,
    async close() {
      await fleet.close();
      await rehearsal.close();
    },
  };
}

export type LogRow = { position: number; stream: string; type: string; body: object; atMs: number };

/** The log as its file has it now, after a position. */
export function rowsAfter(rehearsal: Rehearsal, position = 0): LogRow[] {
  const db = new DatabaseSync(logOf(rehearsal), { readOnly: true });
  const rows = db.prepare("SELECT * FROM event WHERE position > ? ORDER BY position").all(position);
  db.close();
  return rows.map((row) => ({
    position: Number(row["position"]),
    stream: String(row["stream"]),
    type: String(row["type"]),
    atMs: Number(row["at_ms"]),
    body: Object(JSON.parse(String(row["body"]))),
  }));
}

/** Waits until the log holds what is looked for. @throws Error after as long as a night may last. */
export async function untilLogged<Found>(
  rehearsal: Rehearsal,
  look: (rows: readonly LogRow[]) => Found | undefined,
  wallMs: number,
): Promise<Found> {
  const seen: LogRow[] = [];
  for (const until = performance.now() + wallMs; performance.now() < until;) {
    seen.push(...rowsAfter(rehearsal, seen.at(-1)?.position));
    const found = look(seen);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error(`the log never held it: ${JSON.stringify(seen.slice(-3))}`);
}

/** The call that an agent is at: sent to it, and not answered yet. */
export function callInHand(rows: readonly LogRow[], agent: string): string | undefined {
  const open = new Map<string, string>();
  for (const { stream, type, body } of rows) {
    if (type === "call.sent" && "to" in body && body.to === agent) open.set(stream, stream);
    if (type === "call.finished") open.delete(stream);
  }
  return [...open.keys()].at(-1);
}
