import { inFile, type Tooth } from "../tooth.ts";

const board = inFile("blackboard/board.ts", "blackboard/board.test.ts");
const group = inFile(
  "infra/log/sqlite/group-commit.ts",
  "infra/log/sqlite/store.test.ts",
  "infra/log/sqlite/group-commit.test.ts",
);
const writer = inFile(
  "infra/log/sqlite/event-writer.ts",
  "infra/log/sqlite/store.test.ts",
  "infra/log/sqlite/group-commit.test.ts",
  "infra/log/sqlite/archive.test.ts",
);
const schema = inFile(
  "infra/log/sqlite/schema.ts",
  "infra/log/sqlite/trouble.test.ts",
  "infra/log/sqlite/schema.test.ts",
);
const settling = (file: string, ...tooth: Parameters<ReturnType<typeof inFile>>) =>
  inFile(`infra/log/sqlite/${file}.ts`, "infra/log/sqlite/settling.test.ts")(...tooth);
const chain = inFile("infra/log/chain.ts", "infra/log/sqlite/verify.test.ts");
const walk = inFile("infra/log/sqlite/range-walk.ts", "infra/log/sqlite/verify.test.ts");
const tally = inFile("infra/log/sqlite/tally.ts", "infra/log/sqlite/verify.test.ts");
const admission = inFile("blackboard/admission.ts", "blackboard/memory-store.test.ts");

/** The log loses nothing that was acknowledged, repeats nothing, and shows what was rewritten. */
export const logTeeth: readonly Tooth[] = [
  board(
    "I10: a command that was handled has no second effect",
    "if (kept.ids.has(eventId(stream, commandId, 0))) return [];",
    "",
  ),
  board(
    "I10: the same command makes events of the same ids",
    "return v5(`${commandId}:${index}`, v5(stream, NAMESPACE));",
    "return crypto.randomUUID();",
  ),
  board(
    "I8: a command is decided anew eight times",
    "conflicts >= CONFLICTS_MAX",
    "conflicts >= 2 * CONFLICTS_MAX",
  ),
  inFile("blackboard/in-line.ts", "blackboard/in-line.test.ts")(
    "I8: a thousand commands wait for one stream",
    "line.waiting >= WAITING_MAX",
    "false",
  ),
  writer(
    "I10: an append that is repeated writes nothing",
    "if (known !== undefined) return { position: known, isNew: false };",
    "",
  ),
  writer(
    "I2: who believes another number of events is refused",
    "taken !== undefined || head.count !== revision",
    "taken !== undefined",
  ),
  group(
    "I10: a conflict fails its caller alone",
    "if (!isCallersOwn(error)) throw error;",
    "throw error;",
  ),
  writer(
    "I10: of an append that is refused in the middle nothing stays",
    "entries.find(({ id })",
    "entries.slice(0, 1).find(({ id })",
  ),
  settling("recent", "I10: what others have settled is looked up again", "      settled();\n", ""),
  inFile("infra/log/sqlite/shelf.ts", "infra/log/sqlite/trouble.test.ts")(
    "I9: an index that leads to nothing is told by whoever reads",
    "(${positions} ${LIMIT}) LEFT JOIN event",
    "(${positions} ${LIMIT}) CROSS JOIN event",
  ),
  inFile("infra/log/heads.ts", "infra/log/heads.test.ts")(
    "I9: a root is over what its streams hold by now",
    "if (known.block) known.block.bytes = null;",
    "",
  ),
  inFile("infra/log/sqlite/taken-rows.ts", "infra/log/sqlite/shelf.test.ts")(
    "a block of long events has few of them",
    "if (chars >= CHARS_MAX) throw ENOUGH;",
    "",
  ),
  inFile("infra/log/sqlite/reader.ts", "infra/log/sqlite/odd-events.test.ts")(
    "I10: a reader goes on behind a block that was cut",
    "!isCut && rows.length < SHELF_ROWS_MAX",
    "rows.length < SHELF_ROWS_MAX",
  ),
  inFile("infra/log/export/kept-event.ts", "infra/log/sqlite/odd-events.test.ts")(
    "I10: an export goes on behind rows that were cut",
    "rows.length < BLOCK_EVENTS && !isCut",
    "rows.length < BLOCK_EVENTS",
  ),
  inFile("infra/log/sqlite/chain-range.ts", "infra/log/sqlite/odd-events.test.ts")(
    "I9: what is verified goes on behind rows that were cut",
    "(isCut || rows.length === ROWS)",
    "rows.length === ROWS",
  ),
  inFile("infra/log/sqlite/shelf.ts", "infra/log/sqlite/shelf.test.ts")(
    "I10: what a reader is given is in the order of the log",
    "scanned(`+${OF_TYPES} AND`)",
    "scanned(`${OF_TYPES} AND`)",
  ),
  settling(
    "shelf",
    "I10: a reader finds what no index knows yet",
    "if (tail === null || this.#isSettled)",
    "if (tail !== tail || true)",
  ),
  settling(
    "group-commit",
    "I10: an append that keeps the indexes from following hears why",
    "if (this.#unsettled >= SETTLE_LATE) this.#events.settle();",
    "",
  ),
  settling(
    "group-commit",
    "at rest the indexes of a log know all",
    "else if (this.#unsettled > 0) this.#settle();",
    "",
  ),
  group("I8: ten thousand appends wait", "this.#queue.length >= QUEUE_MAX", "false"),
  inFile("infra/log/sqlite/connection.ts", "infra/log/sqlite/schema.test.ts")(
    "I10: what is acknowledged has been written to the disk",
    "PRAGMA synchronous = FULL",
    "PRAGMA synchronous = NORMAL",
  ),
  schema("I10: a log of a newer version is not touched", "version > SCHEMA_VERSION", "false"),
  chain("I9: the chain protects what an event says", "    link.body,\n", ""),
  chain("I9: the chain protects who wrote an event", "    link.actor,\n", ""),
  walk(
    "I9: an event that was changed is named",
    "if (!fits) this.#tell(",
    "if (false) this.#tell(",
  ),
  walk(
    "I9: an event that was taken out shows",
    "else if (position !== this.last + 1)",
    "else if (false)",
  ),
  tally("I9: a log that was cut off shows", "lastPosition !== this.#last", "false"),
  tally(
    "I9: a stream that was rewritten shows at the sealed root",
    "actual.root === root && actual.streams === streams",
    "true",
  ),
  admission(
    "I8: an event is one megabyte at most",
    "if (bytes > EVENT_BYTES_MAX) {",
    "if (false) {",
  ),
  admission("I8: an append holds a thousand events", "events.length > APPEND_EVENTS_MAX", "false"),
  admission(
    "I11: a stream is named by its kind and an id",
    "!/^[a-z]+-[a-z0-9-]+$/.test(stream)",
    "false",
  ),
  inFile("protocol/ids.ts", "blackboard/board.test.ts")(
    "I11: an id names no stream but its own",
    "!/^[a-z0-9-]+$/.test(id)",
    "false",
  ),
];
