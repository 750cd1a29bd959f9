import { Fault } from "./fault.ts";

/** Lets so many in at a time, and tells the others at once. */
export class Turnstile {
  readonly #most: number;
  readonly #what: string;
  #inside = 0;

  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
  }

  /** @returns what to call when leaving. @throws Fault `too-much-at-once`. */
  enter(): () => void {
    if (this.#inside >= this.#most) {
      throw new Fault("too-much-at-once", `${this.#most} ${this.#what} are open already`);
    }
    this.#inside += 1;
    let inside = true;
    return () => {
      if (inside) this.#inside -= 1;
      inside = false;
    };
  }
}
