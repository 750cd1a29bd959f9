import { inFile, type Tooth } from "../tooth.ts";

const gate = inFile("blackboard/gate.ts", "blackboard/gate.test.ts");
const blend = inFile("blackboard/blend.ts", "blackboard/attempt-judgement.test.ts");

/** What becomes of an attempt, and what its score is made of (DESIGN steps 7 and 8). */
export const gateTeeth: readonly Tooth[] = [
  gate(
    "row 10: an answer that was cut off loses 1.5 points before the gate looks",
    "truncated ? lessPenalty(assessed.blend, truncationPenalty) : assessed.blend",
    "assessed.blend",
  ),
  gate(
    "row 7: a score below the minimum is rejected",
    "if (score >= scoreMin) return [];",
    "return [];",
  ),
  gate(
    "row 6: a break of the constitution rejects",
    "verified.hits)",
    "verified.hits.slice(0, 0))",
  ),
  gate("row 9: a check that fails rejects", 'if (outcome === "fail") add(', "if (false) add("),
  gate("row 8: a broken seal is a safety event", 'code === "sealed")', "code === undefined)"),
  gate(
    "row 15: self-improvement always waits for a person",
    'started.category === "self_improvement"',
    "false",
  ),
  gate(
    "I4: the policy of a repository holds",
    "switch (started.rules.policy) {",
    'switch ("when-green") {',
  ),
  gate(
    "I4: what could not be shown goes to the director",
    'if (verified.verdict !== "unverifiable") return [];',
    "return [];",
  ),
  gate(
    "I6: a judge of the author's own family is not enough to merge",
    "assessed.family === executed.family",
    "false",
  ),
  gate("I11: work from outside the sandbox is not enough to merge", "!executed.sandboxed", "false"),
  gate("I4: code without a change is rejected", "executed.commit === null", "false"),
  gate(
    "I4: a verdict of fail rejects, whatever its checks say",
    'verified.verdict === "fail" && broken.size === 0',
    "false",
  ),
  gate(
    "I5: the gate's thresholds are those of the attempt's start",
    "const { scoreMin, truncationPenalty } = started.rules;",
    "const { scoreMin, truncationPenalty } = { scoreMin: 4, truncationPenalty: 1.5 };",
  ),
  blend(
    "row 8: failing evidence caps the score at 3, whatever the judge says",
    "cap === null ? mixed : Math.min(mixed, cap)",
    "mixed",
  ),
  blend(
    "B6: the judge has 60 % of the score, the heuristics the rest",
    "judgeWeight * judge + (1 - judgeWeight) * heuristic",
    "judge",
  ),
];
