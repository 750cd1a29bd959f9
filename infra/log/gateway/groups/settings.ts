import { z } from "zod";
import { Fault } from "../fault.ts";
import { FilterOptions, matchesOf } from "../filter.ts";
import { GROUP_EVENTS_MAX, SUBSCRIBERS_MAX } from "../limits.ts";

/** Longest time that an event may stay unanswered, and a checkpoint be put off: one day. */
const SPAN_MS_MAX = 86_400_000;
const COUNT_MAX = 1_000_000;
const TICKS_PER_MS = 10_000;

export const Strategy = z.enum(["DispatchToSingle", "RoundRobin", "Pinned", "PinnedByCorrelation"]);
export type Strategy = z.infer<typeof Strategy>;

const Count = z.int().min(0).max(COUNT_MAX);
const Span = z.int().min(0).max(SPAN_MS_MAX);

/** How a group hands out its events; kept in the file, and told by `getInfo`. */
export const GroupSettings = z.object({
  resolveLinks: z.boolean(),
  extraStatistics: z.boolean(),
  /** Milliseconds an event may stay unanswered before it comes again; 0: for ever. */
  messageTimeoutMs: Span,
  checkpointAfterMs: Span,
  /** How often an event comes again before it is set aside. */
  maxRetryCount: Count,
  minCheckpointCount: Count,
  maxCheckpointCount: Count.min(1),
  /** 0: as many as the gateway allows. */
  maxSubscriberCount: z.int().min(0).max(SUBSCRIBERS_MAX),
  liveBufferSize: Count,
  readBatchSize: Count.min(1),
  historyBufferSize: z.int().min(1).max(GROUP_EVENTS_MAX),
  strategy: Strategy,
  /** Where it was told to begin, as `getInfo` tells it again. */
  startFrom: z.string(),
  filter: FilterOptions.nullable(),
});
export type GroupSettings = z.infer<typeof GroupSettings>;

/** Settings as they come over the wire; what is 0 or false is left out there. */
export const WireSettings = z.object({
  resolveLinks: z.boolean().default(false),
  extraStatistics: z.boolean().default(false),
  maxRetryCount: z.int().default(0),
  minCheckpointCount: z.int().default(0),
  maxCheckpointCount: z.int().default(0),
  maxSubscriberCount: z.int().default(0),
  liveBufferSize: z.int().default(0),
  readBatchSize: z.int().default(0),
  historyBufferSize: z.int().default(0),
  namedConsumerStrategy: Strategy.default("DispatchToSingle"),
  messageTimeoutTicks: z.coerce.number().optional(),
  messageTimeoutMs: z.int().optional(),
  checkpointAfterTicks: z.coerce.number().optional(),
  checkpointAfterMs: z.int().optional(),
  consumerStrategy: z.string().default(""),
});

/**
 * @throws Fault `persistent-subscription-failed` for settings that no group can have, and
 *   `bad-request` for a pattern that cannot be used.
 */
export function settingsOf(
  wire: z.infer<typeof WireSettings>,
  more: { startFrom: string; filter: FilterOptions | null },
): GroupSettings {
  const { namedConsumerStrategy, consumerStrategy, ...rest } = wire;
  const parsed = GroupSettings.safeParse({
    ...rest,
    ...more,
    strategy: consumerStrategy === "" ? namedConsumerStrategy : consumerStrategy,
    messageTimeoutMs: spanMs(wire.messageTimeoutMs, wire.messageTimeoutTicks),
    checkpointAfterMs: spanMs(wire.checkpointAfterMs, wire.checkpointAfterTicks),
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw failed(`${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { readBatchSize, historyBufferSize } = parsed.data;
  if (readBatchSize >= historyBufferSize) {
    throw failed("the history buffer has to be larger than what is read at once");
  }
  if (more.filter) matchesOf(more.filter);
  return parsed.data;
}

function spanMs(ms: number | undefined, ticks: number | undefined): number {
  return ms ?? Math.floor((ticks ?? 0) / TICKS_PER_MS);
}

function failed(reason: string): Fault {
  return new Fault("persistent-subscription-failed", reason, { facts: { reason } });
}
