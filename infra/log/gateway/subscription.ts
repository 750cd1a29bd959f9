import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { checkpointAnswer, confirmationAnswer, eventAnswer, turnAnswer } from "./answers.ts";
import { both, checkpointEvery, matchesOf } from "./filter.ts";
import type { GatewayContext } from "./gateway.ts";
import { isFull } from "./raw-shelf.ts";
import type { Reader, Wanted } from "./read.ts";
import type { Sender } from "./send.ts";
import type { Page, ServedEvent } from "./served-log.ts";
import type { Source } from "./source.ts";

/**
 * Sends what is there, then what comes, until the caller hangs up. It reads the log a page at a time
 * and the next one only when the caller has taken the last: whoever is slow costs no memory.
 */
export async function subscribe(
  { call, source, sender }: Reader,
  wanted: Wanted,
  context: GatewayContext,
): Promise<void> {
  const subscription = new Subscription(sender, wanted, source, context.now);
  await sender.send(confirmationAnswer(randomUUID()));
  const { bell } = source;
  const wake = () => bell.ring();
  call.once("cancelled", wake);
  bell.join();
  try {
    while (!call.cancelled) {
      // Taken before the log is looked at, so that no arrival falls in between.
      const arrival = bell.next();
      source.mustRead();
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
  readonly #source: Source;
  readonly #now: () => number;
  readonly #wanted: Wanted;
  readonly #look: (next: number) => Page;
  readonly #checkpointEvery: number | null;
  /** The first position or revision that was not looked at. */
  #next: number;
  #checkpoint: number;
  #live: boolean | null = null;

  constructor(sender: Sender, wanted: Wanted, source: Source, now: () => number) {
    const { stream, from, filter } = wanted;
    const { log } = source;
    this.#sender = sender;
    this.#wanted = wanted;
    this.#source = source;
    this.#now = now;
    const matches = both(matchesOf(filter), source.shown);
    this.#checkpointEvery = filter && stream === null ? checkpointEvery(filter) : null;
    const first = stream === null ? 1 : 0;
    const end = stream === null ? log.head() + 1 : log.extent(stream).next;
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
    // Once when it has caught up; from then on every so many events, as what comes one by one would
    // else be told twice.
    await this.#tellCheckpoint(next === null && this.#live !== true);
    if (next === null) await this.#turn(true);
    return next !== null;
  }

  async #sendEvent(event: ServedEvent): Promise<void> {
    await this.#sender.send(eventAnswer(event, this.#wanted.structured), event.data.length);
    this.#next = this.#after(event);
    await this.#tellCheckpoint(false);
  }

  #after(event: ServedEvent | undefined): number {
    if (!event) return 0;
    return (this.#wanted.stream === null ? event.position : event.revision) + 1;
  }

  /** The last position or revision there is. */
  #head(): number {
    const { stream } = this.#wanted;
    const { log } = this.#source;
    return stream === null ? log.head() : log.extent(stream).next - 1;
  }

  async #tellCheckpoint(resting: boolean): Promise<void> {
    if (this.#checkpointEvery === null) return;
    const looked = this.#next - this.#checkpoint;
    if (looked < (resting ? 1 : this.#checkpointEvery)) return;
    this.#checkpoint = this.#next;
    await this.#sender.send(checkpointAnswer(this.#next - 1, this.#now()));
  }

  /** Says when the subscription begins to wait, and when more came than one look could take. */
  async #turn(live: boolean): Promise<void> {
    const before = this.#live;
    this.#live = live;
    if (before === live || (before === null && !live)) return;
    const last = this.#next - 1;
    const standing = this.#wanted.stream === null ? { position: last } : { revision: last };
    const turn = live ? "caughtUp" : "fellBehind";
    await this.#sender.send(turnAnswer(turn, standing, this.#now()));
  }
}

function streamPage(events: ServedEvent[]): Page {
  const last = isFull(events, Number.MAX_SAFE_INTEGER) ? events.at(-1) : undefined;
  return { events, next: last ? last.revision + 1 : null };
}
