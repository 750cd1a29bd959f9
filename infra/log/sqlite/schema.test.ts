import { join } from "node:path";
import { expect, test } from "vitest";
import { openLogFile } from "./schema.ts";
import { testFolder } from "../test-log.ts";

test("a commit is on the disk before anyone is told of it: write-ahead log, synced in full (I10)", async () => {
  const db = openLogFile(join(await testFolder(), "log.sqlite"));
  const FULL = 2;
  expect(db.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "wal" });
  expect(db.prepare("PRAGMA synchronous").get()).toMatchObject({ synchronous: FULL });
  db.close();
});
