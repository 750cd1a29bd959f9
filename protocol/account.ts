import { z } from "zod";

/** No window that anybody sells is longer than a month; use is remembered for as long (G3). */
export const WINDOW_HOURS_MAX = 24 * 31;

/**
 * What is known of a window beforehand: from the director's settings or the provider's own pages,
 * never from a guess. What the provider tells while one works is `account.window-observed`.
 */
export const KnownWindow = z.strictObject({
  /** As the provider names it where it tells of it, e.g. `five_hour`; `*` is every other one. */
  window: z.string().min(1).max(40),
  /** Null where only the provider can tell. */
  lengthMs: z.int().positive().nullable(),
  /** What it grants, counted by us; null where only the provider can tell how much is used. */
  tokensMax: z.int().positive().nullable(),
  requestsMax: z.int().positive().nullable(),
  /** Part of it that stays free for the director's day, 0 to 1. */
  keepShare: z.number().min(0).max(0.95),
  /** When it begins anew, in a time zone of its own; null: with the first use after it ended. */
  resets: z
    .strictObject({
      /** 1 is Monday; null every day. */
      weekday: z.int().min(1).max(7).nullable(),
      time: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/),
      timeZone: z.string(),
    })
    .nullable(),
});
export type KnownWindow = z.infer<typeof KnownWindow>;

/** What a provider told of a window, from a structured field. */
export type WindowSeen = {
  window: string;
  /** 100 is all of it. */
  usedPercent: number;
  /** Milliseconds since 1970; null where it was not told. */
  resetsAtMs: number | null;
  /** Absent where it was not told. */
  lengthMs?: number | undefined;
};

/** A subscription or an API key, with the windows its provider grants. */
export const AccountEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("account.registered"),
    name: z.string().min(1),
    provider: z.string(),
    kind: z.enum(["subscription", "api", "local"]),
  }),
  z.strictObject({
    type: z.literal("account.window-observed"),
    window: z.string(),
    usedPercent: z.number().min(0),
    resetsAtMs: z.int().nullable(),
    lengthMs: z.int().positive().optional(),
  }),
  z.strictObject({
    type: z.literal("account.limits-known"),
    /** All of them; what was known before is replaced. */
    windows: z.array(KnownWindow).max(8),
  }),
  z.strictObject({
    type: z.literal("account.limit-hit"),
    attempt: z.string(),
    /** As the provider's structured field told it; null where it told none. */
    resetsAtMs: z.int().nullable(),
  }),
  z.strictObject({
    type: z.literal("account.held"),
    untilMs: z.int(),
    reason: z.enum(["limit", "sign-in", "director", "network"]),
    epoch: z.int().positive(),
  }),
  z.strictObject({
    type: z.literal("account.reopened"),
    /** The leader who did it, so that an older one does nothing to the account after it. */
    epoch: z.int().positive().optional(),
  }),
]);
export type AccountEvent = z.infer<typeof AccountEvent>;

export type AccountCommand =
  | {
      type: "account.register";
      name: string;
      provider: string;
      kind: "subscription" | "api" | "local";
    }
  | ({ type: "account.observe-window" } & WindowSeen)
  | { type: "account.know-limits"; windows: KnownWindow[] }
  | {
      type: "account.hit-limit";
      attempt: string;
      resetsAtMs: number | null;
      epoch: number;
      nowMs: number;
      /** Waited after the reset, because clocks differ. */
      marginMs: number;
      /** Held this long where the provider told no reset. */
      unknownResetMs: number;
      /** No hold is longer, whatever a provider says. */
      holdMaxMs: number;
    }
  | {
      type: "account.hold";
      untilMs: number;
      reason: "sign-in" | "director" | "network";
      epoch: number;
    }
  | {
      type: "account.reopen";
      nowMs: number;
      epoch: number;
      /** The director may open it before its time. */
      by?: "director";
    };
