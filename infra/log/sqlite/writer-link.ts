import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Unavailable } from "@nightshift/protocol/errors";
import { packAppend, type PackedAppend } from "./packed-append.ts";
import { unpackError } from "./packed-error.ts";
import type { FromWriter, ToWriter, WriterStart } from "./writer-messages.ts";
import type { Append, LogWriter } from "./writer.ts";

/** Appends that are sent at once; the thread begins on them while the others are still checked. */
const BATCH = 4;
/** Most memory of the thread's heap, in MiB; it holds appends that wait, a megabyte each at most. */
const HEAP_MIB_MAX = 256;
/** Milliseconds that a thread is given to write what waits when it is closed. */
const CLOSE_MS_MAX = 10_000;

type Job = {
  resolve: (position: bigint) => void;
  reject: (error: unknown) => void;
};

/** One writing thread, seen from here. */
export class WriterLink implements LogWriter {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #committed: () => void;
  readonly #drained: () => void;
  readonly #jobs = new Map<number, Job>();
  #batch: PackedAppend[] = [];
  #number = 0;
  #state: "starting" | "ready" | "ended" = "starting";
  readonly #started = Promise.withResolvers<void>();

  /** @param told.drained Called whenever the last that waited has its answer. */
  constructor(start: WriterStart, told: { committed: () => void; drained: () => void }) {
    this.#path = start.path;
    this.#committed = told.committed;
    this.#drained = told.drained;
    this.#worker = new Worker(new URL("./writer-thread.ts", import.meta.url), {
      workerData: start,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    });
    // An idle thread keeps no process alive.
    this.#worker.unref();
    this.#worker.on("message", (message: FromWriter) => this.#hear(message));
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(undefined));
  }

  get state() {
    return this.#state;
  }

  /** Resolves when it writes, or never will. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  get waiting(): number {
    return this.#jobs.size;
  }

  append(append: Append): Promise<bigint> {
    const { promise, resolve, reject } = Promise.withResolvers<bigint>();
    if (this.#jobs.size === 0) this.#worker.ref();
    this.#number += 1;
    this.#jobs.set(this.#number, { resolve, reject });
    // After this turn's last callback: whoever appends in it shares the message.
    if (this.#batch.length === 0) process.nextTick(() => this.#send());
    this.#batch.push(packAppend(this.#number, append));
    if (this.#batch.length === BATCH) this.#send();
    return promise;
  }

  async close(): Promise<void> {
    if (this.#state === "ended") return;
    this.#send();
    this.#worker.ref();
    const ended = once(this.#worker, "exit");
    this.#post("close");
    const late = setTimeout(() => void this.kill(), CLOSE_MS_MAX);
    await ended;
    clearTimeout(late);
  }

  /** Ends the thread as a crash would. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(): void {
    const appends = this.#batch;
    this.#batch = [];
    if (appends.length > 0 && this.#state !== "ended") this.#post({ appends });
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message, []);
  }

  #hear(message: FromWriter): void {
    if (message === "ready") {
      this.#state = "ready";
      this.#started.resolve();
      return;
    }
    const { answers } = message;
    if (answers.some(([, outcome]) => typeof outcome === "bigint")) this.#committed();
    for (const [number, outcome] of answers) {
      const job = this.#take(number);
      if (typeof outcome === "bigint") job?.resolve(outcome);
      else job?.reject(unpackError(outcome));
    }
    if (this.#jobs.size === 0) this.#drained();
  }

  #end(cause: unknown): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#started.resolve();
    const why = "the thread that writes it ended; what was under way may have been written";
    const error = new Unavailable(`${this.#path}: ${why}`, { cause });
    for (const number of this.#jobs.keys()) this.#take(number)?.reject(error);
    this.#drained();
  }

  #take(number: number): Job | undefined {
    const job = this.#jobs.get(number);
    this.#jobs.delete(number);
    if (this.#jobs.size === 0) this.#worker.unref();
    return job;
  }
}
