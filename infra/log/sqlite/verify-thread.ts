import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { attachArchive } from "./archive.ts";
import { ChainRange } from "./chain-range.ts";
import { rangeAt, takeRange } from "./ranges.ts";
import { pageFindings } from "./structure.ts";
import type { FromVerifier, VerifyStart } from "./verify-messages.ts";

/** The second thread of a verification: pages first, then ranges until none is left. */
const { path, next, lastPosition, options, cacheKib }: VerifyStart = workerData;
const post = (message: FromVerifier) => parentPort?.postMessage(message, []);

const db = new DatabaseSync(path, { readOnly: true });
attachArchive(db, path);
db.exec(`PRAGMA cache_size = -${cacheKib}`);
db.exec("BEGIN");
post({ pages: pageFindings(db, true) });
const chain = new ChainRange(db, options.settledTo);
for (;;) {
  const index = takeRange(next, lastPosition);
  if (index === undefined) break;
  post({ index, report: chain.check(rangeAt(index, lastPosition), options) });
}
db.close();
