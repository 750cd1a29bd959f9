import type { DatabaseSync } from "node:sqlite";

/** Most findings that SQLite is asked for. */
const FINDINGS_MAX = 10;

/** What SQLite says of its pages and rows, log and archive; indexes are not held against tables. */
export function pageFindings(db: DatabaseSync): string[] {
  return findings(db, "quick_check");
}

/** The same, and of indexes that do not agree with their tables. */
export function indexFindings(db: DatabaseSync): string[] {
  return findings(db, "integrity_check");
}

function findings(db: DatabaseSync, check: string): string[] {
  const rows = db.prepare(`PRAGMA ${check}(${FINDINGS_MAX})`).all();
  return rows.map((row) => String(row[check])).filter((finding) => finding !== "ok");
}
