import { brakes } from "@nightshift/projections/brakes";
import type { BrakeCommand } from "@nightshift/protocol/brake";
import { nameId } from "@nightshift/protocol/ids";
import { mustLead } from "./leading.ts";
import { say, settingsOf, type Night } from "./night.ts";

/** How much may be claimed now, as the quality brake has it. */
export type Grip =
  | { status: "off" }
  | { status: "canary"; left: number; untilMs: number }
  | { status: "latched" };

const ALL = "all";

/** Engages, judges and releases the brake by the scores in the log (D34), and says how it stands. */
export async function holdBrake(night: Night): Promise<Grip> {
  const { clock, views } = night.ports;
  const settings = settingsOf(night);
  const state = views.view(brakes).states.get(ALL);
  if (state === undefined) return (await engage(night)) ? startCanary(night) : { status: "off" };
  if (state.status === "latched") return { status: "latched" };
  // It was engaged by a leader that died before it went on.
  if (state.status === "engaged") return startCanary(night);
  const { canaryScores } = state;
  const untilMs = state.untilMs ?? clock.now();
  const left = Math.max(0, settings.brakeCanaryTasks - canaryScores.length);
  if (left > 0) return { status: "canary", left, untilMs };
  const passed = meanOf(canaryScores) >= settings.brakeScoreMin;
  if (passed && clock.now() < untilMs) return { status: "canary", left: 0, untilMs };
  await ask(night, {
    type: "brake.judge-canary",
    scores: canaryScores,
    threshold: settings.brakeScoreMin,
  });
  say(night, null, passed ? "brake released" : "brake latched until you release it", "bad");
  return passed ? { status: "off" } : { status: "latched" };
}

/** @returns whether there is reason to, and the brake is on now. */
async function engage(night: Night): Promise<boolean> {
  const { brakeWindowTasks: window, brakeScoreMin: threshold } = settingsOf(night);
  const scores = night.ports.views.view(brakes).recent.slice(-window);
  const mean = meanOf(scores);
  if (scores.length < window || mean >= threshold) return false;
  await ask(night, { type: "brake.engage", scope: ALL, scores, threshold, window });
  say(
    night,
    null,
    `the last ${scores.length} attempts average ${mean.toFixed(2)}: brake on`,
    "bad",
  );
  return true;
}

async function startCanary(night: Night): Promise<Grip> {
  const { brakeCanaryTasks: size, brakeReleaseMs } = settingsOf(night);
  const untilMs = night.ports.clock.now() + brakeReleaseMs;
  await ask(night, { type: "brake.start-canary", size, untilMs });
  return { status: "canary", left: size, untilMs };
}

/** Brakes know no epochs; a leader that another followed may find that it came too late. */
async function ask(night: Night, command: BrakeCommand): Promise<void> {
  await mustLead(night);
  try {
    await night.ports.board.handle("brake", nameId(ALL), command);
  } catch (error) {
    await mustLead(night);
    throw error;
  }
}

function meanOf(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}
