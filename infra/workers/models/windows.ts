import type { WindowSeen } from "@nightshift/protocol/account";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";
import { resetAfter } from "./reset.ts";

/** Windows that are over sooner are for the SDK to sit out, and nothing to plan a night by. */
const WINDOW_MIN_MS = 10 * MINUTE_MS;

/** Anthropic's names for the windows of a subscription, and ours, as its CLI tells them. */
const SUBSCRIPTION = [
  { header: "5h", window: "five_hour", lengthMs: 5 * HOUR_MS },
  { header: "7d", window: "seven_day", lengthMs: 7 * DAY_MS },
] as const;

/** What an answer's headers tell of the windows it was counted on; numbers in named fields alone. */
export function windowsOf(headers: Headers, nowMs: number): WindowSeen[] {
  return [...subscription(headers, nowMs), ...counted(headers, nowMs)];
}

function subscription(headers: Headers, nowMs: number): WindowSeen[] {
  return SUBSCRIPTION.flatMap(({ header, window, lengthMs }) => {
    const used = numberIn(headers, `anthropic-ratelimit-unified-${header}-utilization`);
    const resetSeconds = numberIn(headers, `anthropic-ratelimit-unified-${header}-reset`);
    if (used === null || used < 0 || used > 10) return [];
    const resetsAtMs = resetSeconds === null ? null : Math.round(resetSeconds * 1_000);
    const isPast = resetsAtMs !== null && resetsAtMs <= nowMs;
    return isPast ? [] : [{ window, usedPercent: used * 100, resetsAtMs, lengthMs }];
  });
}

/** `x-ratelimit-limit-requests`, `-remaining-requests` and `-reset-requests`, and those of tokens. */
function counted(headers: Headers, nowMs: number): WindowSeen[] {
  return ["requests", "tokens"].flatMap((unit) => {
    const limit = numberIn(headers, `x-ratelimit-limit-${unit}`);
    const left = numberIn(headers, `x-ratelimit-remaining-${unit}`);
    const resetsAtMs = resetAfter(headers.get(`x-ratelimit-reset-${unit}`) ?? "", nowMs);
    if (limit === null || left === null || limit <= 0 || left < 0 || left > limit) return [];
    if (resetsAtMs === null || resetsAtMs - nowMs < WINDOW_MIN_MS) return [];
    return [{ window: unit, usedPercent: (100 * (limit - left)) / limit, resetsAtMs }];
  });
}

function numberIn(headers: Headers, name: string): number | null {
  const value = headers.get(name);
  return value !== null && /^\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}
