import type { DatabaseSync } from "node:sqlite";
import { Unavailable } from "@nightshift/protocol/errors";
import { z } from "zod";
import { explain } from "../../sqlite/errors.ts";
import { PARKED_MAX } from "../limits.ts";
import type { LogName } from "../source.ts";
import { GroupSettings } from "./settings.ts";

/** What names a group: its stream (null: all of a log) and its own name. */
export type GroupKey = { log: LogName; stream: string | null; name: string };
/** A group as it is kept: `reached` is the last place behind which all was answered. */
export type GroupRecord = {
  key: GroupKey;
  owner: string;
  settings: GroupSettings;
  reached: number;
};
/** An event that was set aside: its place in the stream or log, and its number in the line. */
export type Parked = { seq: number; place: number };

export const ALL = "$all";
const Row = z.object({
  log: z.enum(["house", "foreign"]),
  source: z.string(),
  name: z.string(),
  owner: z.string(),
  settings: z.string(),
  reached: z.int(),
});
const ParkedRow = z.object({ seq: z.int(), place: z.int() });
const WHERE = "source = ? AND name = ? AND log = ?";

/** Groups, how far they are, and what they set aside; each change is on the disk when it returns. */
export class GroupFile {
  readonly #db: DatabaseSync;
  readonly #path: string;

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
  }

  all(): GroupRecord[] {
    const rows = this.#db.prepare("SELECT * FROM consumer_group ORDER BY source, name").all();
    return rows.map((row) => {
      const { log, source, name, owner, settings, reached } = Row.parse(row);
      const key = { log, stream: source === ALL ? null : source, name };
      return { key, owner, settings: GroupSettings.parse(JSON.parse(settings)), reached };
    });
  }

  /** Keeps a group, in place of the one that it was. */
  keep({ key, owner, settings, reached }: GroupRecord): void {
    const [source, name, log] = cells(key);
    const sql = "INSERT OR REPLACE INTO consumer_group VALUES (?, ?, ?, ?, ?, ?)";
    this.#write(sql, source, name, log, owner, JSON.stringify(settings), reached);
  }

  remove(key: GroupKey): void {
    this.#write(`DELETE FROM parked WHERE ${WHERE}`, ...cells(key));
    this.#write(`DELETE FROM consumer_group WHERE ${WHERE}`, ...cells(key));
  }

  reach(key: GroupKey, place: number): void {
    const sql = `UPDATE consumer_group SET reached = ? WHERE ${WHERE}`;
    this.#write(sql, place, ...cells(key));
  }

  /** @returns whether there was room. */
  park(key: GroupKey, place: number, reason: string, atMs: number): boolean {
    if (this.parkedCount(key) >= PARKED_MAX) return false;
    const sql = "INSERT INTO parked (source, name, log, place, reason, at_ms) VALUES (?,?,?,?,?,?)";
    try {
      this.#write(sql, ...cells(key), place, reason, atMs);
      return true;
    } catch (error) {
      // A disk that is full is no room either; whatever else there is comes out at a checkpoint.
      if (error instanceof Unavailable) return false;
      throw error;
    }
  }

  parkedCount(key: GroupKey): number {
    const row = this.#db.prepare(`SELECT count(*) AS n FROM parked WHERE ${WHERE}`);
    return Number(row.get(...cells(key))?.["n"]);
  }

  /** The number of what was set aside last; 0 where nothing is. */
  lastParked(key: GroupKey): number {
    const row = this.#db.prepare(`SELECT max(seq) AS n FROM parked WHERE ${WHERE}`);
    return Number(row.get(...cells(key))?.["n"] ?? 0);
  }

  /** What was set aside after one of them, oldest first. */
  parkedAfter(key: GroupKey, seq: number, most: number): Parked[] {
    const sql = `SELECT seq, place FROM parked WHERE ${WHERE} AND seq > ? ORDER BY seq LIMIT ?`;
    return this.#db
      .prepare(sql)
      .all(...cells(key), seq, most)
      .map((row) => ParkedRow.parse(row));
  }

  unpark(seq: number): void {
    this.#write("DELETE FROM parked WHERE seq = ?", seq);
  }

  #write(sql: string, ...values: (string | number)[]): void {
    try {
      this.#db.prepare(sql).run(...values);
    } catch (error) {
      throw explain(error, this.#path);
    }
  }
}

function cells({ stream, name, log }: GroupKey): [string, string, string] {
  return [stream ?? ALL, name, log];
}
