import { Unavailable } from "@nightshift/protocol/errors";
import type { Cluster, ClusterFilter, Resolved } from "./cluster.ts";
import { ourRecord, type OurRecord } from "./record.ts";

/** What a subscription brings: an event of ours, or that all up to a position was looked at. */
export type Heard =
  | { kind: "event"; record: OurRecord }
  | { kind: "reached"; position: bigint }
  | { kind: "live" };

/**
 * One subscription from its beginning to the moment it breaks, in the order of the log. It takes an
 * event only when it is asked for the next: what is slow here slows the server down, not memory.
 * @throws what the client throws, and Unavailable when the server ends it or is silent too long.
 */
export async function* listen(
  cluster: Cluster,
  options: { after: bigint; filter: ClusterFilter; silenceMs: number | null; signal: AbortSignal },
): AsyncGenerator<Heard> {
  const { after, filter, silenceMs, signal } = options;
  let reached: bigint | null = null;
  let live = false;
  const onCheckpoint = (position: bigint) => (reached = position);
  const { source, view, cancel } = cluster.subscribe({ after, filter, onCheckpoint });
  const ear = new Ear(source, signal);
  source.on("caughtUp", () => {
    live = true;
    ear.wake();
  });
  try {
    while (!signal.aborted) {
      const resolved: Resolved | null = source.read();
      if (resolved !== null) {
        const record = ourRecord((view ? view(resolved) : resolved).event);
        if (record) yield { kind: "event", record };
        continue;
      }
      // Nothing is left of what arrived, so what was told with it holds for what was read.
      if (reached !== null) {
        const position: bigint = reached;
        reached = null;
        yield { kind: "reached", position };
      }
      if (live) {
        live = false;
        yield { kind: "live" };
      }
      if (source.readableLength === 0 && !live && reached === null) await ear.next(silenceMs);
    }
  } finally {
    ear.close();
    source.on("error", () => {});
    await cancel().catch(() => {});
    source.destroy();
  }
}

/** Waits until a stream has something to read, or ends. */
class Ear {
  readonly #source: NodeJS.ReadableStream;
  readonly #signal: AbortSignal;
  #word = Promise.withResolvers<void>();
  #heard = false;
  #failure: unknown;
  readonly wake = (): void => {
    this.#heard = true;
    this.#word.resolve();
  };
  readonly #fail = (error: unknown): void => {
    this.#failure ??= error;
    this.wake();
  };
  readonly #end = (): void => this.#fail(new Unavailable("the server ended the subscription"));

  constructor(source: NodeJS.ReadableStream, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
    source.on("readable", this.wake).on("error", this.#fail).on("end", this.#end);
    signal.addEventListener("abort", this.wake, { once: true });
  }

  /** @param silenceMs How long nothing may come; null: any time. */
  async next(silenceMs: number | null): Promise<void> {
    const late = () => this.#fail(new Unavailable(`the server was silent for ${silenceMs} ms`));
    const timer = silenceMs === null || this.#heard ? undefined : setTimeout(late, silenceMs);
    await this.#word.promise;
    clearTimeout(timer);
    this.#word = Promise.withResolvers();
    this.#heard = false;
    if (this.#failure !== undefined) throw this.#failure;
  }

  close(): void {
    this.#source.off("readable", this.wake).off("error", this.#fail).off("end", this.#end);
    this.#signal.removeEventListener("abort", this.wake);
  }
}
