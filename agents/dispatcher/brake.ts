import { brakes } from "@nightshift/projections/brakes";
import { nameId } from "@nightshift/protocol/ids";
import { say, settingsOf, type Night } from "./night.ts";

/** How much may be claimed now, as the quality brake has it. */
export type Grip =
  | { status: "off" }
  | { status: "canary"; left: number; untilMs: number }
  | { status: "latched" };

const ALL = "all";

/** Engages, judges and releases the brake by the scores in the log (D34), and says how it stands. */
export async function holdBrake(night: Night): Promise<Grip> {
  const { board, clock, views } = night.ports;
  const settings = settingsOf(night);
  const { recent, states } = views.view(brakes);
  const state = states.get(ALL);
  if (state === undefined) {
    const window = recent.slice(-settings.brakeWindowTasks);
    const mean = meanOf(window);
    if (window.length < settings.brakeWindowTasks || mean >= settings.brakeScoreMin) {
      return { status: "off" };
    }
    const untilMs = clock.now() + settings.brakeReleaseMs;
    await board.handle("brake", nameId(ALL), {
      type: "brake.engage",
      scope: ALL,
      scores: window,
      threshold: settings.brakeScoreMin,
      window: settings.brakeWindowTasks,
    });
    await board.handle("brake", nameId(ALL), {
      type: "brake.start-canary",
      size: settings.brakeCanaryTasks,
      untilMs,
    });
    const text = `the last ${window.length} attempts average ${mean.toFixed(2)}: brake on`;
    say(night, null, text, "bad");
    return { status: "canary", left: settings.brakeCanaryTasks, untilMs };
  }
  if (state.status === "latched") return { status: "latched" };
  const { canaryScores } = state;
  const untilMs = state.untilMs ?? clock.now();
  const left = Math.max(0, settings.brakeCanaryTasks - canaryScores.length);
  if (left > 0) return { status: "canary", left, untilMs };
  const passed = meanOf(canaryScores) >= settings.brakeScoreMin;
  if (passed && clock.now() < untilMs) return { status: "canary", left: 0, untilMs };
  await board.handle("brake", nameId(ALL), {
    type: "brake.judge-canary",
    scores: canaryScores,
    threshold: settings.brakeScoreMin,
  });
  say(night, null, passed ? "brake released" : "brake latched until you release it", "bad");
  return passed ? { status: "off" } : { status: "latched" };
}

function meanOf(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}
