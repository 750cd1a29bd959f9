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
const VERDICTS = "agents/dispatcher/merging/verdicts.test.ts";
const known = inFile("agents/dispatcher/merging/request-known.ts", VERDICTS);
const requests = inFile("agents/dispatcher/merging/requests.ts", REQUESTS);
const news = inFile("agents/dispatcher/merging/request-news.ts", REQUESTS);
const silent = inFile(
  "agents/dispatcher/merging/requests.ts",
  "agents/dispatcher/merging/unreachable.test.ts",
);
const CUT_SHORT = "infra/forge/cut-short.test.ts";
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
    "if (told === null || !car) return",
    "if (!car) return",
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
  train(
    "I4: a runner that counted and counts no more is red",
    "if (neverCounts(before)) return null;",
    "if (before) return null;",
  ),
  train(
    "I4: a target whose own run did not work shows no runner that never counts",
    "exitCode === 0 && passed === null",
    "passed === null",
  ),
  train(
    "I4: a person's word for one is none for what is not counted of another",
    "upToIt.every(",
    "upToIt.some(",
  ),
  landing(
    "I4: what was not counted is not called a test",
    "passed: tests.passed,",
    "passed: tests.passed ?? 1,",
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
  inFile("blackboard/task.ts", "blackboard/task.test.ts")(
    "a forge sends work back so many times and no more",
    "roundsMax !== undefined && rounds >= roundsMax",
    "false",
  ),
  inFile("blackboard/task-state.ts", "blackboard/task.test.ts", REQUESTS)(
    "how often a forge sent work back is counted by the task itself",
    "rounds: event.round ?? state.rounds,",
    "rounds: state.rounds,",
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
  known(
    "a word on an earlier commit is no word on the one that follows",
    ": one.commit === commit,",
    ": true,",
  ),
  known("a word that no commit is named for is heard once", "!heard.has(one.ref)", "true"),
  inFile("agents/dispatcher/merging/request-news.ts", VERDICTS)(
    "a comment is told once, however often a request is renewed",
    " || known.told.has(ref)",
    "",
  ),
  news(
    "that work is the director's is told whatever was told of its forge",
    "const told = `${review.attempt}: rounds`;",
    "const told = review.attempt;",
  ),
  silent(
    "I8: a forge that does not answer is waited for once in a round",
    "if (error instanceof Unreachable) silent.add(repo);",
    "",
  ),
  silent(
    "what a forge answers about one request says nothing of the others",
    "if (error instanceof Unreachable) silent.add(repo);",
    "silent.add(repo);",
  ),
  silent(
    "a forge that did not answer is asked again when the next look is due",
    "night.tended.silent.clear();",
    "",
  ),
  silent(
    "a night that is to end begins no look at a forge",
    "isDue && !night.stop.aborted",
    "isDue",
  ),
  silent(
    "a night that is to end asks after no more of what was merged",
    "if (night.stop.aborted) break;",
    "",
  ),
  inFile("infra/forge/by-http.ts", CUT_SHORT)(
    "I8: a question to a forge ends with the night",
    "AbortSignal.any([AbortSignal.timeout(ANSWER_WALL_MS), signal])",
    "AbortSignal.timeout(ANSWER_WALL_MS)",
  ),
  inFile("infra/forge/push.ts", CUT_SHORT)(
    "I8: a push to a forge ends with the night",
    "signal: remote.signal,",
    "",
  ),
  inFile("agents/dispatcher/merging/request-words.ts", VERDICTS)(
    "I12: what is pasted at a forge is masked before it is told",
    "masked(text.slice(0, READ_CHARS_MAX))",
    "text",
  ),
  inFile("blackboard/review.ts", VERDICTS)(
    "what was made of a word is in the log",
    "heard: [...state.heard, ...heard]",
    "heard: state.heard",
  ),
  revert(
    "E16: what is known to be red is taken back, however late",
    "ageMs > landingWatchMs + reviewIgnoredDays * DAY_MS",
    "ageMs > landingWatchMs",
  ),
  revert(
    "I8: the checks of a merge are waited for so long and no longer",
    "if (ageMs > landingWatchMs) return;",
    "",
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
  inFile("infra/forge/checks.ts", forge)(
    "checks of which some were not read are never green",
    "isWhole && all.every",
    "all.every",
  ),
  inFile("infra/forge/answers.ts", forge)(
    "a page that is not full is not the last",
    "if (found.length < before.length) return",
    "if (found.length < PAGE_SIZE) return",
  ),
  inFile("infra/forge/answers.ts", forge)(
    "a list that comes whole, whatever page is asked for, is read once",
    "text === before.text",
    "false",
  ),
  inFile("infra/forge/fields.ts", forge)(
    "I9: what is no commit does not come in from a forge",
    "/^[0-9a-f]{40,64}$/",
    "/^/",
  ),
  inFile("infra/forge/fields.ts", forge)(
    "I11: what is no address does not come in from a forge",
    "/^https?:\\/\\/\\S+$/",
    "/^/",
  ),
  inFile("infra/forge/gitlab.ts", forge)(
    "of notes that were cut no word is taken",
    "by === undefined || !isWhole",
    "by === undefined",
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
  inFile("projections/digest/terminal.ts", "projections/digest/text.test.ts")(
    "a decision's command stands in the terminal once",
    "{ text: asked, events }",
    "{ text: asked, events, command }",
  ),
  inFile("projections/digest/outcomes.ts", "projections/digest/reviews.test.ts")(
    "a merge in the digest offers to be undone",
    "{ ...fact, command: `nightshift undo merge ${attempt}` }",
    "fact",
  ),
];
