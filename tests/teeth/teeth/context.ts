import { inFile, type Tooth } from "../tooth.ts";

const compose = inFile("agents/implementer/compose.ts", "agents/implementer/compose.test.ts");
const index = inFile(
  "agents/implementer/map/repo-index.ts",
  "agents/implementer/map/repo-index.test.ts",
);
const map = inFile("agents/implementer/map/repo-map.ts", "agents/implementer/map/repo-map.test.ts");
const manifest = inFile("agents/implementer/map/manifest.ts", "agents/implementer/compose.test.ts");
const scales = inFile("projections/token-scales.ts", "projections/token-scales.test.ts");
const engine = inFile("infra/workers/context/engine.ts", "infra/workers/context/engine.test.ts");
const repository = inFile(
  "infra/workers/context/repository-map.ts",
  "infra/workers/context/repository-map.test.ts",
);
const files = inFile(
  "infra/workers/context/tracked-files.ts",
  "infra/workers/context/repository-map.test.ts",
);
const research = inFile("agents/research/sources.ts", "agents/research/sources.test.ts");
const support = inFile("agents/research/support.ts", "agents/research/support.test.ts");
const check = inFile("agents/research/citation-check.ts", "agents/research/citation-check.test.ts");
const judged = inFile("agents/assessor/assessor.ts", "agents/assessor/sources.test.ts");
const request = inFile("infra/web/request.ts", "infra/web/web.test.ts", "infra/web/search.test.ts");
const replay = inFile("infra/replay/replay-call.ts", "infra/replay/replay-call.test.ts");

const plans = inFile("agents/dispatcher/plan.ts", "agents/dispatcher/known.test.ts");
const executes = inFile("agents/dispatcher/execute.ts", "agents/dispatcher/known.test.ts");
const prompting = inFile("agents/implementer/prompting.ts", "agents/implementer/research.test.ts");
const knownOf = inFile("agents/planner/known-of.ts", "agents/planner/known-of.test.ts");
const known = inFile("infra/cli/known.ts", "infra/cli/known.test.ts");

/** Prompts under their cap, the map of a repository, what was learned of it, the web, citations, replays, the first night. */
export const contextTeeth: readonly Tooth[] = [
  compose(
    "D18: what a model adds to a prompt counts towards its cap",
    "capTokens - overheadOf(scale) - expected(system)",
    "capTokens - expected(system)",
  ),
  compose(
    "D18: a prompt is counted as its model counts, not as the tokenizer does",
    "const expected = scaled(count, scale);",
    "const expected = count;",
  ),
  index(
    "I1: who uses a name that moved is looked at again",
    "for (const name of before.symmetricDifference(after)) touched.add(name);",
    "",
  ),
  map("I8: a map is never over its budget", "count(one) <= budgetTokens", "count(one) >= 0"),
  manifest(
    "B7: a manifest is made anew each week",
    "now.nowMs - madeAtMs < now.daysMax * DAY_MS",
    "true",
  ),
  manifest("B7: a manifest is made anew when the tree moves", "tree === now.tree && ", ""),
  scales(
    "G5: several turns together say nothing about one prompt",
    "if (ratio < RATIO_MIN || ratio > RATIO_MAX) return;",
    "",
  ),
  scales("I8: prompts without an answer are forgotten", "view.asked.size <= ASKED_MAX", "true"),
  engine(
    "I10: an engine that died is started again for who waits",
    "if (!(error instanceof Unavailable)) throw error;\n    return ask();",
    "throw error;",
  ),
  repository(
    "I8: what is known of a file is not read again",
    "!facts.has(keyOf(path, id))",
    "path !== id",
  ),
  files("I11: a link of a repository is no file of it", 'mode.startsWith("100")', 'mode !== ""'),
  files(
    "I10: a commit that git threw away is no end of its map",
    "if (error instanceof Unavailable) return null;",
    "",
  ),
  files("I1: what left a tree leaves its map", "    files.delete(path);\n", ""),
  plans(
    "B24: who plans hears what is known of the parts",
    "knownOf(night.ports.views.view(lore), spec)",
    "[]",
  ),
  executes(
    "B24: who does a task hears what is known of its parts",
    "knownOf(night.ports.views.view(lore), spec)",
    "[]",
  ),
  executes(
    "G5: how a model counts is told to who makes its prompts",
    "        ...scaleOf(night, awarded),\n",
    "",
  ),
  prompting(
    "B24: what is known of the parts stands in the prompt",
    "[...(knowledge ?? []), ...reflections]",
    "reflections",
  ),
  knownOf(
    "B24: what was learned elsewhere says nothing here",
    "return named.has(module) || words.has(last);",
    "return true;",
  ),
  known("B24: what is known of a folder names its events", "event ${one.event}", "event"),
  research("B19: only research looks things up", 'spec.output !== "research" || ', ""),
  support(
    "B19: another number is a contradiction",
    "if (nowhere.length > 0 && said.size > 0) {",
    "if (false) {",
  ),
  support(
    "B19: the opposite is a contradiction",
    "isDenied(claim) !== isDenied(best.sentence)",
    "false",
  ),
  check(
    "B19: a source that cannot be reached costs something",
    "  unreachable: 1,",
    "  unreachable: 0,",
  ),
  judged(
    "B19: what a source was seen to say caps the judge",
    "Math.min(judgement.score, withFindings(SCORE_MAX, sources))",
    "judgement.score",
  ),
  judged(
    "B19: what was found out about sources is told to judge and author",
    "checks: [...asked.checks, ...findingChecks(sources)]",
    "checks: asked.checks",
  ),
  request(
    "I11: no address of the web leads into a private network",
    "    checkAddress(url, ask.allows);\n",
    "",
  ),
  request(
    "I11: a name that leads to a private address is not connected to",
    "lookup: checkedLookup(url.host, allows),",
    "",
  ),
  request(
    "I12: a key is told to its own server alone",
    "const headers = isOwn ? ask.headers : {};",
    "const headers = ask.headers;",
  ),
  request(
    "I8: an answer has a maximum, packed or not",
    "if (bytes > BODY_BYTES_MAX) throw",
    "if (false) throw",
  ),
  replay(
    "G11: a replay keeps the very bytes that were recorded",
    "if (asThen(kept[0]) === recorded) return",
    "if (kept[0] !== undefined) return",
  ),
  replay(
    "G11: a replay asks what was asked",
    "if (different !== null) return",
    "if (false) return",
  ),
];
