import { existsSync, realpathSync } from "node:fs";

/** SQLite follows links: what lies beside a log lies beside the file that the link means. */
export function realPathOf(log: string): string {
  return existsSync(log) ? realpathSync(log) : log;
}
