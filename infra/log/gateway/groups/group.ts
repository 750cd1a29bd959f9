import type { ServedEvent } from "../served-log.ts";
import { GROUP_BYTES_MAX, GROUP_EVENTS_MAX, SUBSCRIBER_SENDS_MAX } from "../limits.ts";
import type { Memory } from "./memory.ts";
import type { GroupSettings } from "./settings.ts";
import { offers, pinned, pinOf } from "./strategy.ts";

/** An event on its way: `parked` is its number in the line of those that were set aside before. */
export type Message = {
  readonly event: ServedEvent;
  readonly place: number;
  retries: number;
  readonly parked: number | null;
  readonly pin: string | null;
};
export type Nack = "Unknown" | "Park" | "Retry" | "Skip" | "Stop";
/** What becomes of an event that nobody shall be handed now. */
export type Fate = {
  park(message: Message, reason: string): boolean;
  done(message: Message): void;
};

/** One subscriber: what it was handed and has not answered, by the event's id. */
export type Subscriber = {
  readonly id: string;
  readonly size: number;
  readonly inFlight: Map<string, { message: Message; handedMs: number; dueMs: number }>;
  /** Messages that were sent to it and that its connection has not taken yet. */
  sending: number;
  handed: number;
  deliver(message: Message): void;
};

/**
 * Hands events to subscribers, and keeps count of those that nobody answered for. It knows no clock
 * and no log: events are put in, time is told.
 */
export class Group {
  readonly #settings: GroupSettings;
  readonly #fate: Fate;
  readonly #subscribers: Subscriber[] = [];
  readonly #fresh: Message[] = [];
  readonly #again: Message[] = [];
  readonly #memory: Memory;
  /** Every event that was put in and is not done. */
  readonly #held = new Set<Message>();
  /** Those of them that were read for the first time: places that grow, so the first is what is owed. */
  readonly #owed = new Set<Message>();
  /** Who has which pin while nobody comes or leaves. */
  readonly #pins = new Map<string, Subscriber | undefined>();
  #bytes = 0;
  #turn = 0;
  #answered = 0;

  constructor(settings: GroupSettings, fate: Fate, memory: Memory) {
    this.#settings = settings;
    this.#fate = fate;
    this.#memory = memory;
  }

  /** Whether there is room for more events; for some there always is, whatever others hold. */
  get hasRoom(): boolean {
    const { size } = this.#held;
    if (size >= this.#settings.historyBufferSize || this.#bytes >= GROUP_BYTES_MAX) return false;
    return size === 0 || this.#memory.hasRoom;
  }

  get subscribers(): readonly Subscriber[] {
    return this.#subscribers;
  }

  /** Events in line for the first time, to be handed out again, with subscribers; all answered. */
  get counts() {
    const inFlight = this.#subscribers.reduce((sum, { inFlight: { size } }) => sum + size, 0);
    const waiting = { fresh: this.#fresh.length, again: this.#again.length };
    return { ...waiting, inFlight, held: this.#held.size, answered: this.#answered };
  }

  put(event: ServedEvent, place: number, parked: number | null = null): void {
    const pin = pinOf(this.#settings.strategy, event);
    const message = { event, place, retries: 0, parked, pin };
    this.#held.add(message);
    if (parked === null) this.#owed.add(message);
    this.#weigh(sizeOf(message));
    // What was set aside has waited long enough.
    (parked === null ? this.#fresh : this.#again).push(message);
  }

  /** The last place before which nothing is owed, where all up to `looked` was put in. */
  reached(looked: number): number {
    for (const { place } of this.#owed) return Math.min(looked, place - 1);
    return looked;
  }

  join(subscriber: Subscriber): void {
    this.#subscribers.push(subscriber);
    this.#pins.clear();
  }

  /** Forgets all that it holds. */
  empty(): void {
    this.#weigh(-this.#bytes);
    this.#held.clear();
    this.#owed.clear();
    this.#fresh.length = 0;
    this.#again.length = 0;
    for (const { inFlight } of this.#subscribers.splice(0)) inFlight.clear();
  }

  /** What a subscriber that is gone left unanswered comes again, to others. */
  leave(subscriber: Subscriber): void {
    const at = this.#subscribers.indexOf(subscriber);
    if (at < 0) return;
    this.#subscribers.splice(at, 1);
    this.#pins.clear();
    const left = [...subscriber.inFlight.values()];
    subscriber.inFlight.clear();
    for (const { message } of left) this.#retry(message, "its subscriber left");
  }

  /** Hands out what there is, as far as subscribers have room. */
  handOut(nowMs: number): void {
    for (const line of [this.#again, this.#fresh]) {
      for (let index = 0; index < line.length;) {
        const message = line[index];
        if (message && this.#handed(message, nowMs)) line.splice(index, 1);
        // One that is bound to a full subscriber holds up nobody else.
        else if (message?.pin === null || this.#isFull()) return;
        else index += 1;
      }
    }
  }

  ack(subscriber: Subscriber, ids: readonly string[]): void {
    for (const id of ids) {
      const message = taken(subscriber, id);
      if (message) this.#finish(message);
    }
  }

  nack(subscriber: Subscriber, ids: readonly string[], action: Nack, reason: string): void {
    for (const id of ids) {
      const message = taken(subscriber, id);
      if (!message) continue;
      if (action === "Skip") this.#finish(message);
      else if (action === "Park") this.#park(message, reason);
      // Whoever wants no more says nothing of the event.
      else if (action === "Stop") this.#again.unshift(message);
      else this.#retry(message, reason);
    }
  }

  /** What was left unanswered too long comes again. */
  expire(nowMs: number): void {
    for (const subscriber of this.#subscribers) {
      for (const [id, { message, dueMs }] of subscriber.inFlight) {
        if (dueMs > nowMs) continue;
        subscriber.inFlight.delete(id);
        this.#retry(message, "nobody answered for it in time");
      }
    }
  }

  #handed(message: Message, nowMs: number): boolean {
    const { messageTimeoutMs } = this.#settings;
    const { id } = message.event;
    for (const subscriber of this.#offers(message)) {
      if (!hasRoomFor(subscriber, id)) continue;
      const dueMs = messageTimeoutMs === 0 ? Number.POSITIVE_INFINITY : nowMs + messageTimeoutMs;
      subscriber.inFlight.set(id, { message, handedMs: nowMs, dueMs });
      subscriber.handed += 1;
      this.#turn = this.#subscribers.indexOf(subscriber) + 1;
      subscriber.deliver(message);
      return true;
    }
    return false;
  }

  #offers({ pin }: Message): readonly Subscriber[] {
    const { strategy } = this.#settings;
    if (pin === null) {
      const plain = strategy === "RoundRobin" ? strategy : "DispatchToSingle";
      return offers(plain, this.#subscribers, this.#turn);
    }
    if (!this.#pins.has(pin)) {
      if (this.#pins.size >= GROUP_EVENTS_MAX) this.#pins.clear();
      this.#pins.set(pin, pinned(this.#subscribers, pin));
    }
    const bound = this.#pins.get(pin);
    return bound ? [bound] : [];
  }

  #isFull(): boolean {
    return !this.#subscribers.some(hasRoom);
  }

  #retry(message: Message, reason: string): void {
    if (message.retries >= this.#settings.maxRetryCount) return this.#park(message, reason);
    message.retries += 1;
    this.#again.push(message);
  }

  /** Where no more can be set aside, it goes round until there is room: nothing is dropped. */
  #park(message: Message, reason: string): void {
    if (this.#fate.park(message, reason)) this.#drop(message);
    else this.#again.push(message);
  }

  #finish(message: Message): void {
    this.#drop(message);
    this.#fate.done(message);
  }

  #drop(message: Message): void {
    this.#held.delete(message);
    this.#owed.delete(message);
    this.#weigh(-sizeOf(message));
    this.#answered += 1;
  }

  #weigh(bytes: number): void {
    this.#bytes += bytes;
    this.#memory.take(bytes);
  }
}

function hasRoomFor(subscriber: Subscriber, id: string): boolean {
  // Two events of one id are told apart by nothing that a subscriber answers.
  return hasRoom(subscriber) && !subscriber.inFlight.has(id);
}

function hasRoom({ inFlight, size, sending }: Subscriber): boolean {
  return inFlight.size < size && sending < SUBSCRIBER_SENDS_MAX;
}

function taken({ inFlight }: Subscriber, id: string): Message | undefined {
  const found = inFlight.get(id);
  inFlight.delete(id);
  return found?.message;
}

function sizeOf({ event }: Message): number {
  return event.data.length + event.metadata.length;
}
