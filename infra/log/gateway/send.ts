import type { EventEmitter } from "node:events";
import { Fault } from "./fault.ts";
import { LYING_BYTES_MAX } from "./limits.ts";

/** What a message costs besides its content. */
const MESSAGE_BYTES = 500;

/** The writing half of a call, as gRPC gives it. */
export interface Outgoing extends EventEmitter {
  write(message: object, taken: () => void): boolean;
  readonly cancelled: boolean;
}

/** The caller has hung up: nobody is left to tell anything. */
export class HungUp extends Error {}

/** Sends to one caller, and waits while that one has not taken what it was sent before. */
export class Sender {
  readonly #call: Outgoing;
  readonly #slowMs: number;
  #lyingBytes = 0;
  /** Until the caller has taken enough; one wait for all who have something to send. */
  #room: Promise<void> | undefined;
  #makeRoom: (() => void) | undefined;

  /** @param slowMs Milliseconds the caller may leave what it was sent lying. */
  constructor(call: Outgoing, slowMs: number) {
    this.#call = call;
    this.#slowMs = slowMs;
  }

  /**
   * @param bytes About how long the message is; short ones have their cost too.
   * @throws Fault `unavailable` for a caller that takes nothing for so long.
   * @throws HungUp when the call is over.
   */
  async send(message: object, bytes = 0): Promise<void> {
    while (this.#room) await this.#room;
    if (this.#call.cancelled) throw new HungUp();
    const size = bytes + MESSAGE_BYTES;
    this.#lyingBytes += size;
    this.#call.write(message, () => {
      this.#lyingBytes -= size;
      if (this.#lyingBytes < LYING_BYTES_MAX) this.#makeRoom?.();
    });
    if (this.#lyingBytes >= LYING_BYTES_MAX) await this.#untilRoom();
  }

  async #untilRoom(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const hangUp = () => reject(new HungUp());
    const timer = setTimeout(() => {
      reject(new Fault("unavailable", `nothing was taken for ${this.#slowMs} ms`));
    }, this.#slowMs);
    this.#makeRoom = resolve;
    this.#call.once("cancelled", hangUp).once("close", hangUp);
    this.#room = promise;
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#room = undefined;
      this.#makeRoom = undefined;
      this.#call.off("cancelled", hangUp).off("close", hangUp);
    }
  }
}
