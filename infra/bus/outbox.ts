import { Unavailable } from "@nightshift/protocol/errors";

/** Bytes on their way above which whoever produces frames is held back. */
const PAUSE_ABOVE_BYTES = 1024 * 1024;
/** Bytes on their way above which nothing more is taken: the other side does not read. */
const CLOSE_ABOVE_BYTES = 8 * 1024 * 1024;
/** Milliseconds that the other side may leave more than a pause's worth unread. */
const STALL_MS = 10_000;

/** What is needed of a WebSocket to send frames. */
export type FrameSocket = {
  readonly readyState: number;
  readonly OPEN: number;
  /** @param done Called once the system has taken the frame. */
  send(frame: Buffer, options: { binary: boolean }, done: () => void): void;
  once(event: "close", listener: () => void): unknown;
};

/**
 * Sends frames in order, and never piles them up without end: a producer waits for `send` before it
 * makes the next one, and a reader that does not read is given up (`onStuck`, once).
 */
export class Outbox {
  readonly #socket: FrameSocket;
  readonly #onStuck: () => void;
  readonly #stallMs: number;
  #bytes = 0;
  #stall: NodeJS.Timeout | undefined;
  #drained = Promise.withResolvers<void>();

  constructor(socket: FrameSocket, onStuck: () => void, stallMs = STALL_MS) {
    this.#stallMs = stallMs;
    this.#socket = socket;
    this.#onStuck = onStuck;
    socket.once("close", () => this.#drain());
  }

  /** Resolves when the next frame may be made. @throws Unavailable when the socket is not open. */
  async send(text: string): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN)
      throw new Unavailable("the socket is closed");
    if (this.#bytes > CLOSE_ABOVE_BYTES) {
      this.#onStuck();
      throw new Unavailable("the other side does not read");
    }
    const frame = Buffer.from(text);
    this.#bytes += frame.length;
    this.#socket.send(frame, { binary: false }, () => {
      this.#bytes -= frame.length;
      if (this.#bytes <= PAUSE_ABOVE_BYTES) this.#drain();
    });
    if (this.#bytes <= PAUSE_ABOVE_BYTES) return;
    this.#stall ??= setTimeout(this.#onStuck, this.#stallMs);
    await this.#drained.promise;
  }

  #drain(): void {
    clearTimeout(this.#stall);
    this.#stall = undefined;
    this.#drained.resolve();
    this.#drained = Promise.withResolvers();
  }
}
