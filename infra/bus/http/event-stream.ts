import type { ServerResponse } from "node:http";
import { Unavailable } from "@nightshift/protocol/errors";

/** Milliseconds that a reader may leave unread what was written to it; then it is given up. */
const STALL_MS = 10_000;

/** What goes out with the head of a stream, besides its type. */
const HEAD = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  // For proxies that would keep events back until there are many.
  "x-accel-buffering": "no",
};

/**
 * An answer of Server-Sent Events. Nothing is written before the first event, so that what fails
 * before it can still be answered with a status. Whoever makes events waits while the reader is slow;
 * a reader that does not read is cut off.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #heart: NodeJS.Timeout;
  readonly #stallMs: number;

  /** @param heartbeatMs Milliseconds between comments that keep the connection open. */
  constructor(
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
    heartbeatMs: number,
    stallMs = STALL_MS,
  ) {
    this.#stallMs = stallMs;
    this.#response = response;
    this.#headers = headers;
    this.#heart = setInterval(() => this.#beat(), heartbeatMs).unref();
    response.once("close", () => clearInterval(this.#heart));
  }

  get begun(): boolean {
    return this.#response.headersSent;
  }

  /** Resolves when the next event may be made. @throws Unavailable when nobody reads any more. */
  async send(data: unknown, { id, event }: { id?: number; event?: string } = {}): Promise<void> {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) throw new Unavailable("nobody reads");
    if (!this.begun) response.writeHead(200, { ...HEAD, ...this.#headers });
    const lines = [
      ...(event === undefined ? [] : [`event: ${event}`]),
      ...(id === undefined ? [] : [`id: ${id}`]),
      // JSON has no line break in it: an event is one line of data.
      `data: ${JSON.stringify(data)}`,
    ];
    if (response.write(`${lines.join("\n")}\n\n`)) return;
    await this.#drained();
  }

  /** Ends the stream; the head is sent even where no event was. */
  end(): void {
    clearInterval(this.#heart);
    if (this.#response.destroyed) return;
    if (!this.begun) this.#response.writeHead(200, { ...HEAD, ...this.#headers });
    this.#response.end();
  }

  async #drained(): Promise<void> {
    const response = this.#response;
    const late = setTimeout(() => response.destroy(), this.#stallMs);
    try {
      await new Promise<void>((resolve) => {
        response.once("drain", resolve);
        response.once("close", resolve);
      });
    } finally {
      clearTimeout(late);
    }
    if (response.destroyed) throw new Unavailable("the reader does not read");
  }

  #beat(): void {
    if (this.begun && !this.#response.writableNeedDrain) this.#response.write(":\n\n");
  }
}
