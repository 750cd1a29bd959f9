import type { FailureKind } from "@nightshift/protocol/attempt";
import { accounts } from "@nightshift/projections/accounts";
import { DAY_MS } from "@nightshift/protocol/clock";
import type { Closed } from "./accounts/account-room.ts";
import { record, type Try } from "./attempt.ts";
import { settingsOf, type Night } from "./night.ts";
import { OUTAGE_LOOK_MAX_MS } from "./accounts/resume.ts";
import { nextAt } from "./schedule.ts";

/** Ends an attempt that did not work out; what it had reserved is charged in full. */
export async function fail(
  night: Night,
  attempt: Try,
  failure: { kind: FailureKind; detail: string; transcripts?: string[] | undefined },
): Promise<void> {
  await night.governor.settleLost(attempt.id);
  const { transcripts = [] } = failure;
  await record(night, attempt, {
    type: "attempt.fail",
    generation: attempt.generation,
    kind: failure.kind,
    detail: failure.detail.slice(0, 2_000) || failure.kind,
    ...(transcripts.length > 0 && { transcripts }),
  });
}

/** What a worker ran into; absent `why` is a limit. */
type Limit = {
  account: string;
  resetsAtMs: number | null;
  why?: "network" | undefined;
};

/** A limit is not a failure (I7): the whole account waits, the task goes back and loses nothing. */
export async function defer(
  night: Night,
  attempt: Try,
  limit: Limit,
  /** True where no other account could take the task before the reset. */
  mustWait = attempt.spec.model !== null,
): Promise<void> {
  const untilMs = await holdAccount(night, attempt, limit);
  const { generation } = attempt;
  const { account } = limit;
  await record(night, attempt, { type: "attempt.defer", generation, account, untilMs, mustWait });
}

/** A ceiling is in the way: the task waits for the director's next day, and loses nothing. */
export async function deferForBudget(night: Night, attempt: Try): Promise<void> {
  await record(night, attempt, {
    type: "attempt.defer",
    generation: attempt.generation,
    account: "budget",
    untilMs: nextAt("00:00", night.ports.clock.now(), night.plan.timeZone),
    mustWait: true,
  });
}

/**
 * No account takes it now: the task waits, and loses nothing. One that is held is told to all; one
 * that is only full has had no limit.
 */
export async function putOff(night: Night, attempt: Try, closed: Closed): Promise<void> {
  const { account, untilMs, isHeld } = closed;
  if (isHeld) return defer(night, attempt, { account, resetsAtMs: untilMs }, true);
  const { generation } = attempt;
  const deferred = { type: "attempt.defer", generation, account, untilMs, mustWait: true } as const;
  await record(night, attempt, deferred);
}

/** Whoever could do it is braked in its category: the task waits for the first that is let go. */
export async function deferForBrake(
  night: Night,
  attempt: Try,
  waitsMs: readonly (number | null)[],
): Promise<void> {
  const untilMs = Math.min(...waitsMs.map((ms) => ms ?? night.ports.clock.now()));
  await record(night, attempt, {
    type: "attempt.defer",
    generation: attempt.generation,
    account: "brake",
    untilMs,
    mustWait: true,
  });
}

/**
 * Nobody is signed in: that is no fault of the task's. The account waits for the director, at most
 * a day; the next night tries it again (`recover`), and until then others take its work.
 */
export async function awaitSignIn(night: Night, attempt: Try, account: string): Promise<void> {
  const { ports, epoch } = night;
  const untilMs = ports.clock.now() + DAY_MS;
  await known(night, account);
  const hold = { type: "account.hold", untilMs, reason: "sign-in", epoch } as const;
  await ports.board.handle("account", account, hold, { correlation: attempt.task });
  await record(night, attempt, {
    type: "attempt.defer",
    generation: attempt.generation,
    account,
    untilMs,
    mustWait: false,
  });
  await ports.views.catchUp();
}

/** An agent from elsewhere may bid on an account that no setting names. */
async function known({ ports }: Night, account: string): Promise<void> {
  const { state } = await ports.board.load("account", account);
  if (state.registered !== null) return;
  const unknown = { name: account, provider: "unknown", kind: "api" } as const;
  await ports.board.handle("account", account, { type: "account.register", ...unknown });
}

/** How long an account rests whose network is gone, ms: twice as long each time that it still is. */
function outageMs(night: Night, account: string, nowMs: number): number {
  const { networkHoldMs } = settingsOf(night);
  const known = night.ports.views.view(accounts).get(account);
  if (!known || known.reason !== "network") return networkHoldMs;
  const { heldFromMs, heldUntilMs } = known;
  if (heldFromMs === null || heldUntilMs === null) return networkHoldMs;
  const isTheSame = nowMs - heldUntilMs < OUTAGE_LOOK_MAX_MS;
  if (!isTheSame) return networkHoldMs;
  return Math.min(OUTAGE_LOOK_MAX_MS, Math.max(networkHoldMs, 2 * (heldUntilMs - heldFromMs)));
}

/** @returns when the account opens again, ms since 1970. */
export async function holdAccount(
  night: Night,
  attempt: Try,
  { account, resetsAtMs, why }: Limit,
): Promise<number> {
  const { ports, epoch } = night;
  const settings = settingsOf(night);
  await known(night, account);
  const nowMs = ports.clock.now();
  const about = { correlation: attempt.task };
  if (why === "network") {
    const untilMs = nowMs + outageMs(night, account, nowMs);
    const hold = { type: "account.hold", untilMs, reason: "network", epoch } as const;
    await ports.board.handle("account", account, hold, about);
  } else {
    const hit = {
      type: "account.hit-limit",
      attempt: attempt.id,
      resetsAtMs,
      epoch,
      nowMs,
      marginMs: settings.limitMarginMs,
      unknownResetMs: settings.limitUnknownMs,
      holdMaxMs: settings.limitHoldMaxMs,
    } as const;
    await ports.board.handle("account", account, hit, about);
  }
  await ports.views.catchUp();
  return ports.views.view(accounts).get(account)?.heldUntilMs ?? ports.clock.now();
}
