import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Usage } from "@nightshift/protocol/attempt";
import { CodexUsage, toUsage } from "./codex-stream.ts";

/** Of the end of a rollout; what matters of a failed turn is in its last lines. */
const ROLLOUT_BYTES_MAX = 4 * 1024 * 1024;
/** `sessions/2026/11/21/rollout-….jsonl`. */
const DEPTH_MAX = 4;
const ENTRIES_MAX = 100;

/** What Codex wrote down of its run in structured fields. */
export type Rollout = {
  /** Name of what ended the turn, e.g. `usage_limit_exceeded`; null when nothing did. */
  failure: string | null;
  /** Status of the HTTP answer behind it, where there was one. */
  status: number | null;
  /** When the last window that is used up is full again, ms since 1970; null when none is. */
  resetsAtMs: number | null;
  usage: Usage | null;
};

/** Reads the newest rollout below a Codex home; an empty one where there is none. */
export async function readRollout(codexHome: string): Promise<Rollout> {
  const rollout: Rollout = { failure: null, status: null, resetsAtMs: null, usage: null };
  const newest = (await rolloutsBelow(codexHome)).sort().at(-1);
  if (newest === undefined) return rollout;
  for (const line of (await endOf(newest)).split("\n")) take(rollout, line);
  return rollout;
}

function take(rollout: Rollout, line: string): void {
  if (!line.includes('"event_msg"')) return;
  const { payload } = Line.safeParse(json(line)).data ?? {};
  if (payload?.type === "token_count") {
    const windows = [payload.rate_limits?.primary, payload.rate_limits?.secondary];
    const resets = windows
      .filter((window) => window && window.used_percent >= 100)
      .map((window) => (window?.resets_at ?? 0) * 1_000)
      .filter((atMs) => atMs > 0);
    rollout.resetsAtMs = resets.length > 0 ? Math.max(...resets) : null;
    const total = payload.info?.total_token_usage;
    if (total) rollout.usage = toUsage(total);
  }
  const told = payload?.error?.codex_error_info;
  if (told === undefined || told === null) return;
  const [name, detail] = typeof told === "string" ? [told] : (Object.entries(told)[0] ?? []);
  rollout.failure = name ?? null;
  rollout.status = detail?.http_status_code ?? null;
}

const Window = z
  .looseObject({ used_percent: z.number(), resets_at: z.number().nullish() })
  .nullish()
  .catch(null);
const Failure = z.union([
  z.string(),
  z.record(z.string(), z.looseObject({ http_status_code: z.number().nullish() })),
]);
const Line = z.looseObject({
  type: z.literal("event_msg"),
  payload: z.looseObject({
    type: z.string(),
    info: z
      .looseObject({ total_token_usage: CodexUsage.nullish().catch(null) })
      .nullish()
      .catch(null),
    rate_limits: z.looseObject({ primary: Window, secondary: Window }).nullish().catch(null),
    error: z
      .looseObject({ codex_error_info: Failure.nullish().catch(null) })
      .nullish()
      .catch(null),
  }),
});

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The worker could write there: only plain folders and files are followed, and only a few. */
async function rolloutsBelow(codexHome: string): Promise<string[]> {
  let folders = [codexHome];
  const files: string[] = [];
  for (let depth = 0; depth <= DEPTH_MAX; depth += 1) {
    const below: string[] = [];
    for (const folder of folders.slice(0, ENTRIES_MAX)) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const entry of entries.slice(0, ENTRIES_MAX)) {
        const path = join(folder, entry.name);
        if (depth === 0 && entry.name !== "sessions") continue;
        if (entry.isDirectory()) below.push(path);
        if (entry.isFile() && entry.name.endsWith(".jsonl")) files.push(path);
      }
    }
    folders = below;
  }
  return files;
}

async function endOf(path: string): Promise<string> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, ROLLOUT_BYTES_MAX);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(length),
      position: size - length,
    });
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await file.close();
  }
}
