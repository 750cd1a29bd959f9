import { boundsOf, type SettingKey } from "@nightshift/protocol/settings";
import type { Outcome, Proposal } from "../outcome.ts";
import { correlation, mean, significantlyBelow } from "../statistics.ts";

/** A correlation below this, and not by chance, is context bloat; below twice this it is heavy. */
const BLOAT_CORRELATION = -0.3;
/** Where more than this share is cut off the step is larger. */
const HEAVY_SHARE = 0.4;
/** Points that continued tasks must score lower. */
const CONTINUED_LOWER_BY = 1;
const CONTINUED_TASKS_MIN = 3;
/** Answers that all stay under this share of their budget leave room that nobody needs. */
const WASTE_USED_MAX = 0.5;
const WASTE_TASKS_MIN = 30;
/** Estimates that are larger score lower: pieces are too large. */
const LARGE_CORRELATION = -0.3;
const EVIDENCE_MAX = 200;

type Read = (key: SettingKey) => number;
type Told = {
  outcomes: readonly Outcome[];
  read: Read;
  /** Since when a setting is what it is. */
  since: (key: SettingKey) => number;
};
/** What a signal asks for. */
type Change = {
  key: SettingKey;
  to: number;
  signal: string;
  why: string;
  seen: readonly Outcome[];
};

/**
 * The directed mutations of C19 and of two more signals that the log supports, each with its rationale in words and the events behind it. None
 * without enough tasks, none of a key that is the constitution's or that is being tried already.
 */
export function directedMutations(
  outcomes: readonly Outcome[],
  settings: Readonly<Record<string, number>>,
  openKeys: readonly string[],
  sinceMs: Readonly<Record<string, number>> = {},
): Proposal[] {
  const read: Read = (key) => settings[key] ?? boundsOf(key).default;
  const told: Told = { outcomes, read, since: (key) => sinceMs[key] ?? Number.NEGATIVE_INFINITY };
  const signals = [truncation, bloat, continuation, waste, large];
  const changes = signals.map((signal) => signal(told));
  // Two signals may ask for the same setting; the first counts.
  const first = changes.filter(
    (change, at) => change && changes.findIndex((other) => other?.key === change.key) === at,
  );
  return first.flatMap((change) => (change ? proposal(change, read, openKeys) : []));
}

/** A change as a proposal within its bounds; none of what may not move, or does not. */
export function proposal(change: Change, read: Read, openKeys: readonly string[]): Proposal[] {
  const { key, signal, why, seen } = change;
  const { min, max, evolvable } = boundsOf(key);
  const from = read(key);
  const to = Math.min(max, Math.max(min, Math.round(change.to)));
  if (!evolvable || to === from || seen.length === 0 || openKeys.includes(key)) return [];
  const evidence = [...new Set(seen.map((outcome) => outcome.evidence))].slice(-EVIDENCE_MAX);
  return [{ key, from, to, signal, rationale: `${why}: ${key} ${from} → ${to}`, evidence }];
}

/** Too many answers are cut off: more room; where there is no more, smaller pieces. */
function truncation({ outcomes, read, since }: Told): Change | null {
  const budget = read("outputTokensMax");
  const seen = full(outcomes, budget, since("outputTokensMax"));
  const cut = seen.filter(({ truncated }) => truncated);
  const share = cut.length / seen.length;
  if (seen.length < read("signalTasksMin") || share <= read("truncationSignalShare")) return null;
  const most = percent(read("truncationSignalShare"));
  const cutOff = `${cut.length} of ${seen.length} tasks were cut off`;
  const why = `${cutOff} (${percent(share)}, over ${most})`;
  const signal = "truncation";
  const step = share > HEAVY_SHARE ? 1.5 : 1.25;
  return budget < boundsOf("outputTokensMax").max
    ? { key: "outputTokensMax", to: budget * step, signal, why, seen: cut }
    : { key: "splitOverTokens", to: read("splitOverTokens") * 0.8, signal, why, seen: cut };
}

/** The more context, the lower the score: less of it. */
function bloat({ outcomes, read, since }: Told): Change | null {
  const caps = { large: read("contextTokensLarge"), medium: read("contextTokensMedium") };
  const fresh = Math.max(since("contextTokensLarge"), since("contextTokensMedium"));
  const own = outcomes.filter(({ beganMs }) => beganMs >= fresh);
  const seen = latest(scored(own)).filter(({ contextTokens }) => contextTokens <= caps.large);
  if (seen.length < read("signalTasksMin")) return null;
  const pairs = seen.map(({ contextTokens, score }): [number, number] => [contextTokens, score]);
  const found = correlation(pairs);
  if (!(found < BLOAT_CORRELATION) || !significantlyBelow(found, seen.length)) return null;
  const most = Math.max(...seen.map(({ contextTokens }) => contextTokens));
  const key = most > caps.medium ? "contextTokensLarge" : "contextTokensMedium";
  const factor = found < 2 * BLOAT_CORRELATION ? 0.8 : 0.9;
  const falls = `over ${seen.length} tasks the score falls as the context grows`;
  const why = `${falls} (correlation ${found.toFixed(2)})`;
  return { key, to: read(key) * factor, signal: "context-bloat", why, seen };
}

/** Continued answers are worse: no more of them. */
function continuation({ outcomes, read, since }: Told): Change | null {
  const own = outcomes.filter(({ beganMs }) => beganMs >= since("continuationsMax"));
  const seen = latest(scored(own));
  const continued = seen.filter((outcome) => outcome.continued);
  const whole = seen.filter((outcome) => !outcome.continued);
  if (seen.length < read("signalTasksMin") || continued.length < CONTINUED_TASKS_MIN) return null;
  if (whole.length < CONTINUED_TASKS_MIN) return null;
  const [with_, without] = [continued, whole].map((each) => mean(each.map(({ score }) => score)));
  const lower = (without ?? 0) - (with_ ?? 0);
  if (lower <= CONTINUED_LOWER_BY) return null;
  const scores = `${continued.length} continued tasks scored ${lower.toFixed(1)} lower`;
  const why = `${scores} than ${whole.length} others`;
  return { key: "continuationsMax", to: 0, signal: "continuation", why, seen: continued };
}

/** Nothing comes near its budget, and nothing is cut off: what is reserved can be less (D26). */
function waste({ outcomes, read, since }: Told): Change | null {
  const budget = read("outputTokensMax");
  const seen = full(outcomes, budget, since("outputTokensMax"));
  if (seen.length < WASTE_TASKS_MIN || seen.some(({ truncated }) => truncated)) return null;
  const most = Math.max(...seen.map(({ outputTokens }) => outputTokens));
  if (most >= WASTE_USED_MAX * budget) return null;
  const why = `of ${seen.length} answers none was cut off and none took over ${most} tokens`;
  return { key: "outputTokensMax", to: budget * 0.8, signal: "waste", why, seen };
}

/** What was expected to be large scores lower: it is split earlier (C27). */
function large({ outcomes, read, since }: Told): Change | null {
  const limit = read("splitOverTokens");
  const own = outcomes.filter(({ beganMs }) => beganMs >= since("splitOverTokens"));
  const seen = latest(scored(own)).filter(({ estimateTokens }) => estimateTokens !== null);
  if (seen.length < read("signalTasksMin")) return null;
  const pairs = seen.map(({ estimateTokens, score }): [number, number] => [
    Math.log(estimateTokens ?? 1),
    score,
  ]);
  const found = correlation(pairs);
  if (!(found < LARGE_CORRELATION) || !significantlyBelow(found, seen.length)) return null;
  // What no task reaches cannot be what is too large.
  const reach = Math.max(...seen.map(({ estimateTokens }) => estimateTokens ?? 0));
  const falls = `over ${seen.length} tasks the score falls as the estimate grows`;
  const why = `${falls} (correlation ${found.toFixed(2)})`;
  return { key: "splitOverTokens", to: Math.min(limit, reach) * 0.8, signal: "large", why, seen };
}

/** Attempts that a signal looks back on: older ones tell of other settings. */
const LATEST = 100;

/** What had all of the present budget: one mutation is not repeated on the evidence of another. */
function full(outcomes: readonly Outcome[], budget: number, sinceMs: number): readonly Outcome[] {
  return latest(
    outcomes.filter(({ outputBudget, beganMs }) => outputBudget >= budget && beganMs >= sinceMs),
  );
}

function latest<T>(some: readonly T[]): readonly T[] {
  return some.slice(-LATEST);
}

function scored(outcomes: readonly Outcome[]): (Outcome & { score: number })[] {
  return outcomes.flatMap((outcome) => {
    const { score } = outcome;
    return score === null ? [] : [{ ...outcome, score }];
  });
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
