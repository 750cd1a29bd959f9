import { shifts } from "@nightshift/projections/shifts";
import { Refusal } from "@nightshift/protocol/errors";
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
export async function elect(
  { board, clock, views }: Pick<DispatcherPorts, "board" | "clock" | "views">,
  plan: NightPlan,
): Promise<{ epoch: number; shift: number }> {
  const { leader, incumbent, incumbentEpoch, untilMs, timeZone, sandbox, settings } = plan;
  await views.catchUp();
  const observedEpoch = incumbentEpoch ?? views.view(shifts).epoch;
  await board.handle("shift", SHIFT, {
    type: "shift.elect",
    leader,
    incumbent,
    observedEpoch,
    nowMs: clock.now(),
    leaseMs: settings.leaderLeaseMs,
  });
  await board.handle("shift", SHIFT, { type: "shift.start", leader, untilMs, timeZone, sandbox });
  // What the rules know, and not what the views show: another may have been elected meanwhile.
  const { state } = await board.load("shift", SHIFT);
  if (state.leader !== leader) throw new Refusal("stale", `${state.leader ?? "nobody"} leads now`);
  return { epoch: state.epoch, shift: state.number };
}

/** As `elect`, and gathers what the shift is led with. */
export async function lead(
  ports: DispatcherPorts,
  plan: NightPlan,
  signals: { stop: AbortSignal; abort: AbortSignal },
): Promise<Night> {
  return createNight(ports, plan, { ...(await elect(ports, plan)), ...signals });
}

/**
 * One led shift: brings what the last leader left to an event, works until the backlog, the budget,
 * the time or the director ends it, and seals the log.
 */
export async function runShift(night: Night): Promise<EndReason> {
  const { shift, plan, ports } = night;
  const when = new Date(ports.clock.now()).toISOString();
  say(night, null, `night ${shift} begins at ${when}, sandbox ${plan.sandbox}`, "quiet");
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
