import { z } from "zod";
import { FOLLOW_UPS_MAX } from "./assessment.ts";

type Bounds = { default: number; min: number; max: number; source: string; evolvable: boolean };

/**
 * Every threshold of the system: its default, bounds, where it comes from (rows of the requirements),
 * and whether evolution may move it. Keys that are not evolvable belong to the constitution (I5).
 * The unit is the end of each name; shares run from 0 to 1, scores from 0 to 10.
 */
const table = {
  // the gate
  gateScoreMin: fixed(4, 0, 10, "C23 F12"),
  gateTruncationPenalty: fixed(1.5, 0, 10, "C25 F27"),
  gateEvidenceCap: fixed(3, 0, 10, "DESIGN step 7"),
  assessorJudgeWeight: fixed(0.6, 0, 1, "B6 C17"),
  /** Share of human grades that should lie in the interval of a calibrated score. */
  assessorIntervalShare: fixed(0.8, 0.5, 0.99, "H4 C34: wide intervals go to a person"),
  assessorGradesMin: fixed(20, 5, 200, "C22: a handful says more of the works than of the judge"),
  /** The latest grades that count. */
  assessorGradesMax: fixed(200, 20, 500, "C22: a judge of last year is another judge"),
  /** Deviations by which judge and heuristics drift apart before it is told. */
  driftLevelMax: fixed(3, 1, 10, "D24: below it is noise"),
  reviewClaimsMax: fixed(8, 5, 20, "C34 I8: claims without a command, asked of one reviewer"),
  /** Of two asks; each byte is taken as a token, as no script takes more. */
  reviewInputTokens: fixed(64_000, 40_000, 200_000, "C34 I3: what a review of claims may read"),
  reviewOutputTokens: fixed(3_000, 1_000, 32_000, "C34 I3: a reply that cannot be used included"),
  truncationDropShare: fixed(0.2, 0.05, 1, "B17"),
  // the brake
  brakeScoreMin: fixed(4.5, 0, 10, "D34 F12"),
  brakeWindowTasks: fixed(10, 2, 100, "D34"),
  brakeCanaryTasks: fixed(2, 1, 10, "D34"),
  brakeReleaseMs: fixed(7_200_000, 0, 86_400_000, "D34"),
  /** The score that is usual for a model in a category before it has a record of its own. */
  brakeReference: fixed(7.2, 0, 10, "H10 D16"),
  /** Scores of its own that weigh as much as the setting when a model's usual score is told. */
  brakeReferenceTasks: fixed(50, 1, 1_000, "H10: held against its own record, once it has one"),
  brakeDeviation: fixed(1.6, 0.1, 5, "H10: spread of scores in control"),
  brakeSlack: fixed(0.5, 0, 3, "H10: CUSUM k, in deviations"),
  brakeShortfallMax: fixed(6.86, 1, 50, "H10: CUSUM h, in deviations"),
  // the governor
  dayCostMicroUsd: fixed(5_000_000, 0, 10_000_000_000, "D2 D6"),
  weekTokens: fixed(3_500_000, 0, 100_000_000_000, "C14"),
  categoryShareMax: fixed(0.3, 0.01, 1, "C14 D7"),
  selfImprovementShareMax: fixed(0.15, 0, 0.15, "C30 F19"),
  mergeBatchMax: fixed(8, 1, 50, "DESIGN step 9: branches that are tested as one tree"),
  reviewRepairsMax: fixed(2, 0, 10, "I8: rounds that a forge's checks and reviewers may ask for"),
  reviewIgnoredDays: fixed(14, 1, 365, "H12: a review that nobody looked at is an outcome too"),
  forgePollMs: fixed(120_000, 1_000, 3_600_000, "I8: pause between two looks at a forge"),
  landingWatchMs: fixed(
    86_400_000,
    60_000,
    2_678_400_000,
    "E16: checks of a merge at a forge are waited for so long, and then taken to be green",
  ),
  reviewsOpenMax: fixed(10, 1, 1_000, "H12 G13"),
  triesMax: fixed(3, 1, 10, "E14"),
  guestProposalsMax: fixed(20, 0, 1_000, "I8: what a guest may ask of one night"),
  // the windows of subscriptions and keys
  windowMarginPercent: fixed(0.5, 0, 20, "H2: what providers tell is rounded"),
  windowLaterShare: fixed(0.8, 0, 1, "G3: a daily share of the week, some of it ahead"),
  windowTokenFactor: fixed(1.2, 1, 5, "H2: what a token takes is learned, never told"),
  networkHoldMs: fixed(60_000, 60_000, 3_600_000, "E2: longer than one storm of losses"),
  // selection
  stalenessRatePerDay: evolved(0.05, 0, 1, "C7 C17"),
  /** 0 leaves difficulty out of selection. */
  growthSelection: fixed(1, 0, 1, "D40: zone of proximal development"),
  growthScoreMin: fixed(7, 0, 10, "D40 F12: from here on a task is done well"),
  growthKnownFrom: fixed(5, 1, 40, "D40: fewer scores tell nothing of a level"),
  growthZoneMiddle: fixed(0.7, 0, 1, "D40: success is likely here, and not certain"),
  growthZoneReach: fixed(0.35, 0.05, 1, "D40: so far from the middle is out of the zone"),
  growthZoneWorth: fixed(0.1, 0, 0.5, "D40: worth so much more in the middle, and less outside"),
  saturationShare: evolved(0.3, 0.05, 1, "C6 C14"),
  followUpScoreMin: fixed(7, 0, 10, "D22 F12"),
  followUpDepthMax: fixed(1, 0, 2, "C17 D22"),
  /** Tests of new modules that one task earns; with 0 it has no follow-ups at all. */
  followUpsMax: evolved(1, 0, FOLLOW_UPS_MAX, "B16 F15"),
  backlogRefillBelow: fixed(15, 0, 1_000, "B16 F16"),
  // the work
  splitOverTokens: evolved(8_000, 1_000, 32_000, "C27 F7"),
  outputTokensMax: evolved(8_000, 1_000, 32_000, "C17"),
  contextTokensLarge: evolved(80_000, 4_000, 80_000, "D18 F8"),
  contextTokensMedium: evolved(40_000, 4_000, 40_000, "D18 F8"),
  contextTokensSmall: evolved(20_000, 4_000, 20_000, "D18 F8"),
  manifestDaysMax: fixed(7, 1, 90, "B7: regenerated weekly"),
  continuationsMax: evolved(0, 0, 2, "C27 F6"),
  preflightOverlapShare: evolved(0.6, 0.3, 1, "B15"),
  // learning
  guidanceDays: fixed(7, 1, 90, "B12 F13"),
  reflectionsKept: fixed(20, 1, 200, "C29 F13"),
  reflectionsShown: evolved(3, 0, 10, "D25 F13"),
  /** Critiques of scores below this teach the next prompts. */
  critiqueBelowScore: fixed(7, 0, 10, "B12 B21: every low score"),
  /** Share of prompts that leave a lesson out, so that its effect can be measured. */
  lessonHoldoutShare: fixed(0.15, 0, 0.5, "F14: measure the effect of each item"),
  // signals of directed mutation
  truncationSignalShare: fixed(0.25, 0, 1, "C19"),
  signalTasksMin: fixed(8, 2, 100, "science: never on one observation"),
  fitnessQualityWeight: fixed(0.6, 0, 1, "D29"),
  fitnessEfficiencyWeight: fixed(0.25, 0, 1, "D29"),
  fitnessMergeWeight: fixed(0.15, 0, 1, "D29"),
  fitnessEditedWorth: fixed(0.5, 0, 1, "H12: merged, after a person had mended it"),
  hallScoreMin: fixed(7, 0, 10, "D31"),
  /** Output that counts as no thrift at all: the largest limit of a category. */
  thriftTokens: fixed(16_000, 1_000, 100_000, "D10"),
  // generations of genomes
  /** 1 stops every change by evolution; what is in force stays in force. */
  evolutionFrozen: fixed(0, 0, 1, "nightshift evolve freeze"),
  evolutionPopulationMin: fixed(5, 3, 50, "D28"),
  evolutionTournament: fixed(3, 2, 10, "D28"),
  evolutionElite: fixed(2, 1, 10, "D28"),
  evolutionMutation: fixed(0.15, 0, 1, "D28"),
  evolutionRareMutation: fixed(0.02, 0, 1, "D28"),
  evolutionOffspringMax: fixed(20, 1, 100, "D28"),
  evolutionSeedShare: fixed(0.2, 0, 1, "D28"),
  evolutionRetiredShare: fixed(0.34, 0, 0.5, "D28: the bottom third"),
  // the router
  routerLessonWeight: fixed(1, 0, 10, "science: the prior does most of the work"),
  routerBoldness: evolved(0.5, 0.1, 1, "science: exploration matters without a prior"),
  routerForgetDays: evolved(60, 5, 365, "science: models drift"),
  // trials of directed mutations
  trialShare: fixed(0.3, 0.05, 0.5, "H11"),
  trialTasksMax: fixed(90, 4, 1_000, "H11"),
  // waits
  leaderLeaseMs: fixed(600_000, 1_000, 3_600_000, "DESIGN fencing"),
  taskLeaseMs: fixed(7_200_000, 1_000, 14_400_000, "E15"),
  workerWallMs: fixed(3_600_000, 1_000, 14_400_000, "E15 F24"),
  workerSilenceMs: fixed(300_000, 500, 3_600_000, "E13 G5"),
  /** Without a change in the clone; the time of commands at work is not counted. */
  workerNoChangeMs: fixed(1_800_000, 60_000, 14_400_000, "E13"),
  /** New tokens of one run of an agent CLI, as far as it tells them. */
  workerTokensMax: fixed(3_000_000, 10_000, 100_000_000, "E12"),
  /** What must be left of its time for one that was stuck to begin again. */
  workerSecondTryMs: fixed(60_000, 1_000, 3_600_000, "E14: less is not worth another beginning"),
  loopRepeats: fixed(4, 2, 20, "E14: the same action with the same result"),
  loopErrors: fixed(3, 2, 20, "E14: stuck after three attempts"),
  loopMessages: fixed(5, 2, 50, "E14: messages without an action"),
  loopPingPong: fixed(6, 4, 30, "E14: turns of a circle"),
  loopPolls: fixed(60, 5, 1_000, "I8: looks at something that is waited for"),
  modelWallMs: fixed(600_000, 1_000, 3_600_000, "F24"),
  checkWallMs: fixed(900_000, 1_000, 7_200_000, "I8"),
  /** 1 has the tests after a change run with coverage on, where a tool for it is there; 0 never. */
  coverageOfChanges: fixed(1, 0, 1, "issue 6: coverage of changed lines"),
  /** Faults put into the changed lines, each a run of the tests more; 0, the default, tries none. */
  mutantsMax: fixed(0, 0, 20, "issue 6: mutation score of changed lines"),
  mutantsWallMs: fixed(120_000, 1_000, 3_600_000, "I8: all mutants of an attempt together"),
  callWallMs: fixed(14_400_000, 1_000, 28_800_000, "I8"),
  limitMarginMs: fixed(1_000, 0, 600_000, "H2"),
  limitUnknownMs: fixed(900_000, 1_000, 21_600_000, "H2"),
  /** A limit that ends sooner is waited for by an agent CLI itself; nothing of its work is lost. */
  limitPatienceMs: fixed(60_000, 0, 600_000, "I8: a CLI would wait out an hour without a byte"),
  /** Refusals in a row that tell no time, or are over soon, after which a CLI is ended. */
  limitRefusalsMax: fixed(3, 1, 20, "I8: a CLI would go on for minutes"),
  limitHoldMaxMs: fixed(
    691_200_000,
    1_000,
    2_678_400_000,
    "G2: a re-parsed text extended a pause for ever",
  ),
} satisfies Record<string, Bounds>;

function fixed(value: number, min: number, max: number, source: string): Bounds {
  return { default: value, min, max, source, evolvable: false };
}

function evolved(value: number, min: number, max: number, source: string): Bounds {
  return { default: value, min, max, source, evolvable: true };
}

export type Settings = { [K in keyof typeof table]: number };
export const SettingKey = z.enum(Object.keys(table) as [keyof Settings, ...(keyof Settings)[]]);
export type SettingKey = z.infer<typeof SettingKey>;

/**
 * What an attempt works by (D30): the kind of each gene, its bounds, the value that prefers nothing,
 * and whether evolution may touch it. What the settings allow in general holds for every genome too.
 */
export const geneTable = {
  model: { kind: "name", neutral: null, evolvable: true },
  outputTokensMax: {
    kind: "integer",
    min: 1_000,
    max: 32_000,
    step: 1_000,
    neutral: 8_000,
    evolvable: true,
  },
  promptStyle: {
    kind: "category",
    values: ["plain", "stepwise", "test-first"],
    neutral: "plain",
    evolvable: true,
  },
  contextDepth: { kind: "integer", min: 0, max: 3, step: 1, neutral: 1, evolvable: true },
  continuationsMax: { kind: "integer", min: 0, max: 2, step: 1, neutral: 0, evolvable: true },
  scope: {
    kind: "category",
    values: ["narrow", "normal", "wide"],
    neutral: "normal",
    evolvable: true,
  },
} as const;

/** What bounds a setting and where it comes from. */
export function boundsOf(key: SettingKey): Readonly<Bounds> {
  return table[key];
}

export const defaultSettings: Readonly<Settings> = z
  .record(SettingKey, z.number())
  .parse(
    Object.fromEntries(Object.entries(table).map(([key, { default: value }]) => [key, value])),
  );

/** Settings as a director writes them: any subset, each inside its bounds. */
export const SettingsPatch = z.strictObject(
  Object.fromEntries(
    Object.entries(table).map(([key, { min, max }]) => [
      key,
      z.number().min(min).max(max).optional(),
    ]),
  ),
);
