import { CONTINUOUS, nextAt, presets, type Schedule } from "@nightshift/agents/dispatcher/schedule";
import { HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";
import { BadInput } from "@nightshift/protocol/errors";

export type HourOptions = {
  until?: string;
  resumeUntil?: string;
  every?: string;
  batch?: number;
  schedule?: string;
};

const EVERY_MIN_MS = 1_000;
const EVERY_MAX_MS = 24 * HOUR_MS;

/**
 * When a night may begin new work, as the director's options say it.
 * @throws BadInput naming the option that cannot be read.
 */
export function scheduleOf({ every, batch, schedule }: HourOptions): Schedule {
  if (every !== undefined && schedule !== undefined) {
    throw new BadInput("--every and --schedule at once", "run", "give one of the two");
  }
  const preset = presetOf(schedule);
  const trigger =
    every === undefined
      ? preset.trigger
      : { kind: "interval" as const, everyMs: durationOf(every) };
  return { trigger, batch: batch ?? preset.batch };
}

/** The next moment when a clock of the director's time zone shows it; null without a time. */
export function untilOf(
  until: string | undefined,
  nowMs: number,
  timeZone: string,
  option: "--until" | "--resume-until" = "--until",
): number | null {
  if (until === undefined) return null;
  if (!/^(?:[01]?\d|2[0-3]):[0-5]\d$/.test(until)) {
    throw new BadInput(`${until} is no time of day`, option, `nightshift run ${option} 06:00`);
  }
  return nextAt(until, nowMs, timeZone);
}

function presetOf(name: string | undefined): Schedule {
  if (name === undefined) return CONTINUOUS;
  const preset = presets[name];
  if (preset) return preset;
  const known = Object.keys(presets).join(", ");
  throw new BadInput(
    `no schedule is called ${name} (known: ${known})`,
    "--schedule",
    "nightshift run --help",
  );
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE_MS, h: HOUR_MS };

/** `1h`, `30m`, `90s`, `1h30m` in milliseconds. */
function durationOf(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smh])/g)];
  const whole = parts.map(([part]) => part).join("") === text;
  const ms = parts.reduce((sum, [, n, unit]) => sum + Number(n) * (UNIT_MS[unit ?? ""] ?? 0), 0);
  if (text !== "" && whole && ms >= EVERY_MIN_MS && ms <= EVERY_MAX_MS) return ms;
  throw new BadInput(
    `${text} is no duration from 1s to 24h`,
    "--every",
    "nightshift run --every 1h30m",
  );
}
