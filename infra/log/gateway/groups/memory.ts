import { GROUPS_BYTES_MAX } from "../limits.ts";

/** Bytes of events that all groups hold together. */
export class Memory {
  #bytes = 0;

  get hasRoom(): boolean {
    return this.#bytes < GROUPS_BYTES_MAX;
  }

  /** @param bytes Less than 0 gives them back. */
  take(bytes: number): void {
    this.#bytes += bytes;
  }
}
