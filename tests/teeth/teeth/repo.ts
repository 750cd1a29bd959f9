import { inFile, type Tooth } from "../tooth.ts";

const repo = inFile(
  "blackboard/repo.ts",
  "blackboard/repo.test.ts",
  "blackboard/repo-together.test.ts",
);
const scope = inFile("blackboard/scope.ts", "blackboard/scope.test.ts");

/** What may reach a target branch, and who may work in a repository (I2, I4, F23). */
export const repoTeeth: readonly Tooth[] = [
  repo("I4: no merge without an accepted gate", 'decision !== "accepted" &&', "false &&"),
  repo("I4: no merge without a verdict of pass", 'verdict !== "pass" &&', "false &&"),
  repo(
    "I4: no merge while a test fails on the merged tree",
    "failed !== null && failed !== 0",
    "false",
  ),
  repo(
    "I4: no merge by the gate when no test ran on the merged tree",
    "!(passed > 0) && !byPerson",
    "false",
  ),
  repo(
    "I4: no merge by the gate where no tests are counted, unless none ever are",
    "passed === null && !neverCounts && !byPerson",
    "false",
  ),
  repo(
    "I4: the gate does not count as the director",
    'approvedBy !== "" && approvedBy !== "gate"',
    'approvedBy !== ""',
  ),
  repo(
    "I4: a director's word for one attempt is for no other",
    'decision, approvedBy: "gate" });',
    "decision });",
  ),
  repo(
    "I10: what is merged does not land again with another",
    'known === "merged" || known === "reverted"',
    'known === "reverted"',
  ),
  repo(
    "I4: what was taken back does not land with another",
    'known === "merged" || known === "reverted"',
    'known === "merged"',
  ),
  repo(
    "I10: nothing lands twice in one move",
    "if (landing.has(attempt)) throw",
    "if (false) throw",
  ),
  repo("I10: one merge is intended at a time", "if (state.intended) {", "if (false) {"),
  repo("I10: an attempt is merged once", 'if (outcome === "merged") return [];', ""),
  repo(
    "I10: only a merge that was intended is confirmed",
    "if (intended?.attempt === attempt) return intended;",
    "if (intended) return intended;",
  ),
  repo(
    "I4: what was taken back is not merged again",
    'if (outcome === "reverted") throw',
    "if (false) throw",
  ),
  repo(
    "I2: an older epoch changes nothing of a repository",
    "fence(state.epoch, command.epoch);",
    "",
  ),
  repo(
    "F23: no more tasks work in a repository than may",
    "held.length > 0 && held.length >= parallelMax",
    "false",
  ),
  repo("F23: no two tasks work on the same paths", "!overlap && !disjoint(scope, other)", "false"),
  scope(
    "F23: a task without a scope may touch the whole repository",
    "if (a.length === 0 || b.length === 0) return false;",
    "",
  ),
];
