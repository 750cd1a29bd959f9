import { stripVTControlCharacters, styleText } from "node:util";
import { BadInput, Refusal, Unavailable } from "@nightshift/protocol/errors";
import type { Line } from "@nightshift/projections/digest/terminal";

/** Exit codes, as the README tells them. */
export const EXIT = { ok: 0, failed: 1, cancelled: 2, brake: 3, signIn: 4, budget: 5 } as const;

const STYLES = {
  title: ["bold"],
  good: ["green"],
  bad: ["red"],
  ask: ["yellow"],
  plain: [],
  quiet: ["dim"],
} as const satisfies Record<Line["tone"], readonly Parameters<typeof styleText>[0][]>;

/** Data, on standard output. Colour only where a person looks and NO_COLOR is not set. */
export function print(lines: readonly Line[]): void {
  for (const { tone, text } of lines) {
    process.stdout.write(`${painted(tone, clean(text), process.stdout)}\n`);
  }
}

export function printJson(value: unknown): void {
  const text = JSON.stringify(value, (_key, part: unknown) => plainJson(part), 2);
  process.stdout.write(`${text}\n`);
}

/** Progress, on standard error. */
export function tell(tone: Line["tone"], text: string): void {
  process.stderr.write(`${painted(tone, clean(text), process.stderr)}\n`);
}

function painted(tone: Line["tone"], text: string, stream: NodeJS.WriteStream): string {
  const styles = STYLES[tone];
  return styles.length === 0 ? text : styleText([...styles], text, { stream });
}

/** What an agent wrote may hold what commands a terminal or reorders text: it never gets there (I11). */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replaceAll(COMMANDING, "");
}

/** Control characters but for tab and new line, and those that change the direction of text. */
const COMMANDING = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** Runs a verb; what the director can mend is told in one line and the command that mends it. */
export async function verb(work: () => Promise<number | void>): Promise<void> {
  process.stdout.on("error", leaveQuietly);
  try {
    process.exitCode = (await work()) ?? EXIT.ok;
  } catch (error) {
    if (error instanceof BadInput) {
      tell("bad", `${error.where}: ${error.message}`);
      tell("plain", `  mend it: ${error.mend}`);
    } else if (error instanceof Refusal || error instanceof Unavailable) {
      tell("bad", error.message);
    } else throw error;
    process.exitCode = EXIT.failed;
  }
}

/** Whoever reads along may stop reading, as `head` does; that is no failure of ours. */
function leaveQuietly(error: Error): void {
  if ("code" in error && error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
}

function plainJson(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value;
}
