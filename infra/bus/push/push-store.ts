import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PushConfig } from "@nightshift/protocol/a2a";
import { z } from "zod";

/** Whose events are posted where, and how far that has come. */
const Subscription = z.object({
  /** Number of the row: rises with each. */
  key: z.int(),
  agent: z.string(),
  owner: z.string(),
  standing: z.enum(["house", "guest"]),
  config: PushConfig.extend({ id: z.string() }),
  /** The last event of the call that was taken in; -1 before the first. */
  lastSeq: z.int(),
  /** Null while the call goes on. */
  endedAtMs: z.int().nullable(),
  /** Why nothing is posted any more; null while it is. */
  givenUp: z.string().nullable(),
});
export type Subscription = z.infer<typeof Subscription>;

/** One event on its way to one address. */
const Letter = z.object({ number: z.int(), body: z.string(), tries: z.int(), dueMs: z.int() });
export type Letter = z.infer<typeof Letter>;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS subscription (
  key INTEGER PRIMARY KEY, agent TEXT NOT NULL, owner TEXT NOT NULL, standing TEXT NOT NULL,
  task TEXT NOT NULL, id TEXT NOT NULL, config TEXT NOT NULL, lastSeq INTEGER NOT NULL,
  endedAtMs INTEGER, givenUp TEXT, UNIQUE (agent, owner, task, id)) STRICT;
CREATE TABLE IF NOT EXISTS letter (
  number INTEGER PRIMARY KEY, subscription INTEGER NOT NULL, body TEXT NOT NULL,
  tries INTEGER NOT NULL, dueMs INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS lettersOf ON letter (subscription, number);`;

/** Milliseconds that a process waits for another one's write. */
const BUSY_MS = 5_000;
const MEMORY = ":memory:";

/**
 * What is to be posted, in one file of the state folder that its owner alone can read: it holds the
 * tokens that clients gave. An event and how far its call was taken in are written together, so that
 * a restart takes in each event once.
 */
export class PushStore {
  readonly #db: DatabaseSync;

  /** @param path The file, made where there is none; ":memory:" for none. */
  constructor(path: string = MEMORY) {
    if (path !== MEMORY) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#db = new DatabaseSync(path, { timeout: BUSY_MS });
    if (path !== MEMORY) chmodSync(path, 0o600);
    this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    this.#db.exec(SCHEMA);
  }

  /** Adds a subscription, or replaces the one of its name. */
  put(given: Omit<Subscription, "key" | "endedAtMs" | "givenUp">): Subscription {
    const { agent, owner, standing, config, lastSeq } = given;
    const sql = `INSERT INTO subscription (agent, owner, standing, task, id, config, lastSeq)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (agent, owner, task, id)
      DO UPDATE SET config = excluded.config RETURNING *`;
    const text = JSON.stringify(config);
    const row = this.#db
      .prepare(sql)
      .get(agent, owner, standing, config.taskId, config.id, text, lastSeq);
    return read(row);
  }

  of(agent: string, owner: string, task: string): Subscription[] {
    const sql = "SELECT * FROM subscription WHERE agent = ? AND owner = ? AND task = ? ORDER BY id";
    return this.#db.prepare(sql).all(agent, owner, task).map(read);
  }

  find(key: number): Subscription | undefined {
    const row = this.#db.prepare("SELECT * FROM subscription WHERE key = ?").get(key);
    return row && read(row);
  }

  /** Those that something may still be posted for. */
  open(): Subscription[] {
    const sql = `SELECT * FROM subscription s WHERE givenUp IS NULL AND (endedAtMs IS NULL
      OR EXISTS (SELECT 1 FROM letter WHERE subscription = s.key)) ORDER BY key`;
    return this.#db.prepare(sql).all().map(read);
  }

  count(owner: string): number {
    const row = this.#db.prepare("SELECT count(*) n FROM subscription WHERE owner = ?").get(owner);
    return Number(row?.["n"]);
  }

  remove(key: number): void {
    this.#together(() => {
      this.#db.prepare("DELETE FROM letter WHERE subscription = ?").run(key);
      this.#db.prepare("DELETE FROM subscription WHERE key = ?").run(key);
    });
  }

  /** Takes in an event of the call; with a body, to be posted. Nothing for what was given up. */
  take(key: number, seq: number, body: string | null, nowMs: number): void {
    this.#together(() => {
      const moved = this.#db
        .prepare(
          "UPDATE subscription SET lastSeq = ? WHERE key = ? AND lastSeq < ? AND givenUp IS NULL",
        )
        .run(seq, key, seq);
      if (body === null || moved.changes === 0) return;
      this.#db
        .prepare("INSERT INTO letter (subscription, body, tries, dueMs) VALUES (?, ?, 0, ?)")
        .run(key, body, nowMs);
    });
  }

  end(key: number, nowMs: number): void {
    this.#db.prepare("UPDATE subscription SET endedAtMs = ? WHERE key = ?").run(nowMs, key);
  }

  /** The next one to be posted for a subscription: they go in order. */
  next(key: number): Letter | undefined {
    const sql = "SELECT * FROM letter WHERE subscription = ? ORDER BY number LIMIT 1";
    const row = this.#db.prepare(sql).get(key);
    return row && Letter.parse(row);
  }

  waiting(key: number): number {
    const sql = "SELECT count(*) n FROM letter WHERE subscription = ?";
    return Number(this.#db.prepare(sql).get(key)?.["n"]);
  }

  arrived(number: number): void {
    this.#db.prepare("DELETE FROM letter WHERE number = ?").run(number);
  }

  postpone(number: number, dueMs: number): void {
    const sql = "UPDATE letter SET tries = tries + 1, dueMs = ? WHERE number = ?";
    this.#db.prepare(sql).run(dueMs, number);
  }

  /** Posts nothing more for a subscription, and remembers why. */
  giveUp(key: number, reason: string): void {
    this.#together(() => {
      this.#db.prepare("DELETE FROM letter WHERE subscription = ?").run(key);
      this.#db.prepare("UPDATE subscription SET givenUp = ? WHERE key = ?").run(reason, key);
    });
  }

  /** Forgets what ended before a moment and has nothing left to post. */
  prune(beforeMs: number): void {
    const sql = `DELETE FROM subscription WHERE endedAtMs < ?
      AND NOT EXISTS (SELECT 1 FROM letter WHERE subscription = subscription.key)`;
    this.#db.prepare(sql).run(beforeMs);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #together(write: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      write();
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}

function read(row: unknown): Subscription {
  const { config, ...rest } = Object(row);
  return Subscription.parse({ ...rest, config: JSON.parse(String(config)) });
}
