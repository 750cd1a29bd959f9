import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Facts, FACTS_VERSION } from "@nightshift/agents/implementer/map/facts";
import { z } from "zod";
import { json } from "../json.ts";

/** Facts of source files, by the id of their content and what their path ends with. */
export type FactsStore = {
  get(keys: readonly string[]): Map<string, Facts>;
  put(facts: ReadonlyMap<string, Facts>, nowMs: number): void;
  close(): void;
};

/** Rows that are kept when it is opened; what was told first goes first. */
const ROWS_MAX = 100_000;
const Row = z.object({ facts: z.string() });

/**
 * A cache on the disk: what it does not have is told anew, so it may be deleted at any time, and
 * nothing waits for its disk.
 */
export function openFactsStore(path: string): FactsStore {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path, { timeout: 2_000 });
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS facts (
      key TEXT PRIMARY KEY, facts TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS facts_by_age ON facts (at_ms);
    DELETE FROM facts WHERE key IN (
      SELECT key FROM facts ORDER BY at_ms DESC LIMIT -1 OFFSET ${ROWS_MAX});`);
  const select = database.prepare("SELECT facts FROM facts WHERE key = ?");
  const insert = database.prepare("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)");
  return {
    get(keys) {
      const found = new Map<string, Facts>();
      for (const key of keys) {
        const row = Row.safeParse(select.get(versioned(key)));
        const facts = row.success ? Facts.safeParse(json(row.data.facts)) : null;
        if (facts?.success) found.set(key, facts.data);
      }
      return found;
    },
    put(facts, nowMs) {
      if (facts.size === 0) return;
      database.exec("BEGIN");
      for (const [key, told] of facts) insert.run(versioned(key), JSON.stringify(told), nowMs);
      database.exec("COMMIT");
    },
    close: () => database.close(),
  };
}

function versioned(key: string): string {
  return `${FACTS_VERSION}:${key}`;
}
