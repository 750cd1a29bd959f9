import { WINDOW_HOURS_MAX, type KnownWindow } from "@nightshift/protocol/account";
import { HOUR_MS } from "@nightshift/protocol/clock";
import { z } from "zod";

const Time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "give a time of day, as 08:00");
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const KEEP_PERCENT = 25;
const percent = z.number().min(0).max(95);

/** A window of an account, as its provider's pages or your contract have it. Leave out what is unknown. */
const Window = z.strictObject({
  /** As the provider names it where it tells of it: `five_hour`, `seven_day`, `primary`, … */
  window: z.string().min(1).max(40),
  hours: z.number().positive().max(WINDOW_HOURS_MAX),
  /** What it grants; leave it out where only the provider can tell how much is used. */
  tokens: z.int().positive().optional(),
  requests: z.int().positive().optional(),
  /** Percent that stay free for your day. */
  keep: percent.default(0),
  /** When it begins anew; left out: with the first use after it ended. */
  resets: z
    .strictObject({ weekday: z.enum(WEEKDAYS).optional(), time: Time, timeZone: z.string() })
    .optional(),
});

/** What is known of a subscription or key. */
export const AccountSettings = z.strictObject({
  /** As workers name it under `account`. */
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  /** Percent of every other window that stay free for your day. */
  keep: percent.default(KEEP_PERCENT),
  windows: z.array(Window).max(7).default([]),
});
type AccountSettings = z.infer<typeof AccountSettings>;

/** The hours that the director wants to work in; null: nothing has to be kept for a day. */
export const Day = z
  .strictObject({ from: Time, to: Time })
  .refine(({ from, to }) => from < to, "the day must begin before it ends")
  .nullable()
  .default({ from: "08:00", to: "22:00" });

/** Until when a night may go on by itself after a limit has reset; null: it may not (G1). */
export const ResumeUntil = Time.nullable().default(null);

/** What is known of an account's windows: of a subscription that nothing is said of, a part is kept. */
export function knownWindows(
  settings: AccountSettings | undefined,
  kind: "subscription" | "api" | "local",
): KnownWindow[] {
  const named = (settings?.windows ?? []).map((told): KnownWindow => {
    const { window, hours, tokens = null, requests = null, keep, resets } = told;
    const weekday = resets?.weekday === undefined ? null : WEEKDAYS.indexOf(resets.weekday) + 1;
    return {
      window,
      lengthMs: Math.round(hours * HOUR_MS),
      tokensMax: tokens,
      requestsMax: requests,
      keepShare: keep / 100,
      resets: resets ? { weekday, time: resets.time, timeZone: resets.timeZone } : null,
    };
  });
  if (settings === undefined && kind !== "subscription") return named;
  const keepShare = (settings?.keep ?? KEEP_PERCENT) / 100;
  const every = { window: "*", lengthMs: null, tokensMax: null, requestsMax: null, resets: null };
  return [...named, { ...every, keepShare }];
}
