import { DatabaseSync } from "node:sqlite";
import { seesArchive } from "./archive.ts";
import { knowIdKeys } from "./id-key.ts";
import { ARCHIVE_TABLES, FORMATS } from "./layout.ts";
import { logFormat } from "./schema.ts";

/**
 * How the tables of a log and its archive are other than they were made. Reading may do well with
 * such tables and writing not: a rule that is another, a trigger that says no.
 */
export function layoutFindings(db: DatabaseSync): string[] {
  const today = FORMATS.slice(0, logFormat(db)).join("");
  const found = differences(tablesIn(db, "main"), made(today));
  if (!seesArchive(db)) return found;
  const archived = differences(tablesIn(db, "archive"), made(ARCHIVE_TABLES));
  return [...found, ...archived.map((finding) => `in the archive, ${finding}`)];
}

/** How a table or an index was made, by its kind and name. */
type Tables = ReadonlyMap<string, string>;

function made(sql: string): Tables {
  const db = new DatabaseSync(":memory:");
  try {
    knowIdKeys(db);
    db.exec(sql);
    return tablesIn(db, "main");
  } finally {
    db.close();
  }
}

/** What belongs to our tables; tables of somebody else are in nobody's way. */
function tablesIn(db: DatabaseSync, schema: "main" | "archive"): Tables {
  const rows = db
    .prepare(
      `SELECT type, name, tbl_name, sql FROM ${schema}.sqlite_schema
       WHERE tbl_name IN ('event', 'by_stream', 'by_id', 'by_type', 'log_state') AND name NOT LIKE 'sqlite_%'`,
    )
    .all();
  return new Map(
    rows.map(({ type, name, tbl_name: table, sql }) => {
      // Whatever a flipped bit has made of a cell is told from what it was.
      return [`${String(type)} ${String(name)}`, `${String(table)}: ${plain(String(sql))}`];
    }),
  );
}

/** A log that was lifted to a later format has its columns on other lines. */
function plain(sql: string): string {
  return sql.replaceAll(/\s+/g, " ").replaceAll(/ ?([(),]) ?/g, "$1");
}

function differences(found: Tables, expected: Tables): string[] {
  const wrong = [...expected].filter(([name, sql]) => found.get(name) !== sql);
  const told = wrong.map(([name]) => `the ${name} is not as it was made`);
  const isMore = [...found.keys()].some((name) => !expected.has(name));
  return isMore ? [...told, "something was added to its tables"] : told;
}
