import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { BadInput } from "@nightshift/protocol/errors";
import { archivePathOf } from "./archive.ts";
import { explain } from "./errors.ts";
import { openSnapshot } from "./snapshot.ts";
import { verifyLog, type Verdict } from "./verify.ts";

/** Pages that are copied between two turns of everybody else. */
const PAGES_A_STEP = 500;

/**
 * Copies one state of a log and of its archive while others write. The copy is a log like any other,
 * private to its owner, and is verified.
 * @returns What the verification found; a copy of a damaged log is kept, and is damaged.
 * @throws BadInput where a file is in the place already, or there is no log.
 * @throws Unavailable when the disk fails; no half copy is left behind.
 */
export async function backUpLog(path: string, to: string): Promise<Verdict> {
  const archiveTo = archivePathOf(to);
  mustBeFree(to);
  mustBeFree(archiveTo);
  const { db, archivedTo } = openSnapshot(path);
  const made: string[] = [];
  try {
    made.push(newFile(to));
    await copyDatabase(db, to);
    if (archivedTo > 0) {
      made.push(newFile(archiveTo));
      await copyArchive(archivePathOf(path), archiveTo);
    }
  } catch (error) {
    for (const copy of made) rmSync(copy);
    throw explain(error, to);
  } finally {
    db.close();
  }
  return verifyLog(to);
}

/** What the log says is in its archive is there before it says so, and never changes. */
async function copyArchive(archive: string, to: string): Promise<void> {
  const db = new DatabaseSync(archive, { readOnly: true });
  try {
    db.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
    await copyDatabase(db, to);
  } finally {
    db.close();
  }
}

/** @param db Within a transaction: else a write of somebody else would begin the copy anew. */
async function copyDatabase(db: DatabaseSync, to: string): Promise<void> {
  await backup(db, to, { rate: PAGES_A_STEP });
  const copy = new DatabaseSync(to);
  try {
    // At rest it is one file; whoever opens it as a log gives it a write-ahead log again.
    copy.exec("PRAGMA journal_mode = DELETE");
  } finally {
    copy.close();
  }
}

function newFile(file: string): string {
  closeSync(openSync(file, "wx", 0o600));
  return file;
}

function mustBeFree(file: string): void {
  if (!existsSync(file)) return;
  throw new BadInput(
    "there is a file already; a backup overwrites nothing",
    file,
    `ls -l '${file}'`,
  );
}
