import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** An event as the raw file has it: what the tests know of a night goes through no code of ours. */
export type RawEvent = {
  position: number;
  stream: string;
  revision: number;
  id: string;
  type: string;
  atMs: number;
  actor: string;
  body: Record<string, unknown>;
};

/** The folder in which a director's log, blobs, results and clones lie. */
export function stateOf(root: string): string {
  return join(root, "state", "nightshift");
}

export function eventsOf(state: string): RawEvent[] {
  const db = new DatabaseSync(join(state, "log.sqlite"), { readOnly: true });
  const rows = db.prepare("SELECT * FROM event ORDER BY position").all();
  db.close();
  return rows.map((row) => ({
    position: Number(row["position"]),
    stream: String(row["stream"]),
    revision: Number(row["revision"]),
    id: String(row["id"]),
    type: String(row["type"]),
    atMs: Number(row["at_ms"]),
    actor: String(row["actor"]),
    body: Object(JSON.parse(String(row["body"]))),
  }));
}

/** Every event of a type. */
export function ofType(events: readonly RawEvent[], type: string): RawEvent[] {
  return events.filter((event) => event.type === type);
}

/** What lies in a folder and below it, byte for byte, by its path. */
export function filesIn(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile());
  return new Map(
    paths.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path)];
    }),
  );
}

/** The text of a body, where the log names it by its sha256. */
export function bodyOf(state: string, sha256: unknown): string {
  const name = String(sha256);
  return readFileSync(join(state, "blobs", name.slice(0, 2), name.slice(2, 4), name), "utf8");
}

/** A copy of a log in a folder of its own; the log may be in use. */
export function copyLog(from: string, to: string): DatabaseSync {
  const db = new DatabaseSync(join(from, "log.sqlite"), { readOnly: true });
  db.prepare("VACUUM INTO ?").run(join(to, "log.sqlite"));
  db.close();
  return new DatabaseSync(join(to, "log.sqlite"));
}
