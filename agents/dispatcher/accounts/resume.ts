import { accounts } from "@nightshift/projections/accounts";
import { idOf, SHIFT_STREAM } from "@nightshift/protocol/ids";
import { settingsOf, type Night } from "../night.ts";

/** Without `--until`, a night does not wait for more than this. */
const WAIT_MAX_MS = 12 * 3_600_000;

/** A network that stays away is looked for less and less often, but every half hour at least (E2). */
export const OUTAGE_LOOK_MAX_MS = 30 * 60_000;

/** The latest moment that a night waits for, whatever it waits for; ms since 1970. */
export function waitsUntil({ plan, ports }: Night): number {
  return plan.untilMs ?? ports.clock.now() + WAIT_MAX_MS;
}

/**
 * The latest moment that it waits for a limit to reset. To go on after a reset by itself is the
 * director's to ask for, with a time to stop: it may use a window that nobody watches (G1). A limit
 * that is over within minutes is sat out by every night, and so is a network that is gone (E2): it
 * uses nothing up.
 */
export function resumesUntil(night: Night): number {
  const { resumeUntilMs } = night.plan;
  if (resumeUntilMs === undefined) return waitsUntil(night);
  const { clock, views } = night.ports;
  const isOutage = [...views.view(accounts).values()].some(
    ({ reason, heldUntilMs }) => reason === "network" && (heldUntilMs ?? 0) > clock.now(),
  );
  const sitsOutMs = Math.max(settingsOf(night).limitUnknownMs, isOutage ? OUTAGE_LOOK_MAX_MS : 0);
  return Math.min(waitsUntil(night), Math.max(resumeUntilMs ?? 0, clock.now() + sitsOutMs));
}

/** Tells in the log what a night would have waited for that ends instead. */
export async function notePause(night: Night, reason: string, untilMs: number): Promise<void> {
  const { ports, plan, epoch } = night;
  const isOff = plan.resumeUntilMs === null && untilMs <= waitsUntil(night);
  const why = isOff ? `${reason}; to go on by itself after a reset is off` : reason;
  const pause = { type: "shift.pause", epoch, reason: why, untilMs } as const;
  await ports.board.handle("shift", idOf(SHIFT_STREAM), pause);
}
