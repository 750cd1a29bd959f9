import { BadInput, Conflict, Refusal, Unavailable } from "@nightshift/protocol/errors";
import { OddCell } from "./rows.ts";

/**
 * Says in one line what a disk or SQLite did: `BadInput` with what mends it where the director can,
 * else `Unavailable`. Errors that are ours already, and bugs, come back as they are.
 * @param path The file, as the director would look for it.
 */
export function explain(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  if ([BadInput, Conflict, Refusal, Unavailable].some((kind) => error instanceof kind))
    return error;
  const options = { cause: error };
  switch (sqliteCode(error)) {
    case FULL:
      return new Unavailable(`the disk is full: ${path} cannot grow`, options);
    case BUSY:
    case LOCKED:
      return new Unavailable(`${path} is locked by another process`, options);
    case READONLY:
      return notWritable(path, options);
    case CANTOPEN:
      return new BadInput(`the file cannot be opened`, path, `ls -ld '${path}'`, options);
    case NOTADB:
      return new BadInput(
        `this is no Night Shift log`,
        path,
        `mv '${path}' '${path}.other'`,
        options,
      );
    case CORRUPT:
      return new Damaged(path, sqliteSays(error.message), options);
    case IOERR:
      return new Unavailable(`the disk failed on ${path}: ${error.message}`, options);
    default:
      return fileTrouble(error, path);
  }
}

/**
 * The same for whoever reads or writes the tables of a log or its archive. They were made here, so
 * what does not fit them is damage; of any other file it is a bug in a query.
 */
export function explainLog(error: unknown, path: string): unknown {
  if (error instanceof OddCell) {
    return new Damaged(path, `a cell is ${error.message}`, { cause: error });
  }
  const isStrange = error instanceof Error && STRANGE.get(sqliteCode(error))?.test(error.message);
  if (!isStrange) return explain(error, path);
  return new Damaged(path, sqliteSays(error.message), { cause: error });
}

/** A finding of SQLite's, told to the director. */
export function sqliteSays(finding: string): string {
  return `SQLite says: ${finding}`;
}

/** A file that does not hold what was once written. */
export class Damaged extends BadInput {
  /** What is wrong with it, in the words of whoever saw it. */
  readonly why: string;

  constructor(path: string, why: string, options?: ErrorOptions) {
    super("the file is damaged", path, "nightshift log verify", options);
    this.why = why;
  }
}

/** Whether another process holds the lock: worth another try. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && [BUSY, LOCKED].includes(sqliteCode(error));
}

const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const NOTADB = 26;

/** How SQLite begins, by its code, where the tables of a log are not as they were made. */
const STRANGE: ReadonlyMap<number, RegExp> = new Map([
  [
    CONSTRAINT,
    /^(?:CHECK .*|NOT NULL constraint failed: log_state|UNIQUE constraint failed: (?:event|by_\w+))\b/,
  ],
  [
    ERROR,
    new RegExp(
      [
        "^no such (?:table|column|index)",
        "^malformed database",
        "^unsupported file format",
        "^table \\w+ has \\d+ columns",
        "^ON CONFLICT clause does not match",
        "^no query solution",
      ].join("|"),
    ),
  ],
]);

/** SQLite's primary result code, the low byte of the extended one; -1 for any other error. */
function sqliteCode(error: Error): number {
  return "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : -1;
}

function fileTrouble(error: Error, path: string): Error {
  const code = "code" in error ? error.code : undefined;
  const options = { cause: error };
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return notWritable(path, options);
  if (code === "ENOTDIR" || code === "EEXIST" || code === "EISDIR") {
    return new BadInput(
      "a file stands where a folder is needed, or a folder where a file is",
      path,
      `ls -ld '${path}'`,
      options,
    );
  }
  if (code === "ENOENT" || code === "ELOOP") {
    return new BadInput(`the file cannot be opened`, path, `ls -ld '${path}'`, options);
  }
  if (code === "ERR_INVALID_STATE") return new Unavailable("the log is closed", options);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new Unavailable(`the disk is full: ${path} cannot grow`, options);
  }
  return error;
}

function notWritable(path: string, options: ErrorOptions): BadInput {
  return new BadInput(
    "the file or its folder cannot be written",
    path,
    `ls -ld '${path}'`,
    options,
  );
}
