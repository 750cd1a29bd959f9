import { inFile, type Tooth } from "../tooth.ts";

const query = inFile("infra/log/query/query-main.ts", "infra/log/query/query.test.ts");
const asking = inFile("infra/log/query/query.ts", "infra/log/query/query.test.ts");
const importCheck = inFile("infra/log/export/import-check.ts", "infra/log/export/export.test.ts");
const importFile = inFile("infra/log/export/import-file.ts", "infra/log/export/export.test.ts");
const importStore = inFile("infra/log/export/import-store.ts", "infra/log/export/export.test.ts");
const words = inFile("projections/words/event-words.ts", "projections/words/event-words.test.ts");
const nights = inFile(
  "projections/comparison/measures.ts",
  "projections/comparison/night-comparison.test.ts",
);

/** Who looks into the log changes nothing; what comes into one is held against its rules. */
export const analystTeeth: readonly Tooth[] = [
  query(
    "a query over the log can only read",
    "    default:\n      return false;",
    "    default:\n      return true;",
  ),
  query(
    "a query reads documented views alone",
    'return view !== null || second === "" || !FILES.has(database);',
    "return true;",
  ),
  query("I8: a query has a maximum of rows", "if (rows === rowsMax)", "if (false)"),
  query("I8: a value of a query has a maximum", "{ limits: { length: VALUE_BYTES_MAX } }", "{}"),
  query("one query at a time", "if (!isBlank(rest))", "if (false)"),
  asking("I8: a query has a maximum of time", "}, wallMs);", "}, 2 ** 30);"),
  importCheck(
    "an imported line fits the chain of its stream",
    "if (event.hash !== linkHashLike(event.hash, head.hash, event)) {",
    "if (false) {",
  ),
  importCheck(
    "an import is a whole log",
    "if (event.position !== BigInt(count)) {",
    "if (false) {",
  ),
  importCheck(
    "an imported stream has no gap",
    "if (event.revision !== head.revision + 1) {",
    "if (false) {",
  ),
  importCheck(
    "what no board could have written is not imported",
    "admit(stream, [{ id, atMs, actor, causation, correlation, event: read }]);",
    "",
  ),
  importFile(
    "an import goes into an empty log alone",
    'if (db.prepare(LAST).get()?.["last"] !== 0) throw notEmpty(path);',
    "",
  ),
  importFile(
    "an import is whole or not at all",
    'if (db.isTransaction) db.exec("ROLLBACK");',
    'if (db.isTransaction) db.exec("COMMIT");',
  ),
  importStore(
    "an import goes on only where it was broken off",
    "if (known.value.id !== event.id) throw notEmpty(where);",
    "",
  ),
  inFile("infra/log/export/lines.ts", "infra/log/export/export.test.ts")(
    "I8: a line of an import has a maximum",
    "if (rest.length > LINE_CHARS_MAX) {",
    "if (false) {",
  ),
  inFile("agents/dispatcher/merging/revert.ts", "tests/analyst/undo-merge.test.ts")(
    "a merge is taken back only where the tree without it passes",
    'if (objection !== null) return { status: "regression", detail: objection };',
    "",
  ),
  inFile("infra/undo/take-back.ts", "tests/analyst/undo-merge.test.ts")(
    "a working copy with changes is left alone by an undo",
    "if (copy?.isGit && !copy.clean) {",
    "if (false) {",
  ),
  inFile("infra/undo/acts.ts", "infra/undo/acts.test.ts")(
    "a second undo does not undo the first",
    "return acts.findLast(({ causation }) => causation === null || !ids.has(causation)) ?? null;",
    "return acts.at(-1) ?? null;",
  ),
  inFile("blackboard/brake.ts", "blackboard/brake.test.ts")(
    "only what a person released is put back",
    'const isOn = status !== "free" && by !== CANARY && mean !== null;',
    "const isOn = mean !== null;",
  ),
  inFile("blackboard/task.ts", "blackboard/task.test.ts")(
    "what is in work or done is not opened again",
    'if (status !== "refused" && status !== "abandoned" && !isSentBack) {',
    "if (false) {",
  ),
  inFile("blackboard/blob.ts", "blackboard/blob.test.ts")(
    "an erasure says why",
    'if (why.trim() === "") {',
    "if (false) {",
  ),
  words(
    "I11: no terminal command from an event",
    "return plain(words ?? event.type, WORDS_CHARS_MAX);",
    "return words ?? event.type;",
  ),
  nights("what stayed the same is not told", "return was === is ? [] :", "return"),
  nights(
    "I9: each line of a comparison rests on events",
    "events: [...new Set(events)] }];",
    "events: [] }];",
  ),
];
