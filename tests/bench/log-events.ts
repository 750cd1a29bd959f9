import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pending } from "@nightshift/protocol/envelope";

const NOTE_CHARS = 280;

/** An event as most are: some 550 bytes with its envelope. */
export function event(n: number): Pending {
  const note = `note ${n} `.padEnd(NOTE_CHARS, "words ");
  const envelope = { actor: "dispatcher", causation: randomUUID(), correlation: `task-${n}` };
  const id = randomUUID();
  return { ...envelope, id, atMs: 1_795_000_000_000 + n, event: { type: "call.working", note } };
}

/** Does work with the path of a log in a folder of its own. */
export async function withLog<Result>(work: (path: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-bench-"));
  try {
    return await work(join(folder, "log.sqlite"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
