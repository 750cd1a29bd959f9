import { inFile, type Tooth } from "../tooth.ts";

const builder = inFile(
  "agents/implementer/edits/builder.ts",
  "agents/implementer/edits/builder.test.ts",
);
const edit = inFile("agents/implementer/edits/edit.ts", "agents/implementer/edits/builder.test.ts");
const paths = inFile("agents/implementer/edits/paths.ts", "agents/implementer/edits/paths.test.ts");
const blocks = inFile(
  "agents/implementer/edits/blocks.ts",
  "agents/implementer/edits/blocks.test.ts",
);
const context = inFile("agents/implementer/context.ts", "agents/implementer/context.test.ts");
const work = inFile("agents/implementer/model-work.ts", "agents/implementer/implementer.test.ts");
const prompting = inFile(
  "agents/implementer/prompting.ts",
  "agents/implementer/implementer.test.ts",
);
const unmeasured = inFile(
  "agents/implementer/prompting.ts",
  "agents/implementer/prompting.test.ts",
);
const agent = inFile("agents/implementer/implementer.ts", "agents/implementer/implementer.test.ts");
const judge = inFile("agents/assessor/judge.ts", "agents/assessor/assessor.test.ts");
const assessor = inFile("agents/assessor/assessor.ts", "agents/assessor/assessor.test.ts");

/** How an answer becomes a change, and how it is judged (steps 5 and 7, D4, D20, C27, F25). */
export const workTeeth: readonly Tooth[] = [
  builder(
    "I11: an answer names no path out of its clone",
    "pathProblem(block.path) ?? (await",
    "null ?? (await",
  ),
  builder("I8: a file of an answer has a maximum", "length > FILE_CHARS_MAX", "length < 0"),
  edit(
    "D20: a SEARCH that stands twice says nothing",
    "if (matches !== 1) return",
    "if (matches === 0) return",
  ),
  edit(
    "D20: a SEARCH that stands nowhere says nothing",
    "if (matches !== 1) return",
    "if (matches > 1) return",
  ),
  paths(
    "I11: an answer does not climb out of its clone",
    'if (part === "..") return',
    "if (false) return",
  ),
  paths(
    "I11: an answer does not write git's own files",
    "/^(\\.git|git~\\d+)[ .]*$/i.test(",
    "/^never$/.test(",
  ),
  blocks("I8: an answer holds 200 blocks", "answer.blocks.length > BLOCKS_MAX", "false"),
  context(
    "D18: a prompt is never over its cap",
    "if (tokens <= capTokens) return { text, tokens };",
    "return { text, tokens };",
  ),
  context("I11: a file does not close its own fence", '"`".repeat(most + 1)', '"```"'),
  context(
    "row 7: what was wrong last time stands at the end of the prompt",
    'section("## What was wrong last time", critique ?? ""),',
    "",
  ),
  work(
    "row 10: an answer that was cut off is never continued",
    ' || completion.stopReason === "truncated") return work;',
    ") return work;",
  ),
  work(
    "row 10: an open block at the end is a cut, whatever the API says",
    'const end = cutOff === null ? stopReason : "truncated";',
    "const end = stopReason;",
  ),
  work(
    "C27: an answer is asked for again as often as the genome says",
    "turn >= job.input.genes.continuationsMax",
    "turn >= 3",
  ),
  prompting(
    "I12: what is sent is what was kept, without the secrets in it",
    "prompt: await blobs.get(blob)",
    "prompt: text",
  ),
  prompting(
    "D18: system and prompt together stay under the cap",
    "if (tokens <= ask.capTokens) {",
    "if (tokens > 0) {",
  ),
  unmeasured(
    "D18: masks do not push a prompt that nobody counted over the cap",
    "if (prompt === composed.text) return",
    "if (prompt !== null) return",
  ),
  agent("row 11: a limit is no failure", "if (error instanceof LimitReached) {", "if (false) {"),
  assessor(
    "I7: of an account the limit that ends last is told",
    "!known || end(limit) > end(known)",
    "true",
  ),
  judge(
    "I8: a judge is asked twice for a usable answer",
    "unusable > UNUSABLE_MAX",
    "unusable > 9",
  ),
  judge(
    "B6: a judge far from the heuristics is asked three times",
    "> DISAGREEMENT) wanted",
    "> 99) wanted",
  ),
  assessor(
    "I6: a judge of another family goes first",
    "...judges.filter(({ family }) => family !== authorFamily),",
    "",
  ),
];
