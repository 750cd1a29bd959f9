import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import type { Anchor } from "@nightshift/projections/anchor";
import type { Snapshot, Snapshots } from "@nightshift/projections/snapshots";
import { BadInput, Unavailable } from "@nightshift/protocol/errors";
import { explain } from "../sqlite/errors.ts";

const LOCK_WAIT_MS = 500;
/** Without an index, which a torn file could have lost apart from its rows: they are few. */
const TABLE = `CREATE TABLE IF NOT EXISTS snapshot (
  view     TEXT NOT NULL,
  version  INTEGER NOT NULL,
  position INTEGER NOT NULL,
  stream   TEXT NOT NULL,
  revision INTEGER NOT NULL,
  id       TEXT NOT NULL,
  state    BLOB NOT NULL,
  checksum TEXT NOT NULL
) STRICT`;

/**
 * Snapshots in a SQLite file. States are written as V8 serialises them: it knows maps, sets and big
 * integers, keeps what is shared shared, and is read several times as fast as JSON with a codec for
 * those. The checksum is held against the bytes before they are read, so only what was written here
 * ever is; what this V8 cannot read counts as damaged. No write waits for the disk: after a power
 * cut the checksums tell what is whole. A file that is no database any more is taken away.
 */
export function fileSnapshots(path: string): Snapshots {
  return {
    async load() {
      if (!existsSync(path)) return [];
      return inFile(path, rowsIn)?.flatMap((row) => snapshotFrom(row) ?? []) ?? [];
    },
    async save(snapshots) {
      // Bytes before anything is waited for: the views go on changing.
      const rows = snapshots.map((one) => ({ ...one, bytes: serialize(one.state) }));
      inFile(path, (db) => write(db, rows));
    },
  };
}

type Written = Omit<Snapshot, "state"> & { bytes: Uint8Array };

function write(db: DatabaseSync, rows: readonly Written[]): void {
  db.exec("BEGIN IMMEDIATE");
  db.exec(TABLE);
  const remove = db.prepare("DELETE FROM snapshot WHERE view = ?");
  const insert = db.prepare("INSERT INTO snapshot VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  for (const row of rows) {
    const { position, stream, revision, id } = row.anchor;
    const sum = checksum(row);
    remove.run(row.name);
    insert.run(row.name, row.version, position, stream, revision, id, row.bytes, sum);
  }
  db.exec("COMMIT");
}

type Cells = Record<string, SQLOutputValue>;

function rowsIn(db: DatabaseSync): Cells[] {
  db.exec(TABLE);
  const statement = db.prepare("SELECT * FROM snapshot");
  statement.setReadBigInts(true);
  return statement.all();
}

/** Nothing where a single byte of the row is another than was written. */
function snapshotFrom(cells: Cells): Snapshot | undefined {
  const { state: bytes } = cells;
  if (!(bytes instanceof Uint8Array)) return undefined;
  const name = String(cells["view"]);
  const version = Number(cells["version"]);
  const anchor: Anchor = {
    position: BigInt(String(cells["position"])),
    stream: String(cells["stream"]),
    revision: Number(cells["revision"]),
    id: String(cells["id"]),
  };
  if (checksum({ name, version, anchor, bytes }) !== cells["checksum"]) return undefined;
  try {
    return { name, version, anchor, state: deserialize(bytes) };
  } catch {
    // Whole, but of a V8 that this one does not understand.
    return undefined;
  }
}

function checksum({ name, version, anchor, bytes }: Written): string {
  const { position, stream, revision, id } = anchor;
  const key = JSON.stringify([name, version, String(position), stream, revision, id]);
  return createHash("sha256").update(key).update("\n").update(bytes).digest("hex");
}

const CORRUPT = 11;
const NOTADB = 26;

/** What is done in the file; nothing where the disk or a lock is in the way. */
function inFile<Result>(path: string, work: (db: DatabaseSync) => Result): Result | undefined {
  try {
    return attempt(path, work);
  } catch (error) {
    if (!isDamage(error)) return tolerate(error, path);
  }
  // Nothing in it can be trusted, and nothing is lost with it.
  rmSync(path, { force: true });
  try {
    return attempt(path, work);
  } catch (error) {
    return tolerate(error, path);
  }
}

function attempt<Result>(path: string, work: (db: DatabaseSync) => Result): Result {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  try {
    db.exec("PRAGMA synchronous = OFF");
    return work(db);
  } finally {
    db.close();
  }
}

/** The world may be in the way of a snapshot; a bug may not. */
function tolerate(error: unknown, path: string): undefined {
  const told = explain(error, path);
  if (!(told instanceof BadInput || told instanceof Unavailable)) throw error;
}

function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  return error.errcode === CORRUPT || error.errcode === NOTADB;
}
