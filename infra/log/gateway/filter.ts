import { setFlagsFromString } from "node:v8";
import { z } from "zod";
import { Fault } from "./fault.ts";
import { PATTERN_CHARS_MAX, PREFIXES_MAX } from "./limits.ts";
import type { Matches } from "./served-log.ts";

const Expression = z.object({
  regex: z.string().max(PATTERN_CHARS_MAX).default(""),
  prefix: z.array(z.string().max(PATTERN_CHARS_MAX)).max(PREFIXES_MAX).default([]),
});

/** A filter as it comes over the wire. */
export const FilterOptions = z.object({
  filter: z.enum(["streamIdentifier", "eventType"]),
  streamIdentifier: Expression.optional(),
  eventType: Expression.optional(),
  max: z.int().positive().optional(),
  checkpointIntervalMultiplier: z.int().min(0).default(1),
});
export type FilterOptions = z.infer<typeof FilterOptions>;

/** Events between two checkpoints where a filter names no window of its own. */
const WINDOW_DEFAULT = 32;

/**
 * What a filter lets through.
 * @throws Fault `bad-request` for a pattern that cannot be tried in linear time: one from outside
 *   must never hold the gateway up.
 */
export function matchesOf(options: FilterOptions | undefined): Matches {
  if (!options) return () => true;
  const { regex, prefix } = options[options.filter] ?? Expression.parse({});
  const fits = regex === "" ? startsWithOne(prefix) : linear(regex);
  return options.filter === "eventType" ? (_stream, type) => fits(type) : (stream) => fits(stream);
}

/** What passes two filters. */
export function both(one: Matches, other: Matches): Matches {
  return (stream, type) => one(stream, type) && other(stream, type);
}

/** After how many events a filtered subscription is told where it stands. */
export function checkpointEvery(options: FilterOptions): number {
  return (options.max ?? WINDOW_DEFAULT) * Math.max(options.checkpointIntervalMultiplier, 1);
}

function startsWithOne(prefixes: readonly string[]): (text: string) => boolean {
  return (text) => prefixes.some((prefix) => text.startsWith(prefix));
}

/** The flag of V8's second engine: no backtracking, so no input takes more than linear time. */
const LINEAR = "l";

function linear(pattern: string): (text: string) => boolean {
  setFlagsFromString("--enable-experimental-regexp-engine");
  try {
    const compiled = new RegExp(pattern, LINEAR);
    return (text) => compiled.test(text);
  } catch (cause) {
    const why =
      "the filter's pattern cannot be used: no look-around, no back reference, few counts";
    throw new Fault("bad-request", why, { cause });
  }
}
