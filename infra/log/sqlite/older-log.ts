import { DatabaseSync } from "node:sqlite";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { FORMATS } from "./layout.ts";

/** Makes a log that nobody has open what it was in an older format; for tests. */
export function toFormat(path: string, format: 1 | 2): void {
  const db = new DatabaseSync(path);
  const events = db.prepare("SELECT * FROM event").all().map(Object.values);
  for (const table of ["event", "by_stream", "by_id", "by_type", "log_state"]) {
    db.exec(`DROP TABLE ${table}`);
  }
  db.exec(FORMATS.slice(0, format).join(""));
  db.prepare("INSERT INTO log_state (only, last_position, schema_version) VALUES (1, ?, ?)").run(
    events.length,
    SCHEMA_VERSION,
  );
  const insert = db.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const event of events) insert.run(...event);
  db.exec(`PRAGMA user_version = ${format}`);
  db.close();
}
