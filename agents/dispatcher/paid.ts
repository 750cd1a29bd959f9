import type { SkillOutput } from "@nightshift/protocol/skills";
import type { Try } from "./attempt.ts";
import { collectBids, heldUntil, type Bid } from "./auction.ts";
import { isLimit, knownAnswer, roundOf } from "./delegate.ts";
import type { PaidSkill, Used } from "./governor.ts";
import type { Night } from "./night.ts";
import { deferForBudget } from "./release.ts";

export type Step<S extends PaidSkill = PaidSkill> = {
  skill: S;
  agent: string;
  inputTokens: number;
  outputTokens: number;
};

/** What an answer says was used; null where nobody knows, which is charged in full. */
type Spent<S extends PaidSkill> = (answer: SkillOutput<S>) => Used;

/**
 * Runs a step inside a reservation of its agent's dearest bid, and settles what was really spent.
 * @returns null when a ceiling is in the way; the attempt has then been put back.
 */
export async function withReservation<S extends PaidSkill>(
  night: Night,
  attempt: Try,
  step: Step<S>,
  run: () => Promise<SkillOutput<S>>,
  spent: Spent<S>,
): Promise<SkillOutput<S> | null> {
  const known = await settledAnswer(night, attempt, step.skill, spent);
  if (known !== null) return known;
  const { id, task, spec } = attempt;
  const bids = await collectBids(night, { task, attempt: id, spec }, step.skill, step);
  const dearest = dearestOf(bids.filter(({ agent }) => agent === step.agent));
  if (dearest === null) return run();
  await whenOpen(night, dearest.account);
  return pay(night, attempt, step, dearest, run, spent);
}

/** As `withReservation`, for a bid that was already chosen. */
export async function reserved<S extends PaidSkill>(
  night: Night,
  attempt: Try,
  step: Step<S>,
  bid: Pick<Bid, "account" | "priceMicroUsd">,
  run: () => Promise<SkillOutput<S>>,
  spent: Spent<S>,
): Promise<SkillOutput<S> | null> {
  const known = await settledAnswer(night, attempt, step.skill, spent);
  return known ?? pay(night, attempt, step, bid, run, spent);
}

/** An answer that came before the process died costs what it cost then, and is not paid again. */
async function settledAnswer<S extends PaidSkill>(
  night: Night,
  attempt: Try,
  skill: S,
  spent: Spent<S>,
): Promise<SkillOutput<S> | null> {
  const known = await knownAnswer(night, attempt, skill);
  if (known === null) return null;
  await night.governor.settleAnswered(attempt.id, skill, spent(known));
  return isLimit(known) ? null : known;
}

async function pay<S extends PaidSkill>(
  night: Night,
  attempt: Try,
  step: Step<S>,
  bid: Pick<Bid, "account" | "priceMicroUsd">,
  run: () => Promise<SkillOutput<S>>,
  spent: Spent<S>,
): Promise<SkillOutput<S> | null> {
  const reservation = await night.governor.reserve(
    {
      attempt: attempt.id,
      // A step that runs again is paid for anew: what a lost run used is charged as unknown.
      step: roundOf(night, attempt, step.skill),
      category: attempt.spec.category,
      shift: night.shift,
      epoch: night.epoch,
    },
    {
      account: bid.account,
      costMicroUsd: bid.priceMicroUsd,
      tokens: step.inputTokens + step.outputTokens,
    },
  );
  if (reservation === null) {
    await deferForBudget(night, attempt);
    return null;
  }
  const answer = await run();
  await reservation.close(spent(answer));
  return answer;
}

/** Waits, at most until the shift is cancelled, while an account is held. */
export async function whenOpen(night: Night, account: string): Promise<void> {
  for (let waits = 0; waits < WAITS_MAX && !night.abort.aborted; waits++) {
    const until = heldUntil(night, account);
    if (until === null) return;
    await night.ports.clock.sleep(until - night.ports.clock.now(), night.abort);
    await night.ports.views.catchUp();
  }
}

const WAITS_MAX = 100;

function dearestOf(bids: readonly Bid[]): Bid | null {
  return bids.reduce<Bid | null>(
    (dearest, bid) => (dearest && dearest.priceMicroUsd >= bid.priceMicroUsd ? dearest : bid),
    null,
  );
}
