import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { EventStore } from "@nightshift/blackboard/store";
import { onTestFinished } from "vitest";
import { openLog, type LogExtras } from "./sqlite/store.ts";

/** A folder of the test's own, gone when it ends. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-log-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An open log in a folder of the test's own. */
export async function testLog(): Promise<{ path: string; store: EventStore & LogExtras }> {
  const path = join(await testFolder(), "log.sqlite");
  const store = await openLog(path);
  onTestFinished(() => store.close());
  return { path, store };
}

/** Changes a log behind its back, as someone with the file in hand could. */
export function tamper(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}
