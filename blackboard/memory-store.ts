import type { Pending, Recorded } from "@nightshift/protocol/envelope";
import { Conflict, Unavailable } from "@nightshift/protocol/errors";
import { admit } from "./admission.ts";
import type { EventStore } from "./store.ts";

/** The reference store: what the contract means, without a disk. */
export function memoryStore(): EventStore {
  return new MemoryStore();
}

class MemoryStore implements EventStore {
  readonly #log: Recorded[] = [];
  readonly #streams = new Map<string, Recorded[]>();
  readonly #byId = new Map<string, Recorded>();
  readonly #closing = new AbortController();
  #arrival = Promise.withResolvers<void>();

  async append(
    stream: string,
    events: readonly Pending[],
    options: { revision: number; timeoutMs: number },
  ): Promise<bigint> {
    this.#mustBeOpen();
    const admitted = admit(stream, events);
    const known = admitted.flatMap(({ id }) => this.#byId.get(id) ?? []);
    const repeated = known.at(-1);
    if (repeated && known.length === admitted.length && known.every((old) => old.stream === stream))
      return repeated.position;
    const past = this.#streams.get(stream) ?? [];
    if (past.length !== options.revision) {
      throw new Conflict(stream, options.revision, past.length);
    }
    if (repeated) throw new Error(`event ${repeated.id} is there already, others with it are not`);
    this.#streams.set(stream, past);
    for (const { body, ...pending } of admitted) {
      const position = BigInt(this.#log.length + 1);
      // Parsed from its JSON, so that no caller holds a hand on what was written.
      const recorded = {
        ...pending,
        event: JSON.parse(body),
        stream,
        revision: past.length,
        position,
      };
      past.push(recorded);
      this.#log.push(recorded);
      this.#byId.set(recorded.id, recorded);
    }
    this.#wake();
    return BigInt(this.#log.length);
  }

  async *read(stream: string, options: { from?: number } = {}): AsyncIterable<Recorded> {
    this.#mustBeOpen();
    yield* (this.#streams.get(stream) ?? []).slice(options.from ?? 0);
  }

  async *readAll(
    options: { after?: bigint; upTo?: bigint; types?: readonly string[] } = {},
  ): AsyncIterable<Recorded> {
    this.#mustBeOpen();
    const head = this.#log.length;
    const end = options.upTo === undefined ? head : Math.min(Number(options.upTo), head);
    const types = options.types && new Set(options.types);
    for (const recorded of this.#log.slice(Number(options.after ?? 0n), end)) {
      if (!types || types.has(recorded.event.type)) yield recorded;
    }
  }

  async *follow(options: {
    after: bigint;
    types?: readonly string[];
    signal: AbortSignal;
  }): AsyncIterable<Recorded> {
    this.#mustBeOpen();
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    signal.addEventListener("abort", () => this.#wake(), { once: true });
    const types = options.types && new Set(options.types);
    let next = Number(options.after);
    while (!signal.aborted) {
      const recorded = this.#log[next];
      if (!recorded) {
        await this.#arrival.promise;
        continue;
      }
      next += 1;
      if (!types || types.has(recorded.event.type)) yield recorded;
    }
  }

  async head(): Promise<bigint> {
    this.#mustBeOpen();
    return BigInt(this.#log.length);
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  #wake(): void {
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
  }

  #mustBeOpen(): void {
    if (this.#closing.signal.aborted) throw new Unavailable("the log is closed");
  }
}
