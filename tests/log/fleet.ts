import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pending } from "@nightshift/protocol/envelope";

/** Every so many events of its own, a writer adds one to a stream that all of them write. */
export const SHARED_EVERY = 50;

export function noteOf(id: string): Pending {
  const envelope = { id, actor: "tester", causation: null, correlation: null };
  return { ...envelope, atMs: 1_795_000_000_000, event: { type: "call.working", note: id } };
}

/** A program that is started anew as often as it is killed, until it ends by itself. */
export class Stubborn {
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #isOver = false;
  kills = 0;

  constructor(program: string, args: readonly string[]) {
    this.#args = [join(import.meta.dirname, program), ...args];
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when it has ended by itself. */
  async run(): Promise<void> {
    while (!this.#isOver) {
      const child = spawn(process.execPath, this.#args, {
        stdio: ["ignore", "inherit", "inherit"],
      });
      this.#child = child;
      const [code, signal]: unknown[] = await once(child, "exit");
      if (code === 0) this.#isOver = true;
      else if (signal !== "SIGKILL" && !this.#isOver)
        throw new Error(`${this.#args.join(" ")} ended with ${code}`);
    }
  }

  /** Ends it for good. */
  stop(): void {
    this.#isOver = true;
    this.#child?.kill("SIGKILL");
  }

  kill(): void {
    if (!this.#isOver && this.#child?.kill("SIGKILL")) this.kills += 1;
  }
}

/** Kills one of them after the other, by chance, until those that matter are over. */
export async function killAround(
  all: readonly Stubborn[],
  until: readonly Stubborn[],
  pauseMs: number,
): Promise<void> {
  while (until.some(({ isOver }) => !isOver)) {
    await sleep(pauseMs * (0.5 + Math.random()));
    all[Math.floor(Math.random() * all.length)]?.kill();
  }
}
