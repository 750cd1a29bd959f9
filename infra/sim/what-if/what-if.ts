import type { Policy } from "@nightshift/agents/evolver/off-policy/decision";
import {
  asItWas,
  doublyRobust,
  type Estimate,
} from "@nightshift/agents/evolver/off-policy/doubly-robust";
import {
  DECISION_TYPES,
  DecisionReader,
  type LoggedDecision,
} from "@nightshift/agents/evolver/off-policy/from-log";
import { routed, ruled } from "@nightshift/agents/evolver/off-policy/rules";
import { allowed } from "@nightshift/agents/evolver/genome/allowed";
import { keyOf } from "@nightshift/agents/evolver/genome/generation";
import { routerBy } from "@nightshift/agents/evolver/router/router";
import { CONTINUOUS, presets, type Schedule } from "@nightshift/agents/dispatcher/schedule";
import type { LogReader } from "@nightshift/projections/log-reader";
import { BadInput } from "@nightshift/protocol/errors";
import { boundsOf, defaultSettings } from "@nightshift/protocol/settings";
import { seeded } from "../rehearsal/random.ts";
import type { PolicyFile } from "./policy-file.ts";
import { NIGHT_TYPES, NightReader, type RecordedNight } from "./recorded-nights.ts";
import { replaySchedule, type Replayed } from "./schedule-replay.ts";

/** What another way to work would have come to, by how it is known. */
export type WhatIf = {
  nights: number;
  /** The log alone determines these: recorded attempts under another schedule and other ceilings. */
  determined: { before: Replayed; after: Replayed } | null;
  /** The log only hints at these: what the attempts would have been worth. */
  estimated: { before: Estimate; after: Estimate; agreed: number } | null;
};

/** Decisions that an estimate needs at least. */
const DECISIONS_MIN = 30;
const SEED = 20_261_121;

/**
 * Replays a log under another policy.
 * @throws BadInput where the log holds too little to say anything.
 */
export async function whatIf(log: LogReader, policy: PolicyFile): Promise<WhatIf> {
  const [nights, decisions] = await read(log);
  if (nights.length === 0) {
    throw new BadInput("this log holds no night", "sim --log", "nightshift run");
  }
  const { schedule, budget, rules, router, settings } = policy;
  const isEstimated = rules !== undefined || router !== undefined || settings !== undefined;
  if (isEstimated && decisions.length < DECISIONS_MIN) {
    const what = `${decisions.length} judged attempts tell too little: ${DECISIONS_MIN} at least`;
    throw new BadInput(what, "sim --policy", "nightshift run");
  }
  return {
    nights: nights.length,
    determined: schedule || budget ? replayed(nights, policy) : null,
    estimated: isEstimated ? estimated(decisions, policy) : null,
  };
}

async function read(log: LogReader): Promise<[RecordedNight[], LoggedDecision[]]> {
  const [nights, decisions] = [new NightReader(), new DecisionReader()];
  const types = [...new Set<string>([...NIGHT_TYPES, ...DECISION_TYPES])];
  for await (const recorded of log.readAll({ after: 0n, upTo: await log.head(), types })) {
    nights.see(recorded);
    decisions.see(recorded);
  }
  return [nights.nights, decisions.decisions];
}

function replayed(nights: readonly RecordedNight[], { schedule, budget }: PolicyFile) {
  const unlimited = { dayMicroUsd: null, weekTokens: null };
  return {
    before: replaySchedule(nights, { schedule: CONTINUOUS, ...unlimited }),
    after: replaySchedule(nights, {
      schedule: scheduleOf(schedule),
      dayMicroUsd: budget?.dayUsd === undefined ? null : Math.round(budget.dayUsd * 1_000_000),
      weekTokens: budget?.weekTokens ?? null,
    }),
  };
}

function scheduleOf(wanted: PolicyFile["schedule"]): Schedule {
  const known = wanted?.preset === undefined ? CONTINUOUS : presets[wanted.preset];
  const { trigger, batch } = known ?? CONTINUOUS;
  return { trigger, batch: wanted?.batch ?? batch };
}

function estimated(logged: readonly LoggedDecision[], policy: PolicyFile) {
  const decisions = logged.map((decision) => within(decision, policy.settings));
  const target = policyOf(policy);
  let agreed = 0;
  const noted: Policy = (decision) => {
    const shares = target(decision);
    agreed += shares === null ? 1 : (shares[decision.chosen] ?? 0);
    return shares;
  };
  const after = doublyRobust(decisions, noted, seeded(SEED));
  const before = asItWas(decisions, seeded(SEED));
  return { before, after, agreed: agreed / decisions.length };
}

/** The options of a decision as other settings would allow them; what was done stays among them. */
function within(decision: LoggedDecision, settings: PolicyFile["settings"]): LoggedDecision {
  if (!settings) return decision;
  const done = decision.options[decision.chosen];
  if (!done) return decision;
  const options: LoggedDecision["options"][number][] = decision.options.map((option) => ({
    ...option,
    genes: allowed(option.genes, limitsOf(settings)),
  }));
  const key = keyOf(done.genes);
  const chosen = options.findIndex(
    (option) => option.model === done.model && keyOf(option.genes) === key,
  );
  if (chosen !== -1) return { ...decision, options, chosen };
  // What was done would not be done so any more: the log only hints at what comes in its place.
  const bonuses = [...decision.bonuses, decision.bonuses[decision.chosen] ?? 0];
  return { ...decision, options: [...options, done], bonuses, chosen: options.length };
}

/** What was done, as other settings would allow it; as it was where they change nothing of it. */
function limited(settings: NonNullable<PolicyFile["settings"]>): Policy {
  return ({ options, chosen }) => {
    const done = options[chosen];
    if (!done) return null;
    const key = keyOf(allowed(done.genes, limitsOf(settings)));
    const at = options.findIndex(
      (option) => option.model === done.model && keyOf(option.genes) === key,
    );
    return at === chosen || at === -1 ? null : options.map((_, place) => (place === at ? 1 : 0));
  };
}

function limitsOf(settings: NonNullable<PolicyFile["settings"]>) {
  return {
    outputTokensMax: settings.outputTokensMax ?? boundsOf("outputTokensMax").max,
    continuationsMax: settings.continuationsMax ?? boundsOf("continuationsMax").max,
  };
}

function policyOf({ rules, router, settings: limits }: PolicyFile): Policy {
  if (!rules && !router && limits) return limited(limits);
  const settings = {
    ...defaultSettings,
    ...(router?.boldness === undefined ? {} : { routerBoldness: router.boldness }),
    ...(router?.lessonWeight === undefined ? {} : { routerLessonWeight: router.lessonWeight }),
    ...(router?.forgetDays === undefined ? {} : { routerForgetDays: router.forgetDays }),
  };
  const own = routerBy(settings);
  return rules ? ruled(rules, own) : routed(own, seeded(SEED));
}
