import { boundsOf, type SettingKey } from "@nightshift/protocol/settings";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { correlation, mean, significantlyBelow } from "./statistics.ts";

export type Outcome = SkillInput<"evolve">["outcomes"][number];
export type Proposal = SkillOutput<"evolve">["proposals"][number];

/** A correlation below this, and not by chance, is context bloat; below twice this it is heavy. */
const BLOAT_CORRELATION = -0.3;
/** Points that continued tasks must score lower. */
const CONTINUED_LOWER_BY = 1;
const CONTINUED_TASKS_MIN = 3;
const EVIDENCE_MAX = 200;

type Read = (key: SettingKey) => number;
/** What a signal asks for. */
type Change = {
  key: SettingKey;
  to: number;
  signal: string;
  why: string;
  seen: readonly Outcome[];
};

/**
 * The directed mutations of C19, each with its rationale in words and the events behind it. None
 * without enough tasks, none of a key that is the constitution's or that is being tried already.
 */
export function directedMutations(
  outcomes: readonly Outcome[],
  settings: Readonly<Record<string, number>>,
  openKeys: readonly string[],
): Proposal[] {
  const read: Read = (key) => settings[key] ?? boundsOf(key).default;
  const changes = [truncation(outcomes, read), bloat(outcomes, read), continuation(outcomes, read)];
  return changes.flatMap((change) => (change ? proposal(change, read, openKeys) : []));
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
function truncation(outcomes: readonly Outcome[], read: Read): Change | null {
  const budget = read("outputTokensMax");
  // Only what had the present budget tells about it: one mutation is not repeated on old evidence.
  const seen = outcomes.filter(({ outputBudget }) => outputBudget >= budget);
  const cut = seen.filter(({ truncated }) => truncated);
  const share = cut.length / seen.length;
  if (seen.length < read("signalTasksMin") || share <= read("truncationSignalShare")) return null;
  const most = percent(read("truncationSignalShare"));
  const cutOff = `${cut.length} of ${seen.length} tasks were cut off`;
  const why = `${cutOff} (${percent(share)}, over ${most})`;
  const signal = "truncation";
  return budget < boundsOf("outputTokensMax").max
    ? { key: "outputTokensMax", to: budget * 1.25, signal, why, seen: cut }
    : { key: "splitOverTokens", to: read("splitOverTokens") * 0.8, signal, why, seen: cut };
}

/** The more context, the lower the score: less of it. */
function bloat(outcomes: readonly Outcome[], read: Read): Change | null {
  const caps = { large: read("contextTokensLarge"), medium: read("contextTokensMedium") };
  const seen = scored(outcomes).filter(({ contextTokens }) => contextTokens <= caps.large);
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
function continuation(outcomes: readonly Outcome[], read: Read): Change | null {
  const seen = scored(outcomes);
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

function scored(outcomes: readonly Outcome[]): (Outcome & { score: number })[] {
  return outcomes.flatMap((outcome) => {
    const { score } = outcome;
    return score === null ? [] : [{ ...outcome, score }];
  });
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
