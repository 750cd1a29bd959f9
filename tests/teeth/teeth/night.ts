import { inFile, type Tooth } from "../tooth.ts";

const NIGHT = ["agents/dispatcher/shift.test.ts", "agents/dispatcher/rows.test.ts"];
const step = (file: string) => inFile(`agents/dispatcher/${file}.ts`, ...NIGHT);
const parents = step("parents");

/** What the dispatcher makes of a task, step by step (rows 4 to 15). */
export const nightTeeth: readonly Tooth[] = [
  step("admit")(
    "row 4: what the planner refuses is refused, with its evidence",
    'return { type: "task.refuse", reason: answer.reason, evidence: answer.evidence };',
    'return { type: "task.admit", by, evidence: answer.evidence };',
  ),
  step("admit")(
    "row 5: what the planner parks is parked, with its question",
    'return { type: "task.park", reason, question: question.slice(0, 500) || reason };',
    'return { type: "task.admit", by, evidence: [reason, question] };',
  ),
  step("conclude")(
    "row 7: what was rejected goes back with its critique",
    "critique: critiqueOf(state, end.detail),",
    'critique: "no",',
  ),
  step("gate")(
    "row 6: what the gate rejects is neither merged nor shown for review",
    'if (gated.decision === "rejected") {',
    "if (false) {",
  ),
  step("execute")(
    "row 11: a limit defers and is no failure",
    'if (answer.status === "limit") return defer(night, attempt, answer);',
    'if (answer.status === "limit")\n    return fail(night, attempt, { kind: "crash", detail: "limit" });',
  ),
  step("conclude")(
    "row 11: a deferred attempt costs no try",
    'return release("deferred", end.mustWait ? end.untilMs : null);',
    'return release("failed", null);',
  ),
  step("choosing/award")(
    "row 11: a held account is given no work",
    "const { open, closed } = openBids(night, free, inputTokens + outputTokens);",
    "const { open, closed } = { open: free, closed: null };",
  ),
  step("choosing/award")(
    "row 12: after a hang another model is asked",
    "? all.filter(({ model }) => !failed.has(model))",
    "? all",
  ),
  step("plan")(
    "row 13: the parts of a split task are proposed",
    "if (parts.length > 1) await propose(",
    "if (parts.length > 99) await propose(",
  ),
  parents(
    "row 13: a split task waits for all of its parts",
    "if (ends.includes(undefined)) continue;",
    "",
  ),
  parents(
    "row 13: a split task is not complete when a part was lost",
    "if (lost === 0 && broken === null) {",
    "if (broken === null) {",
  ),
  parents(
    "row 13: a split task is complete when its own conditions hold",
    "if (run.exitCode !== 0) return condition.command;",
    "",
  ),
  step("merging/train")(
    "row 14: what conflicts is not merged",
    'if (merged.status === "conflict") {',
    "if (merged.status === undefined) {",
  ),
  step("conclude")("row 14: a conflict costs no try", 'case "conflict":\n', ""),
  step("merging/train")(
    "I4: the merged tree is tested before the target moves",
    "(await whyRed(cars.length)) === null",
    "cars.length > 0",
  ),
  step("merging/together")(
    "E16: what fails after the merge is taken back",
    "if (run.exitCode === 0) return",
    "if (run.exitCode !== null) return",
  ),
  step("verify")(
    "I6: the dispatcher asks no implementer to verify its own work",
    "find((name) => name !== executed.by)",
    "find((name) => name !== undefined)",
  ),
  step("assess")(
    "I6: the dispatcher asks no implementer to judge its own work",
    "find((name) => name !== executed.by)",
    "find((name) => name !== undefined)",
  ),
  step("verify")(
    "I5: the verifier holds the rules of the attempt's start",
    "rules: started.rules,",
    "rules: { ...started.rules, sealed: [] },",
  ),
  step("claim")(
    "I5: the gate's threshold is fixed when an attempt begins",
    "scoreMin: settings.gateScoreMin,",
    "scoreMin: 4,",
  ),
  step("paid")(
    "I3: without a reservation nothing is spent",
    "if (reservation === null) {",
    "if (reservation === undefined) {",
  ),
  step("room")(
    "H12: no new work while as many reviews wait as can be read",
    "if (waiting >= reviewsOpenMax) {",
    "if (waiting < 0) {",
  ),
  step("learning/brake-alarm")(
    "D34: scores below 4.5 stop the night",
    "if (last.length < window ||",
    "if (last.length >= 0 ||",
  ),
];
