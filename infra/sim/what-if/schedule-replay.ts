import { nextCycleMs, type Schedule } from "@nightshift/agents/dispatcher/schedule";
import { dayOf, weekOf } from "@nightshift/protocol/clock";
import type { RecordedAttempt, RecordedNight } from "./recorded-nights.ts";

/** Another schedule and other ceilings; null leaves a ceiling out. */
export type Terms = {
  schedule: Schedule;
  dayMicroUsd: number | null;
  weekTokens: number | null;
};

/** What recorded attempts come to under some terms. */
export type Replayed = {
  attempts: number;
  cycles: number;
  costMicroUsd: number;
  tokens: number;
  /** Attempts that no cycle began before the night was over, and that a ceiling kept out. */
  late: number;
  kept: number;
  /** How long attempts waited after their night began, on average, milliseconds. */
  waitMs: number;
};

const CYCLES_MAX = 100_000;

/**
 * The recorded attempts under another schedule and other ceilings: each takes as long and costs as
 * much as it did, in the order in which it was begun, with as many beside one another as there were.
 * A night ends when it ended, or when its attempts are done.
 */
export function replaySchedule(nights: readonly RecordedNight[], terms: Terms): Replayed {
  const total = { attempts: 0, cycles: 0, costMicroUsd: 0, tokens: 0, late: 0, kept: 0, waitMs: 0 };
  const days = new Map<string, number>();
  const weeks = new Map<string, number>();
  for (const night of nights) {
    const waiting = [...night.attempts];
    const busyUntil = Array.from({ length: Math.max(1, night.beside) }, () => night.startedMs);
    let lastMs: number | null = null;
    let nowMs = night.startedMs;
    for (let cycle = 0; cycle < CYCLES_MAX && waiting.length > 0; cycle++) {
      const dueMs = nextCycleMs(terms.schedule, lastMs, nowMs, night.timeZone);
      nowMs = Math.max(dueMs, Math.min(...busyUntil));
      if (nowMs > night.endedMs) break;
      lastMs = nowMs;
      total.cycles += 1;
      for (const one of waiting.splice(0, terms.schedule.batch)) {
        const slot = busyUntil.indexOf(Math.min(...busyUntil));
        const beginMs = Math.max(nowMs, busyUntil[slot] ?? nowMs);
        if (beginMs > night.endedMs) {
          total.late += 1;
          continue;
        }
        const [day, week] = [dayOf(beginMs, night.timeZone), weekOf(beginMs, night.timeZone)];
        if (isOver(one, days.get(day) ?? 0, weeks.get(week) ?? 0, terms)) {
          total.kept += 1;
          continue;
        }
        busyUntil[slot] = beginMs + (one.endedMs - one.beganMs);
        days.set(day, (days.get(day) ?? 0) + one.costMicroUsd);
        weeks.set(week, (weeks.get(week) ?? 0) + one.tokens);
        total.attempts += 1;
        total.costMicroUsd += one.costMicroUsd;
        total.tokens += one.tokens;
        total.waitMs += beginMs - night.startedMs;
      }
    }
    total.late += waiting.length;
  }
  return { ...total, waitMs: total.attempts === 0 ? 0 : total.waitMs / total.attempts };
}

function isOver(
  { costMicroUsd, tokens }: RecordedAttempt,
  dayMicroUsd: number,
  weekTokens: number,
  terms: Terms,
): boolean {
  const overDay = terms.dayMicroUsd !== null && dayMicroUsd + costMicroUsd > terms.dayMicroUsd;
  const overWeek = terms.weekTokens !== null && weekTokens + tokens > terms.weekTokens;
  return overDay || overWeek;
}
