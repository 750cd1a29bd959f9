import type { DatabaseSync } from "node:sqlite";
import { cellNumber } from "./rows.ts";

/** Most findings that SQLite is asked for. */
const FINDINGS_MAX = 10;
/** SQLite leaves the page at this byte alone, as it locks there. */
const LOCK_BYTE = 2 ** 30;

/**
 * What SQLite says of the pages, log and archive; whoever asks reads tables and indexes whole
 * besides. Of a large log whose pages are all in use, each must belong to one tree, once: half the
 * cost of SQLite's own check, which has the word in every other case. It alone looks at the room
 * within a page that is kept for what will be written.
 */
export function pageFindings(db: DatabaseSync, isLarge: boolean): string[] {
  if (!isLarge) return findings(db, "quick_check");
  const files = db
    .prepare("PRAGMA database_list")
    .all()
    .map(({ name }) => String(name));
  const isFull = files.filter((name) => name !== "temp").every((name) => isAllInUse(db, name));
  return isFull ? [] : findings(db, "quick_check");
}

/** Of the one row that a log notes of itself, which nobody reads as a table. */
export function stateFindings(db: DatabaseSync): string[] {
  return findings(db, "quick_check", "log_state");
}

/** The same, and of indexes that do not agree with their tables. */
export function indexFindings(db: DatabaseSync): string[] {
  return findings(db, "integrity_check");
}

function findings(db: DatabaseSync, check: string, of: string | number = FINDINGS_MAX): string[] {
  const rows = db.prepare(`PRAGMA ${check}(${of})`).all();
  return rows.map((row) => String(row[check])).filter((finding) => finding !== "ok");
}

/** Whether every page is a tree's, none is free, none is used twice. */
function isAllInUse(db: DatabaseSync, schema: string): boolean {
  const pragma = (name: string) => {
    return cellNumber(db.prepare(`PRAGMA "${schema}".${name}`).get()?.[name]);
  };
  const [pages, size] = [pragma("page_count"), pragma("page_size")];
  if (pragma("freelist_count") > 0 || pages * size > LOCK_BYTE) return false;
  try {
    const used = db
      .prepare("SELECT count(*) AS pages, sum(pageno) AS places FROM dbstat(?)")
      .get(schema);
    return used?.["pages"] === pages && used["places"] === (pages * (pages + 1)) / 2;
  } catch {
    return false;
  }
}
