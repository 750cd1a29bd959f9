import { faultOf, type Fault } from "../fault.ts";
import { matchesOf, both } from "../filter.ts";
import { GROUP_TICK_MS } from "../limits.ts";
import type { ServedEvent } from "../served-log.ts";
import type { Source } from "../source.ts";
import type { GroupFile, GroupRecord } from "./group-file.ts";
import { Group, type Fate, type Nack, type Subscriber } from "./group.ts";
import type { Memory } from "./memory.ts";
import type { Timing } from "./timing.ts";

/** A subscriber, and how it is told that it is one no more. */
export type Joined = Subscriber & { peer: Peer; timing: Timing; drop(fault: Fault): void };
/** What a group works with. */
type Tools = { source: Source; file: GroupFile; memory: Memory; now: () => number };
type Peer = { name: string; from: string; connection: string; sinceMs: number };

/** Windows of a log without any event for the group that are looked at in one go. */
const LOOKS_MAX = 4;

/** A group that subscribers are at: reads its log, hands out, and writes down how far it is. */
export class RunningGroup {
  readonly record: GroupRecord;
  readonly #source: Source;
  readonly #file: GroupFile;
  readonly #now: () => number;
  readonly #group: Group;
  readonly #matches: (stream: string, type: string) => boolean;
  readonly #joined = new Set<Joined>();
  readonly #replaying = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  /** The last place that was looked at. */
  #looked: number;
  #reached: number;
  #reachedAtMs: number;
  /** Of what was set aside: after which it is taken again, up to which, and how many more. */
  #replay = { after: 0, upTo: 0, left: 0 };
  #scheduled = false;
  #closed = false;

  constructor(record: GroupRecord, { source, file, memory, now }: Tools) {
    this.record = record;
    this.#source = source;
    this.#file = file;
    this.#now = now;
    this.#looked = record.reached;
    this.#reached = record.reached;
    this.#reachedAtMs = now();
    const { filter } = record.settings;
    this.#matches = both(matchesOf(filter ?? undefined), source.shown);
    const fate: Fate = {
      park: (message, reason) => {
        if (message.parked !== null) this.#replaying.delete(message.parked);
        else return file.park(record.key, message.place, reason, now());
        return true;
      },
      done: ({ parked }) => {
        if (parked === null) return;
        this.#replaying.delete(parked);
        file.unpark(parked);
      },
    };
    this.#group = new Group(record.settings, fate, memory);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get subscribers(): ReadonlySet<Joined> {
    return this.#joined;
  }

  /** What is told of the group; `lastKnown` is where its stream or log ends. */
  get standing() {
    const { log } = this.#source;
    const { stream } = this.record.key;
    const lastKnown = stream === null ? log.head() : log.count(stream) - 1;
    const parked = this.#file.parkedCount(this.record.key) - this.#replaying.size;
    return { ...this.#group.counts, reached: this.#reached, lastKnown, parked };
  }

  join(subscriber: Joined): void {
    this.#joined.add(subscriber);
    this.#group.join(subscriber);
    if (this.#joined.size === 1) this.#start();
    this.wake();
  }

  leave(subscriber: Joined): void {
    if (!this.#joined.delete(subscriber)) return;
    this.#group.leave(subscriber);
    if (this.#joined.size === 0) this.#stop();
    this.wake();
  }

  ack(subscriber: Joined, ids: readonly string[]): void {
    // An answer that comes after the end would count for whoever follows it under this name.
    if (this.#closed) return;
    if (this.record.settings.extraStatistics) this.#time(subscriber, ids);
    this.#group.ack(subscriber, ids);
    this.#checkpoint(false);
    this.wake();
  }

  nack(subscriber: Joined, ids: readonly string[], action: Nack, reason: string): void {
    if (this.#closed) return;
    this.#group.nack(subscriber, ids, action, reason);
    this.#checkpoint(false);
    this.wake();
  }

  /** Hands out once more what was set aside until now, oldest first; so many of them at most. */
  replay(most: number): void {
    this.#replay = { after: 0, upTo: this.#file.lastParked(this.record.key), left: most };
    this.wake();
  }

  /** Ends it: writes down how far it is, and tells its subscribers why. */
  close(fault: Fault, keep: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    if (keep) this.#tried(() => this.#checkpoint(true));
    for (const subscriber of this.#joined) subscriber.drop(fault);
    this.#joined.clear();
    this.#group.empty();
    this.#stop();
  }

  /** Looks, soon and once, whether there is anything to hand out. */
  wake(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#closed || this.#joined.size === 0) return;
      try {
        this.#advance();
      } catch (error) {
        this.#sendAway(faultOf(error));
      }
    });
  }

  /** They come again, and so does what went wrong, if it does. */
  #sendAway(fault: Fault): void {
    for (const subscriber of this.#joined) {
      this.leave(subscriber);
      subscriber.drop(fault);
    }
  }

  #time({ inFlight, timing }: Joined, ids: readonly string[]): void {
    const nowMs = this.#now();
    for (const id of ids) {
      const handed = inFlight.get(id);
      if (handed) timing.add(nowMs - handed.handedMs);
    }
  }

  #start(): void {
    this.#timer = setInterval(() => this.#tick(), GROUP_TICK_MS);
    this.#source.bell.join();
    void this.#listen(this.#timer);
  }

  #stop(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#source.bell.leave();
    this.#source.bell.ring();
  }

  async #listen(timer: NodeJS.Timeout): Promise<void> {
    while (this.#timer === timer) {
      try {
        await this.#source.bell.next();
      } catch (error) {
        this.#sendAway(faultOf(error));
        return;
      }
      this.wake();
    }
  }

  #tick(): void {
    this.#tried(() => {
      this.#group.expire(this.#now());
      this.#checkpoint(false);
    });
    this.wake();
  }

  /** What cannot be written down comes again: its subscribers are told, and nothing is lost. */
  #tried(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#sendAway(faultOf(error));
    }
  }

  #advance(): void {
    this.#source.mustRead();
    this.#takeParked();
    for (let looks = 0; looks < LOOKS_MAX && this.#group.hasRoom; looks += 1) {
      const more = this.#look();
      this.#group.handOut(this.#now());
      if (!more) return;
    }
    this.#group.handOut(this.#now());
    if (this.#group.hasRoom) this.wake();
  }

  /** Puts in what follows. @returns whether there may be more already. */
  #look(): boolean {
    const { log } = this.#source;
    const { key, settings } = this.record;
    if (key.stream === null) {
      // Asked before the look, so that what arrives during it is looked at again.
      const head = log.head();
      const from = this.#looked + 1;
      const { events, next } = log.all(from, false, settings.readBatchSize, this.#matches);
      for (const event of events) this.#group.put(event, event.position);
      const last = events.at(-1)?.position ?? 0;
      this.#looked = Math.max(this.#looked, next === null ? Math.max(head, last) : next - 1);
      return next !== null;
    }
    const events = log.stream(key.stream, this.#looked + 1, false, settings.readBatchSize);
    for (const event of events) this.#group.put(event, event.revision);
    this.#looked = events.at(-1)?.revision ?? this.#looked;
    return events.length > 0;
  }

  #takeParked(): void {
    while (this.#replay.left > 0 && this.#group.hasRoom) {
      const { after, upTo, left } = this.#replay;
      const [parked] = this.#file.parkedAfter(this.record.key, after, 1);
      if (!parked || parked.seq > upTo) {
        this.#replay.left = 0;
        break;
      }
      this.#replay = { after: parked.seq, upTo, left: left - 1 };
      if (this.#replaying.has(parked.seq)) continue;
      const event = this.#eventAt(parked.place);
      // Its stream has forgotten it: nobody can be handed it any more.
      if (!event) this.#file.unpark(parked.seq);
      else {
        this.#replaying.add(parked.seq);
        this.#group.put(event, parked.place, parked.seq);
      }
    }
  }

  #eventAt(place: number): ServedEvent | undefined {
    const { log } = this.#source;
    const { stream } = this.record.key;
    if (stream !== null) {
      return log.stream(stream, place, false, 1).find(({ revision }) => revision === place);
    }
    const { events } = log.all(place, false, 1, this.#matches);
    return events.find(({ position }) => position === place);
  }

  /** Writes down how far the group is, where enough was answered or enough time went by. */
  #checkpoint(isEnd: boolean): void {
    const reached = this.#group.reached(this.#looked);
    const done = reached - this.#reached;
    if (done <= 0) return;
    const { minCheckpointCount, maxCheckpointCount, checkpointAfterMs } = this.record.settings;
    const isLate = this.#now() - this.#reachedAtMs >= checkpointAfterMs;
    const isIdle = this.#group.counts.held === 0;
    const isDue = isLate && (done >= minCheckpointCount || isIdle);
    if (!isEnd && !isDue && done < maxCheckpointCount) return;
    this.#file.reach(this.record.key, reached);
    this.#reached = reached;
    this.#reachedAtMs = this.#now();
  }
}
