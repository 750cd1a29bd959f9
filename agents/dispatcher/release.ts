import type { FailureKind } from "@nightshift/protocol/attempt";
import { accounts } from "@nightshift/projections/accounts";
import { DAY_MS } from "@nightshift/protocol/clock";
import { record, type Try } from "./attempt.ts";
import { settingsOf, type Night } from "./night.ts";
import { nextAt } from "./schedule.ts";

/** Ends an attempt that did not work out; what it had reserved is charged in full. */
export async function fail(
  night: Night,
  attempt: Try,
  failure: { kind: FailureKind; detail: string },
): Promise<void> {
  await night.governor.settleLost(attempt.id);
  await record(night, attempt, {
    type: "attempt.fail",
    generation: attempt.generation,
    kind: failure.kind,
    detail: failure.detail.slice(0, 2_000) || failure.kind,
  });
}

/** A limit is not a failure (I7): the whole account waits, the task goes back and loses nothing. */
export async function defer(
  night: Night,
  attempt: Try,
  limit: { account: string; resetsAtMs: number | null },
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

/** @returns when the account opens again, ms since 1970. */
export async function holdAccount(
  night: Night,
  attempt: Try,
  { account, resetsAtMs }: { account: string; resetsAtMs: number | null },
): Promise<number> {
  const { ports, epoch } = night;
  const settings = settingsOf(night);
  await known(night, account);
  await ports.board.handle(
    "account",
    account,
    {
      type: "account.hit-limit",
      attempt: attempt.id,
      resetsAtMs,
      epoch,
      nowMs: ports.clock.now(),
      marginMs: settings.limitMarginMs,
      unknownResetMs: settings.limitUnknownMs,
      holdMaxMs: settings.limitHoldMaxMs,
    },
    { correlation: attempt.task },
  );
  await ports.views.catchUp();
  return ports.views.view(accounts).get(account)?.heldUntilMs ?? ports.clock.now();
}
