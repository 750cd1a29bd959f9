import type { DirectorsDay } from "@nightshift/agents/dispatcher/accounts/directors-day";

/** What all of the simulated weeks have in common. */
export const TIME_ZONE = "Europe/Berlin";
/** The hours that the director wants to work in. */
export const DAY: DirectorsDay = { from: "08:00", to: "22:00" };
/** Summer time begins in the fifth week. */
export const START_MS = Date.parse("2026-02-23T00:00:00+01:00");
/** Percent of a week, and of a five-hour window, that stay free for the director's day. */
export const KEPT_OF_WEEK = 25;
export const KEPT_OF_SHORT = 30;
