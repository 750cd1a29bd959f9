import { createHash } from "node:crypto";
import { z } from "zod";
import type { ServedEvent } from "../served-log.ts";
import type { Strategy } from "./settings.ts";

/** Whoever events can be handed to. */
export type Hand = { readonly id: string };

/**
 * In which order subscribers are offered an event. RoundRobin: each in its turn. DispatchToSingle:
 * who came first, and the next one only while that one is full.
 */
export function offers<H extends Hand>(
  strategy: "DispatchToSingle" | "RoundRobin",
  hands: readonly H[],
  turn: number,
): readonly H[] {
  if (strategy === "DispatchToSingle" || hands.length === 0) return hands;
  const from = turn % hands.length;
  return [...hands.slice(from), ...hands.slice(0, from)];
}

/**
 * Who alone is offered what has this pin, while it is there; who else comes or leaves moves as few
 * pins as can be: rendezvous hashing, the highest score has it.
 */
export function pinned<H extends Hand>(hands: readonly H[], pin: string): H | undefined {
  const [best] = hands
    .map((hand) => ({ hand, score: scoreOf(pin, hand.id) }))
    .sort((a, b) => (a.score < b.score ? 1 : -1));
  return best?.hand;
}

const Correlated = z.object({
  $correlationId: z.string().optional(),
  correlation: z.string().optional(),
});

/** What binds an event to one subscriber: its stream or correlation; null: nothing does. */
export function pinOf(strategy: Strategy, event: ServedEvent): string | null {
  if (strategy === "Pinned") return event.stream;
  if (strategy !== "PinnedByCorrelation") return null;
  const { $correlationId, correlation } = correlatedIn(event);
  return $correlationId ?? correlation ?? event.stream;
}

function correlatedIn({ metadata }: ServedEvent): z.infer<typeof Correlated> {
  try {
    const text = typeof metadata === "string" ? metadata : Buffer.from(metadata).toString();
    return Correlated.catch({}).parse(JSON.parse(text));
  } catch {
    // Metadata of others need not be JSON: such an event goes with its stream.
    return {};
  }
}

function scoreOf(pin: string, id: string): string {
  return createHash("sha256").update(`${id}\n${pin}`).digest("hex");
}
