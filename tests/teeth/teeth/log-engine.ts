import { inFile, type Tooth } from "../tooth.ts";

const thread = inFile(
  "infra/log/sqlite/thread-writer.ts",
  "infra/log/sqlite/thread-writer.test.ts",
  "infra/log/sqlite/store.test.ts",
);
const link = inFile("infra/log/sqlite/writer-link.ts", "infra/log/sqlite/thread-writer.test.ts");
const errors = inFile(
  "infra/log/sqlite/errors.ts",
  "infra/log/sqlite/trouble.test.ts",
  "infra/log/sqlite/power-loss.test.ts",
);
const verify = inFile(
  "infra/log/sqlite/verify.ts",
  "infra/log/sqlite/verify.test.ts",
  "infra/log/sqlite/power-loss.test.ts",
);
const archiver = inFile("infra/log/sqlite/archiver.ts", "infra/log/sqlite/archive.test.ts");
const shifts = inFile("infra/log/sqlite/closed-shifts.ts", "infra/log/sqlite/archive.test.ts");
const reader = inFile("infra/log/sqlite/reader.ts", "infra/log/sqlite/archive.test.ts");
const backup = inFile("infra/log/sqlite/backup.ts", "infra/log/sqlite/backup.test.ts");

/** The embedded engine: its writing thread, its archive, its backup, and what it holds open. */
export const logEngineTeeth: readonly Tooth[] = [
  thread("I10: a writing thread takes over only when nothing waits here", " && !isBehind", ""),
  thread(
    "I10: what comes while a thread writes the last is written after it",
    "thread && thread.waiting > 0 ? this.#hold(append) : this.#here.append(append)",
    "this.#here.append(append)",
  ),
  thread(
    "what is held for a thread is told when its caller's time is over",
    "held.reject(new Unavailable(",
    "void (new Unavailable(",
  ),
  thread(
    "what waited for a thread has the rest of its time alone",
    "Math.max(0, deadlineMs - nowMs)",
    "append.timeoutMs",
  ),
  thread("a crowd has gone though somebody always waits", " || this.#appends === CALM_APPENDS", ""),
  errors(
    "a log whose tables are not as they were made is told as damaged",
    "if (!isStrange) return explain(error, path);",
    "if (isStrange || true) return explain(error, path);",
  ),
  errors(
    "a cell that holds what was never written there is damage",
    "if (error instanceof OddCell) {",
    "if (false) {",
  ),
  verify(
    "what keeps a log from being asked is a finding where a night is sent to",
    "if (told instanceof Damaged) return unreadable(told.why);",
    "",
  ),
  verify("tables that are not as they were made are a finding", ", ...layoutFindings(db)]", "]"),
  inFile("infra/log/sqlite/structure.ts", "infra/log/sqlite/power-loss.test.ts")(
    "what SQLite says of the room within its pages is a finding",
    'if (!isLarge) return findings(db, "quick_check");',
    "",
  ),
  inFile("infra/log/sqlite/reader.ts", "infra/log/sqlite/trouble.test.ts")(
    "I8: a damaged index does not lead a reader back for ever",
    "if (to > after) return to;",
    "if (to >= 0) return to;",
  ),
  inFile("infra/log/sqlite/schema.ts", "infra/log/sqlite/verify.test.ts")(
    "a log of a format before any is damaged",
    "if (format < 1) throw",
    "if (format < -1) throw",
  ),
  thread(
    "once a crowd has gone, no thread is needed",
    "this.#wasCrowd = this.#most >= this.#crowd;",
    "this.#wasCrowd = true;",
  ),
  thread("I8: a thread that dies is replaced five times", "this.#starts === STARTS_MAX", "false"),
  thread("I8: ten thousand appends wait, for a thread too", "waiting >= QUEUE_MAX", "false"),
  link(
    "I10: those who wait for a thread that died are told",
    "for (const number of this.#jobs.keys()) this.#take(number)?.reject(error);",
    "",
  ),
  inFile("infra/log/sqlite/writer-thread.ts", "infra/log/sqlite/thread-writer.test.ts")(
    "I10: what a thread was given before a close is written by it",
    "await commit.close();",
    "",
  ),
  inFile("infra/log/sqlite/recent.ts", "infra/log/sqlite/store.test.ts")(
    "I10: what another process wrote is looked up again",
    "if (version === this.#version && this.#state !== UNKNOWN) return this.#state;",
    "if (this.#state !== UNKNOWN) return this.#state;",
  ),
  inFile("infra/log/sqlite/schema.ts", "tests/log/wal.test.ts")(
    "I10: opening a log twice keeps the locks of the first",
    'openSync(path, "ax", 0o600)',
    'openSync(path, "a", 0o600)',
  ),
  inFile("infra/log/sqlite/wal-file.ts", "tests/log/wal.test.ts")(
    "I10: nothing is acknowledged into a file that nobody sees",
    "if (this.#look() === this.#inode) return;",
    "return;",
  ),
  archiver(
    "I10: what a dead archiver left behind is made anew",
    'this.#archive.prepare("DELETE FROM event WHERE position > ?").run(archivedTo);',
    "",
  ),
  archiver(
    "I10: events are in the archive before the log lets them go",
    'this.#archive.exec("COMMIT");',
    'if (rows.length > 0) this.#archive.exec("ROLLBACK");',
  ),
  reader("I10: what was archived is still read", "if (archivedTo > after) {", "if (false) {"),
  shifts("I9: a night that is not over is not archived past", "&& !one.isEnded", "&& false"),
  inFile("infra/log/sqlite/event-writer.ts", "infra/log/sqlite/archive.test.ts")(
    "I10: an id that was archived is taken all the same",
    "(this.#archivedTo > 0 ? this.#archive.shelf.placeOf(id) : undefined)",
    "undefined",
  ),
  inFile("infra/log/sqlite/shelf.ts", "infra/log/sqlite/id-key.test.ts")(
    "I10: an id is not taken for another of its key",
    ".find((one) => cellText(one[0]) === id)",
    "[0]",
  ),
  inFile("infra/log/sqlite/layout.ts", "infra/log/sqlite/settling.test.ts")(
    "I10: what is lifted holds what was settled, and nothing twice",
    'enterKeys("WHERE position <= (SELECT settled_to FROM log_state)")',
    'enterKeys("")',
  ),
  inFile("infra/log/export/import-file.ts", "infra/log/export/export.test.ts")(
    "I10: no two events of an import have one id",
    "if (twice !== undefined) throw twiceThere(path, cellText(twice));",
    "",
  ),
  inFile(
    "infra/log/chain.ts",
    "infra/log/export/export.test.ts",
    "infra/log/sqlite/settling.test.ts",
  )(
    "I9: a hash is held against what was once written as it was then",
    'stored.length === HEX_CHARS ? "hex" : "base64url"',
    '"base64url"',
  ),
  backup("I10: a backup overwrites nothing", "if (!existsSync(file)) return;", "return;"),
  inFile("infra/log/sqlite/index-sums.ts", "infra/log/sqlite/index-sums.test.ts")(
    "I9: an index that points elsewhere shows",
    '...(this.types === types ? [] : ["by_type"]),',
    "",
  ),
  inFile("infra/log/sqlite/index-sums.ts", "infra/log/sqlite/index-sums.test.ts")(
    "I9: an index of ids or streams that points elsewhere shows",
    '...(this.ids === ids ? [] : ["by_id"]),',
    "",
  ),
  inFile("infra/log/sqlite/index-sums.ts", "infra/log/sqlite/index-sums.test.ts")(
    "I9: the ids of a log of any length come to the same sum in any order",
    "this.ids = (this.ids + place) >>> 0;",
    "this.ids += place;",
  ),
];
