import { inFile, type Tooth } from "../tooth.ts";

const board = inFile("blackboard/board.ts", "blackboard/board.test.ts");
const writer = inFile(
  "infra/log/sqlite/group-commit.ts",
  "infra/log/sqlite/store.test.ts",
  "infra/log/sqlite/group-commit.test.ts",
);
const schema = inFile(
  "infra/log/sqlite/schema.ts",
  "infra/log/sqlite/trouble.test.ts",
  "infra/log/sqlite/schema.test.ts",
);
const chain = inFile("infra/log/chain.ts", "infra/log/sqlite/verify.test.ts");
const verify = inFile("infra/log/sqlite/verify.ts", "infra/log/sqlite/verify.test.ts");
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
    "if (known === undefined) this.#write(job, last);",
    "this.#write(job, last);",
  ),
  writer(
    "I2: who believes another number of events is refused",
    "if (count !== revision) throw",
    "if (false) throw",
  ),
  writer(
    "I10: a conflict fails its caller alone",
    'this.#db.exec("ROLLBACK TO caller");\n        this.#db.exec("RELEASE caller");\n        return { error };',
    "throw error;",
  ),
  writer("I8: ten thousand appends wait", "this.#queue.length >= QUEUE_MAX", "false"),
  schema(
    "I10: what is acknowledged has been written to the disk",
    "PRAGMA synchronous = FULL",
    "PRAGMA synchronous = NORMAL",
  ),
  schema("I10: a log of a newer version is not touched", "version > SCHEMA_VERSION", "false"),
  chain("I9: the chain protects what an event says", "    link.body,\n", ""),
  chain("I9: the chain protects who wrote an event", "    link.actor,\n", ""),
  verify("I9: an event that was changed is named", "if (!fits) tell(", "if (false) tell("),
  verify("I9: an event that was taken out shows", "position !== this.#last + 1n", "false"),
  verify("I9: a log that was cut off shows", "noted !== this.#last", "false"),
  verify(
    "I9: a stream that was rewritten shows at the sealed root",
    "rootOf(heads) === root && heads.length === streams",
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
