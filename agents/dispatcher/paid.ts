import type { Spend } from "@nightshift/protocol/skills";
import type { Try } from "./attempt.ts";
import { collectBids, heldUntil, type Bid } from "./auction.ts";
import { knownAnswer, roundOf } from "./delegate.ts";
import type { Night } from "./night.ts";
import { deferForBudget } from "./release.ts";

export type Step = {
  skill: "implement" | "plan" | "assess";
  agent: string;
  inputTokens: number;
  outputTokens: number;
};

/** What an answer says was used; null where nobody knows, which is charged in full. */
type Spent<Answer> = (answer: Answer) => Spend | "nothing" | null;

/**
 * Runs a step inside a reservation of its agent's dearest bid, and settles what was really spent.
 * @returns null when a ceiling is in the way; the attempt has then been put back.
 */
export async function withReservation<Answer>(
  night: Night,
  attempt: Try,
  step: Step,
  run: () => Promise<Answer>,
  spent: Spent<Answer>,
): Promise<Answer | null> {
  const { id, task, spec } = attempt;
  const bids = await collectBids(night, { task, attempt: id, spec }, step.skill, step);
  const dearest = dearestOf(bids.filter(({ agent }) => agent === step.agent));
  if (dearest === null) return run();
  await whenOpen(night, dearest.account);
  return reserved(night, attempt, step, dearest, run, spent);
}

/** As `withReservation`, for a bid that was already chosen. */
export async function reserved<Answer>(
  night: Night,
  attempt: Try,
  step: Step,
  bid: Pick<Bid, "account" | "priceMicroUsd">,
  run: () => Promise<Answer>,
  spent: Spent<Answer>,
): Promise<Answer | null> {
  const reservation = await night.governor.reserve(
    {
      attempt: attempt.id,
      // A step that runs again is paid for anew: what a lost run used is charged as unknown.
      step: roundOf(night, step.skill, await knownAnswer(night, attempt, step.skill)),
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
  const used = spent(answer);
  if (used === "nothing") await reservation.release();
  else await reservation.settle(used);
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
