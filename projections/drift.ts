/**
 * How far two scores of the same work have drifted apart (D24): an exponentially weighted mean of
 * their difference, against what the difference usually is. It learns what is usual as it goes, so
 * that nobody has to tell it; the newest differences wait before they count as usual, or a drift
 * would hide itself.
 */
export type Drift = {
  /** How many differences the usual is known from. */
  n: number;
  mean: number;
  /** Sum of squared distances from the mean. */
  squares: number;
  /** The weighted mean of the newest differences, in deviations. */
  level: number;
  /** Differences that are not yet usual, oldest first. */
  waiting: readonly number[];
};

export const NO_DRIFT: Readonly<Drift> = { n: 0, mean: 0, squares: 0, level: 0, waiting: [] };

/*
 * How the level is estimated. These belong to the fold: what is usual is learned from the whole log,
 * so another value is another version of it. When to speak is a setting, `driftLevelMax`.
 */

/** Weight of the newest difference: small, as a drift is small against the noise of one score. */
const WEIGHT = 0.05;
/** Differences that wait before they are usual. */
const WAITING_MAX = 60;
/** Differences before the usual is known at all. */
const KNOWN_FROM = 30;
/** A difference further out than this counts as this far: one freak score is no drift. */
const DEVIATIONS_MAX = 3;
/** What the past weighs after an alarm: little enough to learn what is usual now. */
const WEIGHT_AFTER_ALARM = 60;

/**
 * @param levelMax Deviations of the level beyond which it is no noise.
 * @returns the state after one more difference, and whether it shows that something changed.
 */
export function drifted(
  before: Drift,
  difference: number,
  levelMax: number,
): { drift: Drift; alarm: boolean; level: number } {
  const level = levelAfter(before, difference);
  // The usual is itself known only so well.
  const noise = Math.sqrt(WEIGHT / (2 - WEIGHT) + 1 / Math.max(1, before.n));
  const alarm = Math.abs(level) > levelMax * noise;
  return { drift: learned(before, difference, alarm), alarm, level };
}

/** The state after one more difference, and after the alarm that was raised at it, if one was. */
export function learned(before: Drift, difference: number, alarm: boolean): Drift {
  const after = learn({ ...before, level: levelAfter(before, difference) }, difference);
  return alarm ? startledBy(after) : after;
}

/** 0 while too little is known. */
function levelAfter({ n, mean, squares, level }: Drift, difference: number): number {
  if (n < KNOWN_FROM) return 0;
  const deviation = Math.sqrt(squares / (n - 1));
  const distance = deviation === 0 ? 0 : (difference - mean) / deviation;
  const bounded = Math.max(-DEVIATIONS_MAX, Math.min(DEVIATIONS_MAX, distance));
  return WEIGHT * bounded + (1 - WEIGHT) * level;
}

function learn(drift: Drift, difference: number): Drift {
  const all = [...drift.waiting, difference];
  const waiting = all.slice(-WAITING_MAX);
  if (all.length === waiting.length) return { ...drift, waiting };
  const usual = all[0] ?? difference;
  const n = drift.n + 1;
  const off = usual - drift.mean;
  const mean = drift.mean + off / n;
  return { ...drift, n, mean, squares: drift.squares + off * (usual - mean), waiting };
}

function startledBy(drift: Drift): Drift {
  if (drift.n === 0) return drift;
  const n = Math.min(drift.n, WEIGHT_AFTER_ALARM);
  return { ...drift, n, squares: (drift.squares * n) / drift.n, level: 0 };
}
