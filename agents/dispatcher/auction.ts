import { BIDS_MAX } from "@nightshift/blackboard/attempt";
import { accounts } from "@nightshift/projections/accounts";
import { routes } from "@nightshift/projections/routes";
import { attemptId } from "@nightshift/protocol/ids";
import type { SkillName, SkillOutput } from "@nightshift/protocol/skills";
import type { TaskSpec } from "@nightshift/protocol/task";
import { route } from "../evolver/router.ts";
import { isHouse } from "./guest-work.ts";
import type { PaidSkill } from "./governor.ts";
import type { Night } from "./night.ts";

export type Bid = SkillOutput<"bid">["bids"][number] & { agent: string };

const BID_TIMEOUT_MS = 5_000;

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

/** What everyone would ask for a step. Who does not answer in time does not bid. */
export async function collectBids(
  night: Night,
  about: { task: string; attempt: string | null; spec: TaskSpec },
  skill: PaidSkill,
  size: { inputTokens: number; outputTokens: number },
): Promise<Bid[]> {
  const asked = bidders(night, skill).map(async (agent) => {
    try {
      return await bidsOf(night, agent, about, skill, size);
    } catch {
      // A bidder that is gone or refuses is one bidder less; the auction goes on without it.
      return [];
    }
  });
  return (await Promise.all(asked)).flat().slice(0, BIDS_MAX);
}

/**
 * What one agent would ask for a step; nothing where it declines or asks no price.
 * @throws Refusal, Unavailable as the bus does.
 */
export async function bidsOf(
  night: Night,
  agent: string,
  about: { task: string; attempt: string | null; spec: TaskSpec },
  skill: PaidSkill,
  { inputTokens, outputTokens }: { inputTokens: number; outputTokens: number },
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
      message: `${about.attempt ?? about.task}-${skill}-bid-${agent}`,
      timeoutMs: BID_TIMEOUT_MS,
      signal: night.abort,
    },
  );
  // A guest draws on an account of its own: no word of it holds one of the house.
  const own = isHouse(night, agent) ? {} : { account: `guest-${agent}` };
  return bids.map((bid) => ({ ...bid, ...own, agent }));
}

/** Whether an account may be used now, or from when. */
export function heldUntil(night: Night, account: string): number | null {
  const until = night.ports.views.view(accounts).get(account)?.heldUntilMs ?? null;
  return until !== null && until > night.ports.clock.now() ? until : null;
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

/** The choice among bids, with the probability it was made with. */
export function choose(
  { ports }: Night,
  spec: TaskSpec,
  bids: readonly Bid[],
): ReturnType<typeof route> {
  const records = ports.views.view(routes);
  return route({
    bids,
    spec,
    record: (category, model) => records.get(`${category}|${model}`) ?? null,
    random: ports.random,
  });
}
