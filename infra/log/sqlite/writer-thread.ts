import { DatabaseSync } from "node:sqlite";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Archive } from "./archive.ts";
import { prepareConnection } from "./connection.ts";
import { GroupCommit } from "./group-commit.ts";
import { unpackAppend } from "./packed-append.ts";
import { packError } from "./packed-error.ts";
import type { Answer, FromWriter, ToWriter, WriterStart } from "./writer-messages.ts";

/**
 * The thread that writes a log: a connection of its own, and the same group commit as anywhere else.
 * Imports no schemas: what it is given was checked, and it should start fast and stay small.
 */
const PAGE_CACHE_KIB = 4_000;
const port = parentPort;
if (port === null) throw new Error("this is a thread, not a program");
const { path, schemaVersion, settleEvents }: WriterStart = workerData;

const db = new DatabaseSync(path, { defensive: true });
prepareConnection(db, PAGE_CACHE_KIB);
const archive = new Archive(path);
const commit = new GroupCommit(db, path, {
  archive,
  schemaVersion,
  settleEvents,
  committed: () => {},
  look: () => {
    const waiting: { message: ToWriter } | undefined = receiveMessageOnPort(port);
    if (waiting) hear(waiting.message);
  },
});

let answers: Answer[] = [];
const post = (message: FromWriter) => port.postMessage(message, []);

/** The answers of one transaction come in one turn, and go in one message. */
function answer(number: number, outcome: Answer[1]): void {
  if (answers.length === 0) queueMicrotask(flush);
  answers.push([number, outcome]);
}

function flush(): void {
  if (answers.length > 0) post({ answers });
  answers = [];
}

async function close(): Promise<void> {
  await commit.close();
  // The last answers are given in the turn that follows the commit.
  setImmediate(() => {
    flush();
    archive.close();
    db.close();
    port?.close();
  });
}

function hear(message: ToWriter): void {
  // Not amid a transaction, which may be what listens.
  if (message === "close") return void setImmediate(() => void close());
  for (const packed of message.appends) {
    const [number] = packed;
    commit.enqueue(unpackAppend(packed), {
      resolve: (position) => answer(number, position),
      reject: (error) => answer(number, packError(error)),
    });
  }
}

port.on("message", hear);
post("ready");
