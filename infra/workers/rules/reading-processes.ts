import { ReadingProcess } from "./reading-process.ts";

/** The processes that read for a house: those at work, and those that have nothing to do. */
export class ReadingProcesses {
  readonly #heapMb: number;
  readonly #all = new Set<ReadingProcess>();
  readonly #idle = new Set<ReadingProcess>();

  /** @param heapMb Most memory of the heap of each, in MiB. */
  constructor(heapMb: number) {
    this.#heapMb = heapMb;
  }

  /** One that has nothing to do, else a new one. */
  take(): ReadingProcess {
    const [one] = this.#idle;
    if (!one) return this.start();
    this.#idle.delete(one);
    return one;
  }

  start(): ReadingProcess {
    const one = new ReadingProcess(this.#heapMb, () => this.#forget(one));
    this.#all.add(one);
    return one;
  }

  /** It may be taken again, unless it has ended since. */
  giveBack(one: ReadingProcess): void {
    if (this.#all.has(one)) this.#idle.add(one);
  }

  endAll(): void {
    for (const one of this.#all) {
      one.end();
      this.#forget(one);
    }
  }

  #forget(one: ReadingProcess): void {
    this.#all.delete(one);
    this.#idle.delete(one);
  }
}
