import { defaultSettings } from "@nightshift/protocol/settings";
import { tendRequests } from "../dispatcher/merging/requests.ts";
import type { Night } from "../dispatcher/night.ts";
import { lead, runShift } from "../dispatcher/shift.ts";
import { memoryForge, type MemoryForge } from "./memory-forge.ts";
import { memoryNight, type MemoryNight } from "./memory-night.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });

export type At = {
  memory: MemoryNight;
  forge: MemoryForge;
  task: string;
  night: Night;
  /** What was told on the screen so far. */
  said: readonly string[];
};

/** A night whose work waits for review at a forge, and a later one that looks on. */
export async function waiting(forge = memoryForge(), others: string[] = []): Promise<At> {
  const settings = { ...defaultSettings, followUpsMax: 0 };
  const memory = await memoryNight({ repo: { policy: "pull-request" }, plan: { settings } });
  const task = await memory.add({ name: "META-7", title: "Round up" });
  for (const name of others) await memory.add({ name, title: name });
  const said: string[] = [];
  const tell = ({ text }: { text: string }) => void said.push(text);
  const ports = { ...memory.ports, tell, forges: new Map([["repo", forge]]) };
  await runShift(await lead(ports, memory.plan, never()));
  const night = await lead(ports, memory.plan, never());
  return { memory, forge, task, night, said };
}

/** The next look at the forge, however long it takes until it is due. */
export async function look({ night }: At): Promise<void> {
  night.tended.atMs = null;
  await night.ports.views.catchUp();
  await tendRequests(night);
}

/** What was sent back is done again, and the request renewed; then somebody looks on. */
export async function nextNight(at: At): Promise<void> {
  const { ports } = at.night;
  await runShift(await lead(ports, at.memory.plan, never()));
  at.night = await lead(ports, at.memory.plan, never());
}

/** What a stream of the log tells, by the types of its events. */
export async function typesOf({ memory }: At, stream: string): Promise<string[]> {
  const events = await memory.events();
  return events.filter((one) => one.stream === stream).map(({ event }) => event.type);
}
