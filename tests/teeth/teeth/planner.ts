import { inFile, type Tooth } from "../tooth.ts";

const admission = inFile("agents/planner/admission.ts", "agents/planner/admission.test.ts");
const preflight = inFile("agents/planner/preflight.ts", "agents/planner/preflight.test.ts");
const planner = inFile("agents/planner/planner.ts", "agents/planner/planner.test.ts");
const plan = inFile("agents/planner/plan.ts", "agents/planner/planner.test.ts");
const parts = inFile("agents/planner/parts.ts", "agents/planner/planner.test.ts");
const split = inFile("agents/planner/split.ts", "agents/planner/planner.test.ts");

/** What is let in, and in which pieces (rows 4, 5 and 13; E1, E7 to E11, B15, C27). */
export const plannerTeeth: readonly Tooth[] = [
  preflight(
    "row 4: done is what passes its own condition at the base",
    "if (run.exitCode !== 0 || run.timedOut) return null;",
    "",
  ),
  preflight(
    "row 4: done is what is defined, all of it",
    "if ([...created].some((name) => !places.has(name))) return null;",
    "",
  ),
  preflight(
    "row 4: the repository's own tests are evidence of nothing",
    "command !== plain(repo.testCommand) &&",
    "",
  ),
  preflight("C34: a claim is not met unread", "spec.claims.length > 0", "spec.claims.length > 9"),
  preflight("I8: a text asks for so many things at most", "creating.length > CLAIMS_MAX ||", ""),
  preflight(
    "I8: so much of a repository is read at most",
    "if (chars >= CHARS_READ_MAX) break;",
    "",
  ),
  preflight(
    "B15: source is read before data",
    "[...tracked.filter(isIndexed), ...tracked.filter(isData)]",
    "tracked.filter((path) => isIndexed(path) || isData(path))",
  ),
  preflight(
    "B15: tests that were not reached show nothing",
    "!sources.some(({ path }) => isTest(path)) &&",
    "sources.length < 0 &&",
  ),
  planner(
    "row 4: what is there already is refused",
    'if (done) return { decision: "refuse"',
    'if (done?.length === 0) return { decision: "refuse"',
  ),
  planner("row 4: a duplicate is refused", "if (duplicate) {", "if (false) {"),
  admission(
    "row 5: code without a success condition is parked",
    "if (shown.length > 0) return null;",
    "return null;",
  ),
  admission(
    "row 5: a condition that always holds is none",
    "!SHOWS_NOTHING.test(one.command)",
    "true",
  ),
  admission(
    "E8: what no revert takes back is parked",
    "if (effect === null && command === undefined) return null;",
    "return null;",
  ),
  admission(
    "E9: what needs a credential is parked",
    "if (needy === undefined) return null;",
    "return null;",
  ),
  admission("E10: a wish about nothing is parked", "if (anchored) return null;", "return null;"),
  plan(
    "row 13: what is over the limit is split",
    'if (tokens <= splitOverTokens) return whole("done in one piece");',
    'return whole("done in one piece");',
  ),
  plan(
    "row 13: a part is not split again",
    'if (spec.source === "split") return',
    "if (false) return",
  ),
  parts(
    "row 13: a part never touches more than its task",
    "parent.length === 0 || matchesAny(glob, parent)",
    "true",
  ),
  parts(
    "E8: no part has a condition that no revert takes back",
    "!irreversibleCommand(one.command)",
    "true",
  ),
  split(
    "I8: a task has eight parts at most",
    "Math.min(PARTS_MAX, pieces.length,",
    "Math.min(pieces.length,",
  ),
];
