import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestRun } from "@nightshift/agents/ports";
import type { BaselineCache } from "@nightshift/agents/verifier/baseline";
import { z } from "zod";
import { replaceFile } from "../../replace-file.ts";
import { json } from "../json.ts";

const Run: z.ZodType<TestRun> = z.strictObject({
  exitCode: z.int().nullable(),
  timedOut: z.boolean(),
  passed: z.int().nullable(),
  failed: z.int().nullable(),
  failures: z.array(z.string()),
  successes: z.array(z.string()),
  tail: z.string(),
  durationMs: z.number(),
});

/** Test runs of commits, as files: what was shown once at a commit holds in the next night too. */
export function baselineFiles(folder: string): BaselineCache {
  const pathOf = (key: string) =>
    join(folder, `${createHash("sha256").update(key).digest("hex")}.json`);
  return {
    async get(key) {
      const text = await readFile(pathOf(key), "utf8").catch(() => null);
      if (text === null) return null;
      // A file that was cut off in a crash is no run: the tests run again.
      const read = Run.safeParse(json(text));
      return read.success ? read.data : null;
    },
    async set(key, run) {
      await replaceFile(pathOf(key), JSON.stringify(run));
    },
  };
}
