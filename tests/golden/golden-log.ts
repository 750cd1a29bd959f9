import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Recorded } from "@nightshift/protocol/envelope";
import { readEvent } from "@nightshift/protocol/events";
import { z } from "zod";

/** An event as a log stored it: its body is text, in the schema version it was written in. */
const Stored = z.strictObject({
  position: z.string().transform(BigInt),
  stream: z.string(),
  revision: z.int(),
  id: z.string(),
  atMs: z.int(),
  actor: z.string(),
  causation: z.string().nullable(),
  correlation: z.string().nullable(),
  version: z.int().positive(),
  body: z.string(),
});

/** The schema versions of which a log is kept. */
export function goldenVersions(): number[] {
  const folders = readdirSync(import.meta.dirname).filter((name) => /^v\d+$/.test(name));
  return folders.map((name) => Number(name.slice(1))).toSorted((a, b) => a - b);
}

/** A log as a night of that version left it, read as today reads it. */
export function goldenLog(version: number): Recorded[] {
  const text = readFileSync(join(import.meta.dirname, `v${version}`, "log.ndjson"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { version, body, ...envelope } = Stored.parse(JSON.parse(line));
      return { ...envelope, event: readEvent(envelope.stream, version, body) };
    });
}
