import type { Standing } from "@nightshift/protocol/agent";
import type { SkillName } from "@nightshift/protocol/skills";
import type { Caller } from "../caller.ts";
import { createRateLimit } from "../rate-limit.ts";
import type { Roster } from "./roster.ts";

export type CallerLimits = { inFlightMax: number; framesPerSecondMax: number };

const LIMITS: Record<Standing, CallerLimits> = {
  house: { inFlightMax: 256, framesPerSecondMax: 2_000 },
  guest: { inFlightMax: 16, framesPerSecondMax: 200 },
};
/** Callers that rates are kept for, and processes of callers that are waited for. */
const CALLERS_MAX = 1_024;

/** Those who call agents of this process, as the broker's permissions name them. */
export interface Callers {
  /** @param session The process it calls from; when that is lost nobody waits for its answers. */
  of(name: string, session: string | undefined): Caller;
  /** Whether one more frame of this caller is within its rate. */
  allows(name: string): boolean;
  close(): void;
}

export function createCallers(
  roster: Roster,
  options: {
    standingOf: (name: string) => Standing;
    guestSkills: readonly SkillName[];
    limits?: Partial<Record<Standing, CallerLimits>> | undefined;
  },
): Callers {
  const { standingOf, guestSkills } = options;
  const limits = { ...LIMITS, ...options.limits };
  const rates = new Map<string, () => boolean>();
  const processes = new Map<string, AbortController>();
  const closing = new AbortController();

  const stopListening = roster.onPart((name, session) => {
    const id = idOf(name, session);
    processes.get(id)?.abort();
    processes.delete(id);
  });

  function goneOf(name: string, session: string | undefined): AbortSignal {
    // One that was never heard is not missed either: its call has its own end.
    if (session === undefined || !roster.isHere(name, session)) return closing.signal;
    const known = processes.get(idOf(name, session));
    if (known) return known.signal;
    const fresh = new AbortController();
    keep(processes, idOf(name, session), fresh);
    return fresh.signal;
  }

  return {
    of(name, session) {
      const standing = standingOf(name);
      return {
        name,
        standing,
        allowed: standing === "house" ? "all" : guestSkills,
        inFlightMax: limits[standing].inFlightMax,
        gone: goneOf(name, session),
      };
    },
    allows(name) {
      const known = rates.get(name);
      if (known) return known();
      const rate = createRateLimit(limits[standingOf(name)].framesPerSecondMax);
      keep(rates, name, rate);
      return rate();
    },
    close() {
      stopListening();
      closing.abort();
      for (const one of processes.values()) one.abort();
      processes.clear();
    },
  };
}

function idOf(name: string, session: string): string {
  return `${name} ${session}`;
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  const [oldest] = map.keys();
  if (map.size >= CALLERS_MAX && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
}
