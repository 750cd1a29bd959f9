import { BadInput, Conflict, Refusal, Unavailable } from "@nightshift/protocol/errors";

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
    case ERROR:
      return STRANGE.test(error.message) ? damaged(path, options) : error;
    case CORRUPT:
      return damaged(path, options);
    case IOERR:
      return new Unavailable(`the disk failed on ${path}: ${error.message}`, options);
    default:
      return fileTrouble(error, path);
  }
}

/** A log that does not hold what was once written. */
export function damaged(path: string, options?: ErrorOptions): BadInput {
  return new BadInput(`the file is damaged`, path, "nightshift log verify", options);
}

/** Whether another process holds the lock: worth another try. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && [BUSY, LOCKED].includes(sqliteCode(error));
}

/** What SQLite says of a log whose tables are not as they were made. */
const STRANGE = /^(?:no such (?:table|column|index)|malformed database|unsupported file format)/;

const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

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
