import { EVENT_BYTES_MAX } from "@nightshift/blackboard/admission";
import type { EventStore } from "@nightshift/blackboard/store";
import { Conflict, Unavailable } from "@nightshift/protocol/errors";
import type { Caller } from "./access.ts";
import { Fault, WrongRevision, type Expectation } from "./fault.ts";
import {
  ANY_REVISION_TRIES_MAX,
  APPEND_BYTES_MAX,
  APPENDS_MAX,
  ARRIVING_EVENTS_MAX,
  PENDING_BYTES_MAX,
} from "./limits.ts";
import { isForeign, isMetastream } from "./foreign/names.ts";
import type { ForeignWriter } from "./foreign/writer.ts";
import { bytesOf, foreignEventOf, pendingOf, type ProposedMessage } from "./proposal.ts";
import type { RawLog } from "./raw-log.ts";

/** One append while it arrives: bounded from its first event on. */
export type Arriving = {
  /** @throws Fault when it becomes too large, or too much arrives at once from all callers. */
  add(message: ProposedMessage): void;
  /** @throws Fault, WrongRevision where nothing was written. */
  write(order: Order): Promise<Written>;
  /** Gives back what it holds; after `write`, or instead of it. */
  leave(): void;
};
export type Order = {
  caller: Caller;
  stream: string;
  expectation: Expectation;
  timeoutMs: number;
};
export type Written = { position: bigint; revision: number };

/** Takes appends of all callers to the log, and bounds what they hold in memory together. */
export class Writer {
  readonly #store: EventStore;
  readonly #log: RawLog;
  readonly #foreign: ForeignWriter;
  #arriving = 0;
  #bytes = 0;

  constructor(store: EventStore, log: RawLog, foreign: ForeignWriter) {
    this.#store = store;
    this.#log = log;
    this.#foreign = foreign;
  }

  /** @throws Fault `too-much-at-once` where too many appends wait already. */
  begin(): Arriving {
    if (this.#arriving >= APPENDS_MAX) {
      throw new Fault("too-much-at-once", `${APPENDS_MAX} appends wait already`);
    }
    this.#arriving += 1;
    const messages: ProposedMessage[] = [];
    let bytes = 0;
    let here = true;
    return {
      add: (message) => {
        const size = bytesOf(message);
        bytes += size;
        this.#bytes += size;
        const length = message.data?.length ?? 0;
        if (length > EVENT_BYTES_MAX) {
          const what = `an event of ${length} bytes; ${EVENT_BYTES_MAX} are the most`;
          throw new Fault("maximum-append-size-exceeded", what, { most: EVENT_BYTES_MAX });
        }
        if (bytes > APPEND_BYTES_MAX) {
          const what = `${bytes} bytes in one append; ${APPEND_BYTES_MAX} are the most`;
          throw new Fault("maximum-append-size-exceeded", what);
        }
        if (this.#bytes > PENDING_BYTES_MAX) {
          throw new Fault(
            "too-much-at-once",
            `${PENDING_BYTES_MAX} bytes wait to be written already`,
          );
        }
        if (messages.length >= ARRIVING_EVENTS_MAX) {
          throw new Fault("bad-request", `more than ${messages.length} events in one append`);
        }
        messages.push(message);
      },
      write: (order) => this.#write(order, messages),
      leave: () => {
        if (!here) return;
        here = false;
        this.#arriving -= 1;
        this.#bytes -= bytes;
      },
    };
  }

  async #write(order: Order, messages: readonly ProposedMessage[]): Promise<Written> {
    const { caller, stream, expectation, timeoutMs } = order;
    caller.mustAppend();
    // What the house appends to no stream of its own is refused by its own admission.
    if (caller.isLodger() || (isMetastream(stream) && isForeign(stream))) {
      caller.mustKeep(stream);
      const actor = caller.actor();
      const foreign = messages.map((message) => foreignEventOf(stream, message));
      return this.#foreign.append({ actor, stream, expectation, events: foreign });
    }
    const events = messages.map((message) => pendingOf(stream, message));
    const deadlineMs = performance.now() + timeoutMs;
    for (let tries = 1; ; tries += 1) {
      const revision = this.#countWanted(stream, expectation);
      try {
        const position = await this.#store.append(stream, events, { revision, timeoutMs });
        const last =
          expectation.kind === "count"
            ? revision + events.length - 1
            : this.#log.revisionAt(position);
        return { position, revision: last };
      } catch (error) {
        if (error instanceof Unavailable && performance.now() >= deadlineMs) {
          throw new Fault("deadline-exceeded", error.message, { cause: error });
        }
        if (!(error instanceof Conflict)) throw error;
        const anyWill = expectation.kind !== "count" && tries < ANY_REVISION_TRIES_MAX;
        if (!anyWill) throw new WrongRevision(error.actual);
      }
    }
  }

  #countWanted(stream: string, { kind, count }: Expectation): number {
    if (kind === "count") return count;
    const actual = this.#log.count(stream);
    if (kind === "exists" && actual === 0) throw new WrongRevision(0);
    return actual;
  }
}
