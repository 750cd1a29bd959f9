import { execFileSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";

/** An event as the raw log has it; the checker trusts no code of the system to read it. */
export type Raw = {
  position: number;
  stream: string;
  id: string;
  type: string;
  atMs: number;
  correlation: string | null;
  body: Record<string, unknown>;
};

export type Evidence = {
  events: Raw[];
  /** What git prints; nothing where it says no. */
  git: (...args: string[]) => string;
  /** Whether git says yes: its exit code, nothing else. */
  gitSays: (...args: string[]) => boolean;
};

/** Opens the log read-only and the repository by git alone. */
export function gather(log: string, repo: string): Evidence {
  const db = new DatabaseSync(log, { readOnly: true });
  const rows = db
    .prepare(
      "SELECT position, stream, id, type, at_ms, correlation, body FROM event ORDER BY position",
    )
    .all();
  const events = rows.map((row): Raw => ({
    position: Number(row["position"]),
    stream: String(row["stream"]),
    id: String(row["id"]),
    type: String(row["type"]),
    atMs: Number(row["at_ms"]),
    correlation: row["correlation"] === null ? null : String(row["correlation"]),
    body: JSON.parse(String(row["body"])),
  }));
  db.close();
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", repo, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 64 * 1024 * 1024,
    }).trim();
  return {
    events,
    git(...args) {
      try {
        return git(...args);
      } catch {
        return "";
      }
    },
    gitSays(...args) {
      try {
        git(...args);
        return true;
      } catch {
        return false;
      }
    },
  };
}
