import { BIDS_MAX } from "@nightshift/blackboard/attempt";
import { attemptId } from "@nightshift/protocol/ids";
import type { SkillName, SkillOutput } from "@nightshift/protocol/skills";
import type { TaskSpec } from "@nightshift/protocol/task";
import { heard } from "./guest-bids.ts";
import { isHouse } from "../guest-work.ts";
import type { PaidSkill } from "../governor.ts";
import type { Night } from "../night.ts";

export type Bid = SkillOutput<"bid">["bids"][number] & { agent: string };

/** What an auction is about, and how much will go in and out at most. */
type Auctioned = { task: string; attempt: string | null; spec: TaskSpec };
type Size = { inputTokens: number; outputTokens: number };
/** Which time somebody is asked, and when bids close; a later one is not heard. */
type Round = { name: string; closesInMs: number };

const SEALED: Round = { name: "bid", closesInMs: 5_000 };
const FALLBACK: Round = { name: "fallback-bid", closesInMs: 30_000 };

/**
 * Everyone on the bus who may be asked for a skill, in a fixed order. Guests may do the work; they
 * neither admit nor plan nor judge it, whatever their card says (I5).
 */
export function bidders({ ports }: Night, skill: SkillName): string[] {
  return ports.bus
    .roster()
    .filter(({ standing }) => standing === "house" || skill === "implement")
    .filter(({ card }) => card.skills.includes(skill))
    .map(({ card }) => card.name)
    .sort();
}

/** The first step of an attempt that nobody on the bus could take; null where all can be taken. */
export function absentSkill(night: Night): SkillName | null {
  return STEPS.find((skill) => bidders(night, skill).length === 0) ?? null;
}

const STEPS = ["plan", "implement", "verify", "assess"] as const;

/** What everyone would ask for a step. Who does not answer in time does not bid. */
export async function collectBids(
  night: Night,
  about: Auctioned,
  skill: PaidSkill,
  size: Size,
): Promise<Bid[]> {
  const asked = bidders(night, skill).map(async (agent) => {
    try {
      return await bidsOf(night, agent, about, skill, size);
    } catch {
      // A bidder that is gone or refuses is one bidder less; the auction goes on without it.
      return [];
    }
  });
  // The house first: however many bid, there is room for it.
  return (await Promise.all(asked))
    .flat()
    .sort((a, b) => Number(isHouse(night, b.agent)) - Number(isHouse(night, a.agent)))
    .slice(0, BIDS_MAX);
}

/**
 * Where nobody bids the house's own are asked once more, one after the other by name, with more time:
 * the first that bids is the choice, always the same one.
 */
export async function fallbackBids(
  night: Night,
  about: Auctioned,
  skill: PaidSkill,
  size: Size,
): Promise<Bid[]> {
  for (const agent of bidders(night, skill).filter((name) => isHouse(night, name))) {
    const bids = await bidsOf(night, agent, about, skill, size, FALLBACK).catch(() => []);
    if (bids.length > 0) return bids.slice(0, 1);
  }
  return [];
}

/**
 * What one agent would ask for a step; nothing where it declines or asks no price.
 * @throws Refusal, Unavailable as the bus does.
 */
export async function bidsOf(
  night: Night,
  agent: string,
  about: Auctioned,
  skill: PaidSkill,
  { inputTokens, outputTokens }: Size,
  { name, closesInMs }: Round = SEALED,
): Promise<Bid[]> {
  // Who cannot bid asks no price.
  const member = night.ports.bus.roster().find(({ card }) => card.name === agent);
  if (member && !member.card.skills.includes("bid")) return [];
  const { bids } = await night.ports.bus.call(
    agent,
    "bid",
    { ...about, skill, inputTokens, outputTokens },
    {
      context: about.task,
      message: `${about.attempt ?? about.task}-${skill}-${name}-${agent}`,
      timeoutMs: closesInMs,
      signal: night.abort,
    },
  );
  return isHouse(night, agent) ? bids.map((bid) => ({ ...bid, agent })) : heard(agent, bids);
}

/** Models that ended an earlier attempt of this task by hanging, crashing and the like (A14). */
export async function failedModels(
  { ports }: Night,
  task: string,
  generation: number,
): Promise<Set<string>> {
  const failed = new Set<string>();
  for (let earlier = 1; earlier < generation; earlier++) {
    const { state } = await ports.board.load("attempt", attemptId(task, earlier));
    if (state.end?.kind === "failed" && state.awarded && WORKER_FAULTS.has(state.end.failure)) {
      failed.add(state.awarded.model);
    }
  }
  return failed;
}

const WORKER_FAULTS: ReadonlySet<string> = new Set([
  "hang",
  "timeout",
  "crash",
  "sign-in",
  "no-change",
  "unusable-answer",
  "loop",
]);
