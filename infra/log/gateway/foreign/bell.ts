/** Wakes whoever waits when a stream of others was written: this process alone writes them. */
export class ForeignBell {
  #next = Promise.withResolvers<void>();

  next(): Promise<void> {
    return this.#next.promise;
  }

  ring(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Nothing has to be followed for those who wait here. */
  join(): void {}

  leave(): void {}
}
