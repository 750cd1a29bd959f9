import { z } from "zod";
import type { WindowSeen } from "@nightshift/protocol/account";
import type { Usage } from "@nightshift/protocol/attempt";
import { CodexUsage, toUsage } from "./codex-stream.ts";
import { lastSession } from "./session-file.ts";
import { json } from "../json.ts";

/** What Codex wrote down of its run in structured fields. */
export type Rollout = {
  /** Name of what ended the turn, e.g. `usage_limit_exceeded`; null when nothing did. */
  failure: string | null;
  /** Status of the HTTP answer behind it, where there was one. */
  status: number | null;
  /** When the last window that is used up is full again, ms since 1970; null when none is. */
  resetsAtMs: number | null;
  usage: Usage | null;
  /** What was told last of the windows of a subscription. */
  windows: WindowSeen[];
};

/** Reads the newest rollout below a Codex home; an empty one where there is none. */
export async function readRollout(codexHome: string): Promise<Rollout> {
  const rollout: Rollout = {
    failure: null,
    status: null,
    resetsAtMs: null,
    usage: null,
    windows: [],
  };
  for (const line of await lastSession(codexHome, "sessions")) take(rollout, line);
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
    if (payload.rate_limits) rollout.windows = windowsOf(payload.rate_limits);
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
  .looseObject({
    used_percent: z.number().nonnegative(),
    resets_at: z.number().nullish(),
    window_minutes: z.number().positive().nullish().catch(null),
  })
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

/** By the names that Codex gives them. */
function windowsOf(told: { primary?: z.infer<typeof Window>; secondary?: z.infer<typeof Window> }) {
  const named = Object.entries({ primary: told.primary, secondary: told.secondary });
  return named.flatMap(([window, seen]): WindowSeen[] => {
    if (!seen) return [];
    const { used_percent: usedPercent, resets_at: resetsAt, window_minutes: minutes } = seen;
    const resetsAtMs = resetsAt ? Math.round(resetsAt * 1_000) : null;
    return [{ window, usedPercent, resetsAtMs, ...(minutes && { lengthMs: minutes * 60_000 }) }];
  });
}
