import { shifts } from "@nightshift/projections/shifts";
import { SHIFT_STREAM, idOf } from "@nightshift/protocol/ids";
import { runCycles, type EndReason } from "./cycles.ts";
import { createNight, say, type Night } from "./night.ts";
import type { DispatcherPorts, NightPlan } from "./ports.ts";
import { recover } from "./recover.ts";

const SHIFT = idOf(SHIFT_STREAM);

/**
 * Takes the lead with a new epoch; whatever an older leader still does is refused from here on.
 * @throws Refusal `already-leading` while another dispatcher leads; the message says who and since when.
 */
export async function lead(
  ports: DispatcherPorts,
  plan: NightPlan,
  signals: { stop: AbortSignal; abort: AbortSignal },
): Promise<Night> {
  const { board, clock, views } = ports;
  const { leader, incumbent, untilMs, timeZone, sandbox, settings } = plan;
  const nowMs = clock.now();
  await views.catchUp();
  const observedEpoch = views.view(shifts).epoch;
  await board.handle("shift", SHIFT, {
    type: "shift.elect",
    leader,
    incumbent,
    observedEpoch,
    nowMs,
    leaseMs: settings.leaderLeaseMs,
  });
  await board.handle("shift", SHIFT, { type: "shift.start", leader, untilMs, timeZone, sandbox });
  await views.catchUp();
  const { epoch, number } = views.view(shifts);
  const night = createNight(ports, plan, { epoch, shift: number, ...signals });
  const when = new Date(nowMs).toISOString();
  say(night, null, `night ${number} begins at ${when}, sandbox ${sandbox}`, "quiet");
  return night;
}

/**
 * One led shift: brings what the last leader left to an event, works until the backlog, the budget,
 * the time or the director ends it, and seals the log.
 */
export async function runShift(night: Night): Promise<EndReason> {
  const resumed = await recover(night);
  const reason = await runCycles(night, resumed);
  await end(night, reason);
  return reason;
}

async function end({ ports, epoch }: Night, reason: EndReason): Promise<void> {
  const { root, streams, upTo } = await ports.seal();
  await ports.board.handle("shift", SHIFT, { type: "shift.seal", epoch, root, streams, upTo });
  await ports.board.handle("shift", SHIFT, { type: "shift.end", epoch, reason });
}
