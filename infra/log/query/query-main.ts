import { DatabaseSync, constants, type SQLOutputValue } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { endWithParent } from "../../orphan-watch.ts";

/**
 * One query in a process of its own, so that whoever asked can end it whatever it does: a question
 * comes in as JSON on standard input, rows go out as one JSON array a line.
 */
export const Question = z.strictObject({
  log: z.string(),
  /** What was moved out of the log; null where nothing was. */
  archive: z.string().nullable(),
  /** The history tables; null where none were made yet, and none are asked. */
  tables: z.string().nullable(),
  views: z.array(z.strictObject({ name: z.string(), sql: z.string() })),
  sql: z.string(),
  rowsMax: z.int().positive(),
});
export type Question = z.infer<typeof Question>;

export const Answer = z.union([
  z.strictObject({ columns: z.array(z.string()) }),
  z.strictObject({ end: z.enum(["all", "cut"]) }),
  z.strictObject({ error: z.string() }),
  z.array(z.union([z.string(), z.number(), z.null()])),
]);
export type Answer = z.infer<typeof Answer>;

/** Longest text or blob that SQLite may make or read, in bytes: no event is half as long. */
const VALUE_BYTES_MAX = 16 * 1_048_576;

function answer({ sql, rowsMax, ...where }: Question): void {
  const db = openViews(where);
  const query = db.prepare(sql);
  const rest = sql.slice(sql.indexOf(query.sourceSQL) + query.sourceSQL.length);
  if (!isBlank(rest)) throw new Error("more than one query; ask them one by one");
  query.setReadBigInts(true);
  query.setReturnArrays(true);
  tell({ columns: apart(query.columns().map(({ name }) => name)) });
  let rows = 0;
  for (const row of query.iterate()) {
    if (rows === rowsMax) return tell({ end: "cut" });
    rows += 1;
    tell(Object.values(row).map(cell));
  }
  tell({ end: "all" });
}

const LIVE = "SELECT * FROM log.event";
/** What is in the archive, and only there by the word of the log, comes first. */
const WHOLE = `
  SELECT * FROM archive.event WHERE position <= (SELECT archived_to FROM log.log_state)
  UNION ALL ${LIVE}
`;
const FILES = new Set<string | null>(["log", "archive", "history"]);

/** The documented views, over files that are opened to be read alone; from then on only SELECT. */
function openViews(question: Omit<Question, "sql" | "rowsMax">): DatabaseSync {
  const { log, archive, tables, views } = question;
  const db = new DatabaseSync(":memory:", { limits: { length: VALUE_BYTES_MAX } });
  db.prepare("ATTACH ? AS log").run(readOnly(log));
  db.prepare("ATTACH ? AS history").run(tables === null ? ":memory:" : readOnly(tables));
  if (archive !== null) db.prepare("ATTACH ? AS archive").run(readOnly(archive));
  db.exec(`CREATE TEMP VIEW kept AS ${archive === null ? LIVE : WHOLE}`);
  for (const { name, sql } of views) db.exec(`CREATE TEMP VIEW "${name}" AS ${sql}`);
  db.setAuthorizer((action, first, second, database, view) => {
    return isAllowed(action, { first, second, database, view })
      ? constants.SQLITE_OK
      : constants.SQLITE_DENY;
  });
  return db;
}

type Asked = Record<"first" | "second" | "database" | "view", string | null>;

function isAllowed(action: number, { second, database, view }: Asked): boolean {
  switch (action) {
    case constants.SQLITE_SELECT:
    case constants.SQLITE_RECURSIVE:
    // None of them writes, and an extension cannot be loaded into a connection opened like ours.
    case constants.SQLITE_FUNCTION:
      return true;
    case constants.SQLITE_READ:
      // What lies behind a view is read through it; a count of rows names no column.
      return view !== null || second === "" || !FILES.has(database);
    default:
      return false;
  }
}

function readOnly(path: string): string {
  return `${pathToFileURL(path).href}?mode=ro`;
}

/** What stands behind the first query: nothing but spaces, semicolons and comments. */
function isBlank(rest: string): boolean {
  return rest.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, "").replaceAll(/[\s;]/g, "") === "";
}

/** Two columns of one name would be one in an object. */
function apart(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}_${times}`;
  });
}

/** Numbers that JSON would round are told as text, bytes as hexadecimal. */
function cell(value: SQLOutputValue): string | number | null {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function tell(answer: Answer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

if (import.meta.main) {
  endWithParent();
  let question = "";
  for await (const chunk of process.stdin) question += String(chunk);
  try {
    answer(Question.parse(JSON.parse(question)));
  } catch (error) {
    tell({ error: error instanceof Error ? error.message : String(error) });
  }
}
