import { inFile, type Tooth } from "../tooth.ts";

const train = inFile(
  "agents/dispatcher/merging/train.ts",
  "agents/dispatcher/merging/together.test.ts",
);
const landing = inFile(
  "agents/dispatcher/merging/landing.ts",
  "agents/dispatcher/merging/together.test.ts",
);
const queue = inFile(
  "agents/dispatcher/merging/queue.ts",
  "agents/dispatcher/merging/queue.test.ts",
);
const REQUESTS = "agents/dispatcher/merging/requests.test.ts";
const requests = inFile("agents/dispatcher/merging/requests.ts", REQUESTS);
const news = inFile("agents/dispatcher/merging/request-news.ts", REQUESTS);
const revert = inFile("agents/dispatcher/merging/request-revert.ts", REQUESTS);
const repo = inFile("blackboard/repo.ts", "blackboard/repo-together.test.ts");
const review = inFile("blackboard/review.ts", "blackboard/review.test.ts");
const forge = "infra/forge/forge.test.ts";
const outcomes = inFile("projections/outcomes.ts", "projections/outcomes.test.ts");
const redo = inFile("infra/cli/redo.ts", "infra/cli/redo.test.ts");

/** The merge queue, requests for review at forges, and what each line of the digest offers. */
export const mergingTeeth: readonly Tooth[] = [
  inFile("agents/dispatcher/merging/train.ts", "agents/dispatcher/merging/train.test.ts")(
    "a failing batch is halved until its culprit is known",
    "if (await isRed(middle))",
    "if (true)",
  ),
  train(
    "nobody is named for a test that fails once",
    "again.exitCode === 0 ? red : red - 1",
    "red - 1",
  ),
  train(
    "a conflict within a batch is told only once the other has landed",
    "if (cars.length > 0) continue;",
    "",
  ),
  review(
    "I8: so many comments of a forge are taken",
    "ref !== undefined && state.told.length >= COMMENTS_MAX",
    "false",
  ),
  news(
    "I8: that a forge says more than is taken is told",
    'say(night, review.task, `${review.branch}: ${error.message}; read on at the forge`, "bad");',
    "",
  ),
  landing(
    "I4: what was not counted is not called a test",
    "passed: tests.passed, failed",
    "passed: tests.passed ?? 1, failed",
  ),
  landing(
    "the target never stands at a merge that was not tested",
    "others.length === 0 ? first.commit : await joined(night, old, last.commit, green)",
    "first.commit",
  ),
  queue("what a batch leaves out is not lost", "[...left, ...(waiting.get(key) ?? [])]", "[]"),
  repo(
    "I4: what lands with another has evidence of its own",
    'needsEvidence({ ...command, attempt, verdict, decision, approvedBy: "gate" });',
    "",
  ),
  review(
    "a forge sends work back so many times and no more",
    "if (round > roundsMax) {",
    "if (false) {",
  ),
  review("a comment of a forge is told once", "state.told.includes(ref)", "false"),
  requests(
    "I10: a request that is there is not asked for again",
    'known?.state === "open"\n      ? known',
    "known?.state === undefined\n      ? known",
  ),
  news(
    "what people changed at the forge is not sent back",
    "if (news.commit !== review.request.commit) return;",
    "",
  ),
  news(
    "only who asks for changes sends work back",
    'is === "changes-requested"',
    "is !== undefined",
  ),
  revert("I10: a revert is asked for once", "if (known !== null) return known;", ""),
  inFile("infra/forge/push.ts", forge)(
    "what somebody else pushed is never overwritten",
    "there !== null && mine !== null && !mine.includes(there)",
    "false",
  ),
  inFile("infra/forge/push.ts", forge)(
    "I12: git sends a token to its own address alone",
    "`http.${login.at}.extraHeader`",
    '"http.extraHeader"',
  ),
  inFile("infra/forge/github.ts", forge)(
    "at a public repository a stranger asks for no changes",
    "!TRUSTED.has(who)",
    "false",
  ),
  inFile("agents/dispatcher/claim.ts", "agents/dispatcher/policy.test.ts")(
    "F11: a category's own policy comes before the repository's",
    "repo.policyByCategory[category] ?? repo.policy",
    "repo.policy",
  ),
  outcomes(
    "H12: what was taken back does not count as merged",
    "return settle(view, event.attempt, false);",
    "return;",
  ),
  outcomes(
    "H12: what a person had to mend before the merge is told apart",
    "if (row) row.edited = true;",
    "",
  ),
  inFile("agents/evolver/fitness.ts", "agents/evolver/evolver.test.ts")(
    "H12: what a person had to mend before the merge is half a merge",
    'return edited ? boundsOf("fitnessEditedWorth").default : 1;',
    "return 1;",
  ),
  revert(
    "a merge at a forge is taken back once its revert is merged, not when it is asked for",
    'if (state !== "merged") return;',
    "",
  ),
  inFile("agents/dispatcher/gate.ts", "agents/dispatcher/policy.test.ts")(
    "C34: what waits for a person carries the judge's own words",
    'critique === "" ? "" : `. The judge: ${critique}`',
    '""',
  ),
  redo("what was merged is undone before it is redone", 'outcome?.status === "merged"', "false"),
  redo(
    "a note that is told already is told once",
    "if (state.critique === note || state.spec.text.endsWith(note)) return;",
    "",
  ),
  inFile("projections/digest/headline.ts", "projections/digest/headline.test.ts")(
    "a brake that holds is told first",
    "braked ? `Stopped by the quality brake: ${first}` : told",
    "told",
  ),
  inFile("projections/digest/outcomes.ts", "projections/digest/reviews.test.ts")(
    "a merge in the digest offers to be undone",
    "{ ...fact, command: `nightshift undo merge ${attempt}` }",
    "fact",
  ),
];
