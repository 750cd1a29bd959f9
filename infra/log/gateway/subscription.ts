import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { checkpointAnswer, confirmationAnswer, eventAnswer, turnAnswer } from "./answers.ts";
import { checkpointEvery, matchesOf } from "./filter.ts";
import type { GatewayContext } from "./gateway.ts";
import { isFull, type RawEvent } from "./raw-shelf.ts";
import type { Reader, Wanted } from "./read.ts";
import type { Sender } from "./send.ts";

/**
 * Sends what is there, then what comes, until the caller hangs up. It reads the log a page at a time
 * and the next one only when the caller has taken the last: whoever is slow costs no memory.
 */
export async function subscribe(
  { call, caller, sender }: Reader,
  wanted: Wanted,
  context: GatewayContext,
): Promise<void> {
  const subscription = new Subscription(sender, wanted, context);
  await sender.send(confirmationAnswer(randomUUID()));
  const { bell } = context;
  const wake = () => bell.ring();
  call.once("cancelled", wake);
  bell.join();
  try {
    while (!call.cancelled) {
      // Taken before the log is looked at, so that no arrival falls in between.
      const arrival = bell.next();
      caller.mustRead(wanted.stream);
      if (await subscription.advance()) await nextTurn();
      else await arrival;
    }
  } finally {
    call.off("cancelled", wake);
    bell.leave();
  }
}

/** Where one subscription stands. */
class Subscription {
  readonly #sender: Sender;
  readonly #context: GatewayContext;
  readonly #wanted: Wanted;
  readonly #look: (next: number) => { events: RawEvent[]; next: number | null };
  readonly #checkpointEvery: number | null;
  /** The first position or revision that was not looked at. */
  #next: number;
  #checkpoint: number;
  #live: boolean | null = null;

  constructor(sender: Sender, wanted: Wanted, context: GatewayContext) {
    const { stream, from, filter } = wanted;
    const { log } = context;
    this.#sender = sender;
    this.#wanted = wanted;
    this.#context = context;
    const matches = matchesOf(filter);
    this.#checkpointEvery = filter && stream === null ? checkpointEvery(filter) : null;
    const first = stream === null ? 1 : 0;
    const end = stream === null ? log.head() + 1 : log.count(stream);
    if (from === "start") this.#next = first;
    // A position or revision that is named was seen already.
    else this.#next = from === "end" ? end : Math.max(from + 1, first);
    this.#checkpoint = this.#next;
    this.#look =
      stream === null
        ? (next) => log.all(next, false, Number.MAX_SAFE_INTEGER, matches)
        : (next) => streamPage(log.stream(stream, next, false, Number.MAX_SAFE_INTEGER));
  }

  /** Sends one page. @returns whether there may be more already. */
  async advance(): Promise<boolean> {
    const head = this.#head();
    const { events, next } = this.#look(this.#next);
    if (next !== null) await this.#turn(false);
    for (const event of events) await this.#sendEvent(event);
    const reached = next ?? Math.max(head + 1, this.#next, this.#after(events.at(-1)));
    this.#next = reached;
    await this.#tellCheckpoint(next === null);
    if (next === null) await this.#turn(true);
    return next !== null;
  }

  async #sendEvent(event: RawEvent): Promise<void> {
    await this.#sender.send(eventAnswer(event, this.#wanted.structured), event.body.length);
    this.#next = this.#after(event);
    await this.#tellCheckpoint(false);
  }

  #after(event: RawEvent | undefined): number {
    if (!event) return 0;
    return (this.#wanted.stream === null ? event.position : event.revision) + 1;
  }

  /** The last position or revision there is. */
  #head(): number {
    const { stream } = this.#wanted;
    const { log } = this.#context;
    return stream === null ? log.head() : log.count(stream) - 1;
  }

  async #tellCheckpoint(resting: boolean): Promise<void> {
    if (this.#checkpointEvery === null) return;
    const looked = this.#next - this.#checkpoint;
    if (looked < (resting ? 1 : this.#checkpointEvery)) return;
    this.#checkpoint = this.#next;
    await this.#sender.send(checkpointAnswer(this.#next - 1, this.#context.now()));
  }

  /** Says when the subscription begins to wait, and when more came than one look could take. */
  async #turn(live: boolean): Promise<void> {
    const before = this.#live;
    this.#live = live;
    if (before === live || (before === null && !live)) return;
    const last = this.#next - 1;
    const standing = this.#wanted.stream === null ? { position: last } : { revision: last };
    const turn = live ? "caughtUp" : "fellBehind";
    await this.#sender.send(turnAnswer(turn, standing, this.#context.now()));
  }
}

function streamPage(events: RawEvent[]): { events: RawEvent[]; next: number | null } {
  const last = isFull(events, Number.MAX_SAFE_INTEGER) ? events.at(-1) : undefined;
  return { events, next: last ? last.revision + 1 : null };
}
