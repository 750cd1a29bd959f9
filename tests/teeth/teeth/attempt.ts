import { inFile, type Tooth } from "../tooth.ts";

const attempt = inFile(
  "blackboard/attempt.ts",
  "blackboard/attempt.test.ts",
  "blackboard/attempt-judgement.test.ts",
);

/** Each step once, in order, by whom it is due to, under its own generation. */
export const attemptTeeth: readonly Tooth[] = [
  attempt(
    "I2: an older generation changes nothing of an attempt",
    "command.generation !== state.generation",
    "false",
  ),
  attempt(
    "I2: the steps of an attempt follow one another",
    "if (state.stage === stage) return;",
    "return;",
  ),
  attempt(
    "I6: nobody verifies own work",
    'case "attempt.verify": {\n      notTheAuthor(command.by, state);',
    'case "attempt.verify": {',
  ),
  attempt(
    "I6: nobody assesses own work",
    'case "attempt.assess": {\n      notTheAuthor(command.by, state);',
    'case "attempt.assess": {',
  ),
  attempt(
    "I11: only who was awarded the work may hand it in",
    "winner !== undefined && command.by !== winner",
    "false",
  ),
  attempt(
    "row 8: an attempt whose verification failed is capped in its score",
    'verified?.verdict === "fail"',
    "false",
  ),
  attempt("I8: an auction hears 20 bids", "state.bids.length >= BIDS_MAX", "false"),
  attempt(
    "I4: what the gate did not accept is not integrated",
    'if (gated.decision === "accepted") return;',
    "return;",
  ),
  attempt(
    "I4: what was escalated is merged only by a person",
    '(how !== "merged" || byPerson || waits)',
    "true",
  ),
  attempt("I4: the gate itself is no person", ' && approvedBy !== "gate"', ""),
  attempt("I2: an attempt ends once", "if (state.end) throw", "if (false) throw"),
  attempt(
    "I7: what has passed the gate is not deferred any more",
    'state.stage === "gated"',
    "false",
  ),
];
