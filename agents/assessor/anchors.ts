import type { Output } from "@nightshift/protocol/task";

/** What a score means, shown by example; the judge measures against these (C21, D27). */
type Anchor = { score: 9 | 6 | 3; example: string; because: string };

/** What is judged one by one, with a quote for each. */
type Rubric = { criteria: readonly string[]; anchors: readonly Anchor[] };

const CODE: Rubric = {
  criteria: [
    "Does what the task asks, all of it and nothing else",
    "Correct also at the edges: empty, large, malformed and repeated input",
    "Tests that would fail without the change",
    "Fits the code around it: names, structure, errors, style",
    "Nothing harmful, left over or left out",
  ],
  anchors: [
    {
      score: 9,
      example:
        "Task: parse durations like 1h30m. The diff adds parseDuration, its units in a table, " +
        "refuses '', '5' and '1x' with an error that names the input, and 14 tests: each unit, " +
        "sums, zero, overflow, each refusal. The callers' copies of the old parser are removed.",
      because: "all that was asked, the edges are tested, the code around it got simpler",
    },
    {
      score: 6,
      example:
        "The same task. parseDuration handles h, m and s, and three tests show it. '1h 30m' " +
        "gives NaN without an error; one caller keeps its own copy of the parser.",
      because: "the main case works and is tested, an edge is wrong, the work is not finished",
    },
    {
      score: 3,
      example:
        "The same task. A regular expression matches only 'Nh'; minutes are '// TODO'. The test " +
        "asserts that the result is defined. An unrelated file is laid out anew.",
      because: "most of it is missing, the test proves nothing, the change strays",
    },
  ],
};

const REPORT: Rubric = {
  criteria: [
    "Answers the question that was asked, at its beginning",
    "Each statement rests on something named: a file, a line, a number, a command",
    "Complete: what a reader needs to decide is there, what is unknown is said",
    "Ordered and plain; nothing is there to fill space",
    "Ends with what to do, in an order, with reasons",
  ],
  anchors: [
    {
      score: 9,
      example:
        "Question: why is start-up slow? 'Start-up takes 2.4 s; 1.9 s of it is the schema " +
        "compiled at import (schema.ts:14, profile below). Compiling on first use brings it to " +
        "0.5 s; two callers need it at once (api.ts:20, job.ts:8). Not measured: Windows.' Then " +
        "the profile, both changes in the order of their worth, and how each was measured.",
      because: "answered first, measured, every claim can be checked, its limits are said",
    },
    {
      score: 6,
      example:
        "The same question. 'Imports and schema compilation dominate start-up', with a list of " +
        "the large modules and three proposals. No numbers for two of them; the order of the " +
        "proposals is not explained.",
      because: "right and useful, but a reader has to measure again before acting",
    },
    {
      score: 3,
      example:
        "The same question. Four paragraphs on why start-up time matters, 'consider caching and " +
        "lazy loading', no file of the repository is named.",
      because: "true of any program; nothing was looked at",
    },
  ],
};

const RESEARCH: Rubric = {
  criteria: [
    "Answers the question, with how sure it is",
    "Sources that exist, are first-hand where they can be, and say what is claimed of them",
    "Weighs what disagrees instead of choosing silently",
    "Facts, inference and opinion are told apart",
    "Its reader can decide by it",
  ],
  anchors: [
    {
      score: 9,
      example:
        "Question: which queue suits us? Two fit, three do not, and why, in a table by the " +
        "question's own five needs. Each cell links the maintainers' documentation or a " +
        "measurement with its date; where a benchmark and an issue disagree both are told. " +
        "'Sure of the first three needs; the fourth rests on one source.'",
      because: "first-hand, weighed, honest about what it rests on",
    },
    {
      score: 6,
      example:
        "The same question. Four queues described from their home pages, a choice with two " +
        "reasons. Three links are articles by others; licence costs are missing.",
      because: "a sound start and a defensible choice, but second-hand and with a gap",
    },
    {
      score: 3,
      example:
        "The same question. 'Popular choices include …', a list of features without a link, one " +
        "source that does not exist, a conclusion that it depends.",
      because: "nothing can be checked and nothing is decided",
    },
  ],
};

export const rubrics: Readonly<Record<Output, Rubric>> = {
  code: CODE,
  report: REPORT,
  research: RESEARCH,
};

/** Changes with every change of criteria, anchors, heuristics or prompt: scores name it. */
export const RUBRIC_VERSION = "2026-11-1";
