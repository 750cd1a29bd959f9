import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Peer } from "@nightshift/protocol/bus";
import { BadInput } from "@nightshift/protocol/errors";
import { NightCard } from "@nightshift/protocol/skills";
import { z } from "zod";
import { allowing } from "./bus/http/addresses.ts";
import { fetchCard, type FetchedCard } from "./bus/http/fetch-card.ts";
import { nightCard, spokenOf } from "./bus/http/remote-card.ts";
import { remoteAgent } from "./bus/http/remote-agent.ts";

/** An agent elsewhere that the director approved: where it is, and the card that was shown. */
const RemoteAgent = z.strictObject({
  card: NightCard,
  /** Where its card is. */
  address: z.url(),
  /** sha256 of the card as it was approved; another card is another agent. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** The keys that had signed it; a new card of the same keys is told, one of others is refused. */
  keys: z.array(z.strictObject({ kid: z.string(), jwk: z.record(z.string(), z.unknown()) })),
  /** The environment variable with its token; null where it asks for none. */
  tokenEnv: z.string().nullable(),
  /** Whether its host may have a private address. */
  mayBePrivate: z.boolean(),
});
export type RemoteAgent = z.infer<typeof RemoteAgent>;

const File = z.strictObject({ agents: z.array(RemoteAgent).max(100) });

const FETCH_MS = 10_000;

/** The agents that the director added, by name. @throws BadInput for a file that is none. */
export function readRemoteAgents(path: string): RemoteAgent[] {
  if (!existsSync(path)) return [];
  try {
    return File.parse(JSON.parse(readFileSync(path, "utf8"))).agents;
  } catch (error) {
    const mend = `remove ${path} and add them again: nightshift agents add <url>`;
    throw new BadInput("not a list of agents", path, mend, { cause: error });
  }
}

/** Keeps one, in place of the one of its name. */
export function addRemoteAgent(path: string, agent: RemoteAgent): void {
  const others = readRemoteAgents(path).filter(({ card }) => card.name !== agent.card.name);
  write(path, [...others, agent]);
}

/** @returns whether there was one. */
export function removeRemoteAgent(path: string, name: string): boolean {
  const agents = readRemoteAgents(path);
  const others = agents.filter(({ card }) => card.name !== name);
  if (others.length === agents.length) return false;
  write(path, others);
  return true;
}

export function digestOf({ canonical }: FetchedCard): string {
  return createHash("sha256").update(canonical).digest("hex");
}

/**
 * An approved agent as the bus has it, if it is still the one that was approved.
 * @throws BadInput when its card has changed, or its token is not there.
 * @throws Refusal or Unavailable when it cannot be reached.
 */
export async function meet(
  agent: RemoteAgent,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<{ peer: Peer; at: string }> {
  const { name } = agent.card;
  const address = new URL(agent.address);
  const allows = allowing(agent.mayBePrivate ? [address.host] : []);
  const soon = AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS)]);
  const pinned = agent.keys.length > 0 ? { pinned: agent.keys } : {};
  const fetched = await fetchCard(address, { allows, signal: soon, ...pinned });
  const again = `nightshift agents add ${agent.address} --name ${name}`;
  if (agent.keys.length > 0 && fetched.signers.length === 0)
    throw new BadInput("its card was signed and is no more", name, again);
  if (digestOf(fetched) !== agent.digest)
    throw new BadInput("its card is not the one that was approved", name, again);
  const spoken = spokenOf(fetched.card);
  if (!spoken) throw new BadInput("it speaks no A2A 1.0 over HTTP", name, again);
  const token = agent.tokenEnv === null ? undefined : env[agent.tokenEnv];
  if (agent.tokenEnv !== null && !token)
    throw new BadInput(`${agent.tokenEnv} is not set`, name, `set ${agent.tokenEnv} to its token`);
  const extensions = fetched.card.capabilities.extensions.map(({ uri }) => uri);
  const { url, form, tenant } = spoken;
  const at = { url: new URL(url), form, tenant, token, extensions, allows };
  const { streaming: streams } = fetched.card.capabilities;
  const card = nightCard(fetched.card, name);
  return { peer: remoteAgent({ card, at, streams }), at: url };
}

function write(path: string, agents: RemoteAgent[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify({ agents }, null, 2), { mode: 0o600 });
  renameSync(temporary, path);
}
