import type { ScopeRecord } from "@nightshift/blackboard/shortfall";
import { ALL_SCOPE, brakeScope, brakes } from "@nightshift/projections/brakes";
import type { BrakeCommand } from "@nightshift/protocol/brake";
import { nameId } from "@nightshift/protocol/ids";
import { meanAlarm, meanOf, shortfallAlarm } from "./brake-alarm.ts";
import { mustLead } from "../leading.ts";
import { say, settingsOf, type Night } from "../night.ts";

/** How much may be claimed now, as a quality brake has it. */
export type Grip =
  | { status: "off" }
  | { status: "canary"; left: number; untilMs: number }
  | { status: "latched" };

/**
 * Engages, judges and releases every brake by the scores in the log: the one over everything by the
 * rolling mean (D34), one for each model in each category by its shortfall (H10).
 * @returns how the brake over everything stands.
 */
export async function holdBrakes(night: Night): Promise<Grip> {
  const { byScope, states } = night.ports.views.view(brakes);
  for (const scope of new Set([...byScope.keys(), ...states.keys()])) {
    if (scope !== ALL_SCOPE) await hold(night, scope, shortfallAlarm);
  }
  return hold(night, ALL_SCOPE, meanAlarm);
}

/**
 * Until when one model may not be given work in one category, ms since 1970; null where it may now.
 * A latched brake waits for a person, so whoever waits for it looks again after a while.
 */
export function brakedUntil(night: Night, model: string, category: string): number | null {
  const { ports } = night;
  const { states, open } = ports.views.view(brakes);
  const state = states.get(brakeScope(model, category));
  if (state === undefined) return null;
  const settings = settingsOf(night);
  const now = ports.clock.now();
  if (state.status === "latched") return now + settings.brakeReleaseMs;
  const isAtWork = (one: { model: string | null; category: string }) =>
    one.model === model && one.category === category;
  const atWork = [...open.values()].filter(isAtWork).length;
  if (state.canaryScores.length + atWork < settings.brakeCanaryTasks) return null;
  return Math.max(state.untilMs ?? now, now + settings.limitUnknownMs);
}

type Alarm = typeof meanAlarm;

async function hold(night: Night, scope: string, alarm: Alarm): Promise<Grip> {
  const { clock, views } = night.ports;
  const settings = settingsOf(night);
  const state = views.view(brakes).states.get(scope);
  if (state === undefined) {
    return (await engage(night, scope, alarm)) ? startCanary(night, scope) : { status: "off" };
  }
  if (state.status === "latched") return { status: "latched" };
  // It was engaged by a leader that died before it went on.
  if (state.status === "engaged") return startCanary(night, scope);
  const { canaryScores } = state;
  const untilMs = state.untilMs ?? clock.now();
  const left = Math.max(0, settings.brakeCanaryTasks - canaryScores.length);
  if (left > 0) return { status: "canary", left, untilMs };
  const passed = meanOf(canaryScores) >= settings.brakeScoreMin;
  if (passed && clock.now() < untilMs) return { status: "canary", left: 0, untilMs };
  const threshold = settings.brakeScoreMin;
  await ask(night, scope, { type: "brake.judge-canary", scores: canaryScores, threshold });
  const what = passed ? "released" : "latched until you release it";
  say(night, null, `brake${named(scope)} ${what}`, passed ? "quiet" : "bad");
  return passed ? { status: "off" } : { status: "latched" };
}

/** @returns whether there is reason to, and the brake is on now. */
async function engage(night: Night, scope: string, alarm: Alarm): Promise<boolean> {
  const command = alarm(scope, recordOf(night, scope), settingsOf(night));
  if (command === null) return false;
  await ask(night, scope, command);
  say(night, null, `too many low scores: brake${named(scope)} on`, "bad");
  return true;
}

function recordOf(night: Night, scope: string): ScopeRecord {
  const { byScope, record } = night.ports.views.view(brakes);
  return { scores: byScope.get(scope) ?? [], ...(record.get(scope) ?? { n: 0, sum: 0 }) };
}

async function startCanary(night: Night, scope: string): Promise<Grip> {
  const { brakeCanaryTasks: size, brakeReleaseMs } = settingsOf(night);
  const untilMs = night.ports.clock.now() + brakeReleaseMs;
  await ask(night, scope, { type: "brake.start-canary", size, untilMs });
  return { status: "canary", left: size, untilMs };
}

/** Brakes know no epochs; a leader that another followed may find that it came too late. */
async function ask(night: Night, scope: string, command: BrakeCommand): Promise<void> {
  await mustLead(night);
  try {
    await night.ports.board.handle("brake", nameId(scope), command);
  } catch (error) {
    await mustLead(night);
    throw error;
  }
}

function named(scope: string): string {
  return scope === ALL_SCOPE ? "" : ` of ${scope.replace("|", " in ")}`;
}
