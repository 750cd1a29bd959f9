import { DAY_MS } from "@nightshift/protocol/clock";
import type { Settings } from "@nightshift/protocol/settings";
import type { World } from "../world.ts";
import type { Rule, Tell } from "./rule.ts";

/** Events of one task's attempts at most, on average over a night's tasks. */
const EVENTS_A_TASK_MAX = 400;

/** I8: every wait has a maximum, and so has what a night does to a task. */
export function waits(
  { clock }: Pick<World, "clock">,
  { limitHoldMaxMs, limitMarginMs, callWallMs }: Settings,
  tell: Tell,
): Rule {
  const startMs = clock.now();
  const tasks = new Set<string>();
  let events = 0;
  return {
    see({ stream, event, position, atMs }) {
      events += 1;
      if (event.type === "task.proposed") tasks.add(stream);
      if (events > EVENTS_A_TASK_MAX * Math.max(1, tasks.size)) {
        tell(`${events} events for ${tasks.size} tasks`);
      }
      const at = `${event.type} at ${position}`;
      const heldMs = event.type === "account.held" ? event.untilMs - atMs : 0;
      if (heldMs > limitHoldMaxMs + limitMarginMs) tell(`${at} holds for ${heldMs} ms`);
      const pausedMs = event.type === "shift.paused" ? (event.untilMs ?? atMs) - atMs : 0;
      if (pausedMs > DAY_MS) tell(`${at} waits ${pausedMs} ms`);
    },
    end() {
      const longest = Math.max(limitHoldMaxMs + limitMarginMs, callWallMs);
      if (clock.longestWaitMs > longest) tell(`somebody waited ${clock.longestWaitMs} ms`);
      const days = (clock.now() - startMs) / DAY_MS;
      if (days > 14) tell(`the night took ${days.toFixed(1)} days`);
    },
  };
}
