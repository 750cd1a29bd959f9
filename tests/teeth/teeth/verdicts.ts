import { inFile, type Tooth } from "../tooth.ts";

const brake = inFile("blackboard/brake.ts", "blackboard/brake.test.ts");
const shortfall = inFile(
  "blackboard/shortfall.ts",
  "blackboard/brake.test.ts",
  "agents/dispatcher/learning/brake-alarm.test.ts",
);
const alarm = inFile(
  "agents/dispatcher/learning/brake-alarm.ts",
  "agents/dispatcher/learning/brake-alarm.test.ts",
);
const braked = inFile(
  "agents/dispatcher/choosing/award.ts",
  "agents/dispatcher/learning/brake.test.ts",
);
const skill = inFile("protocol/skills.ts", "protocol/skills.test.ts");
const blend = inFile("blackboard/blend.ts", "blackboard/attempt-judgement.test.ts");
const gate = inFile("blackboard/gate.ts", "blackboard/gate.test.ts");
const grade = inFile("blackboard/attempt.ts", "blackboard/attempt-judgement.test.ts");
const calibration = inFile("agents/assessor/calibration.ts", "agents/assessor/calibration.test.ts");
const drift = inFile("projections/drift.ts", "projections/drift.test.ts");
const lessons = inFile(
  "agents/dispatcher/learning/lessons.ts",
  "agents/dispatcher/learning/lessons.test.ts",
);
const followUp = inFile(
  "agents/dispatcher/learning/follow-up.ts",
  "agents/dispatcher/learning/learn.test.ts",
);
const evidence = inFile("agents/planner/evidence.ts", "agents/planner/evidence.test.ts");
const zone = inFile(
  "agents/dispatcher/choosing/zone.ts",
  "agents/dispatcher/choosing/zone.test.ts",
);
const growth = inFile("projections/growth.ts", "projections/growth.test.ts");

/** What a score means, who may still work, and what is learned (B11 to B15, C22, D24, D40, H10). */
export const verdictTeeth: readonly Tooth[] = [
  brake("H10: no claim of a shortfall that the scores do not bear out", "!(sum >= limit)", "false"),
  brake("H10: a short record engages no brake", "if (!(n >= window)) {", "if (false) {"),
  brake(
    "H10: what a shortfall is measured by stays inside its settings",
    "if (value >= min && value <= max) continue;",
    "continue;",
  ),
  brake(
    "I8: a brake hears so many scores",
    "if (scores.length > BRAKE_SCORES_MAX) {",
    "if (false) {",
  ),
  shortfall(
    "H10: nobody is held against more than the setting",
    "Math.min(brakeReference, own)",
    "own",
  ),
  shortfall(
    "H10: who always was below the setting is held against its own record",
    "Math.min(brakeReference, own)",
    "brakeReference",
  ),
  alarm("H10: a short record brakes nobody", "n < brakeWindowTasks", "false"),
  shortfall(
    "H10: a slow fall cannot hide in its own record",
    "const olderTasks = Math.max(0, n - scores.length);",
    "const olderTasks = n * 100;",
  ),
  braked("H10: who is braked in a category gets no work there", "waits[index] === null", "true"),
  blend(
    "C22: a calibrated score counts in the place of the raw one",
    "calibrated?.score ?? raw",
    "raw",
  ),
  skill("C22: no judge tells how far it can be trusted", "          calibrated: true,\n", ""),
  gate(
    "C34: where the judge may be wrong a person looks",
    "if (low >= scoreMin || high < scoreMin) return [];",
    "return [];",
  ),
  gate(
    "C34: doubt about the score forgives no failing evidence",
    'failing.every(({ code }) => code === "low-score")',
    "true",
  ),
  grade("I6: nobody grades own work", "notTheAuthor(graded.by, state);", ""),
  calibration(
    "C22: too few grades change nothing",
    "if (pairs.length < assessorGradesMin) return null;",
    "if (pairs.length < 1) return null;",
  ),
  calibration(
    "C22: no bound of the grades that count keeps a judge from being calibrated",
    "-Math.max(assessorGradesMin, assessorGradesMax)",
    "-assessorGradesMax",
  ),
  calibration(
    "C22: pooled grades count by how many they are",
    "(a * left.weight + b * right.weight) / weight",
    "b",
  ),
  calibration("C22: a better score never becomes a worse one", "left.human >= right.human ||", ""),
  inFile("projections/judging.ts", "projections/judging.test.ts")(
    "D24: what is usual is learned anew after an alarm of the log",
    "event.drift !== undefined",
    "false",
  ),
  drift(
    "D24: a drift is told from the setting on",
    "Math.abs(level) > levelMax",
    "Math.abs(level) > 3",
  ),
  drift(
    "D24: one freak score is no drift",
    "Math.max(-DEVIATIONS_MAX, Math.min(DEVIATIONS_MAX, distance))",
    "distance * 100",
  ),
  lessons(
    "B12: a critique is heeded for seven days",
    "nowMs - atMs <= settings.guidanceDays * DAY_MS",
    "true",
  ),
  lessons("B21: only low scores teach", "score < settings.critiqueBelowScore &&", ""),
  lessons("F14: direction for one night is never left out", "!order &&", ""),
  followUp(
    "F15: three follow-ups at most",
    "[...tests, ...next].slice(0, FOLLOW_UPS_MAX)",
    "[...tests, ...next]",
  ),
  followUp("F16: a full backlog is not filled further", "needsRefill(night) ?", "true ?"),
  evidence(
    "B15: a name counts only where the task is about",
    "return own.length > 0 ? own : code;",
    "return code;",
  ),
  evidence(
    "B15: where there are tests, what is done is tested",
    "if (tests.length > 0 && testing.includes(undefined)) return null;",
    "",
  ),
  evidence(
    "I8: a repository is taken apart once, however much is asked",
    "retrieve(near, words, asked(claim))",
    "retrieve(near, countWords(asked(claim)), asked(claim))",
  ),
  evidence(
    "B15: one thing that is missing, and there is work",
    "if (found === null) return null;",
    "if (found === null) continue;",
  ),
  evidence(
    "B15: an option of one function is none of another",
    "bodies.length === 0 || own.some(",
    "own.length >= 0 || own.some(",
  ),
  evidence(
    "B15: what is only used has not come into being",
    "members.includes(name) ? joining(part, owners) : bringing(name)",
    "bringing(name)",
  ),
  evidence(
    "B15: what another package brings was not made here",
    "if (called.includes(name) && code.some(({ text }) => isImported(name, text))) return null;",
    "",
  ),
  evidence(
    "B15: what tools read says nothing of what is done",
    'return path.endsWith(".json") && !NO_DATA.test(path);',
    'return path.endsWith(".json");',
  ),
  growth(
    "D40: what was planned into parts waits for no score",
    "if (event.parts > 0) view.open.delete(id);",
    "",
  ),
  zone("D40: a level is known from five scores on", "own.length < growthKnownFrom", "false"),
];
