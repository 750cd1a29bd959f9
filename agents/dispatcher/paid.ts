import type { SkillOutput } from "@nightshift/protocol/skills";
import type { Try } from "./attempt.ts";
import { closedFor, type Closed } from "./accounts/account-room.ts";
import { bidsOf, type Bid } from "./choosing/auction.ts";
import { isLimit, knownAnswer, roundOf } from "./delegate.ts";
import type { PaidSkill, Purpose, Used } from "./governor.ts";
import { mustLead } from "./leading.ts";
import type { Night } from "./night.ts";
import { NotTonight } from "./not-tonight.ts";
import { deferForBudget, putOff } from "./release.ts";
import { resumesUntil } from "./accounts/resume.ts";
import { takeRoom } from "./accounts/take-room.ts";

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
  const about = { task, attempt: id, spec };
  const dearest = dearestOf(await bidsOf(night, step.agent, about, step.skill, step));
  if (dearest === null) return unbid(night, attempt, step, run, spent);
  const worstTokens = step.inputTokens + step.outputTokens;
  if (step.skill === "assess") await mustOpen(night, dearest.account, worstTokens);
  else {
    // Nothing is done yet that could be lost.
    const closed = await whenOpen(night, dearest.account, worstTokens);
    if (closed !== null) {
      await putOff(night, attempt, closed);
      return null;
    }
  }
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
  const tokens = step.inputTokens + step.outputTokens;
  const { account, priceMicroUsd: costMicroUsd } = bid;
  // Work that is done waits for its judge, as long as this night lasts.
  const closed = step.skill === "assess" ? () => whenOpen(night, account, tokens) : undefined;
  const purpose = purposeOf(night, attempt, step.skill);
  const reservation = await takeRoom(night, purpose, { account, costMicroUsd, tokens }, closed);
  if (reservation === null) {
    await deferForBudget(night, attempt);
    return null;
  }
  if ("untilMs" in reservation) {
    if (step.skill === "assess") throw new NotTonight(reservation.reason);
    await putOff(night, attempt, reservation);
    return null;
  }
  // It is in the log by now: whoever leads next either settles it, or is seen here.
  await mustLead(night).catch(async (error: unknown) => {
    await reservation.close("nothing");
    throw error;
  });
  const answer = await run();
  await reservation.close(spent(answer));
  return answer;
}

/** Who asks no price is trusted with none: what it used all the same is told, as an overshoot. */
async function unbid<S extends PaidSkill>(
  night: Night,
  attempt: Try,
  { skill, agent: account }: Step<S>,
  run: () => Promise<SkillOutput<S>>,
  spent: Spent<S>,
): Promise<SkillOutput<S>> {
  const purpose = purposeOf(night, attempt, skill);
  const answer = await run();
  const used = spent(answer);
  if (used !== null && used !== "nothing") {
    const nothing = { account, costMicroUsd: 0, tokens: 0 };
    await (await night.governor.reserve(purpose, nothing))?.close(used);
  }
  return answer;
}

function purposeOf(night: Night, attempt: Try, skill: PaidSkill): Purpose {
  return {
    attempt: attempt.id,
    // A step that runs again is paid for anew: what a lost run used is charged as unknown.
    step: roundOf(night, attempt, skill),
    category: attempt.spec.category,
    shift: night.shift,
    epoch: night.epoch,
  };
}

/**
 * Waits while an account is held or has no room, as long as this night may.
 * @returns null once it is open; why it is not, and when it opens, where that is too late for tonight.
 */
async function whenOpen(
  night: Night,
  account: string,
  worstTokens: number,
): Promise<Closed | null> {
  const { clock, views } = night.ports;
  const signal = AbortSignal.any([night.stop, night.abort]);
  for (let waits = 0; ; waits++) {
    const closed = closedFor(night, account, worstTokens);
    if (closed === null) return null;
    if (closed.untilMs > resumesUntil(night) || waits >= WAITS_MAX || signal.aborted) return closed;
    await clock.sleep(closed.untilMs - clock.now(), signal);
    await views.catchUp();
  }
}

/** @throws NotTonight where an account opens too late. */
export async function mustOpen(night: Night, account: string, worstTokens = 0): Promise<void> {
  const closed = await whenOpen(night, account, worstTokens);
  if (closed === null) return;
  throw new NotTonight(`${closed.reason} until ${new Date(closed.untilMs).toISOString()}`);
}

const WAITS_MAX = 100;

function dearestOf(bids: readonly Bid[]): Bid | null {
  return bids.reduce<Bid | null>(
    (dearest, bid) => (dearest && dearest.priceMicroUsd >= bid.priceMicroUsd ? dearest : bid),
    null,
  );
}
