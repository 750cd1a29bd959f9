import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Finding } from "@nightshift/agents/verifier/rules/finding";
import { Answered, type Asked } from "./messages.ts";

const MAIN = fileURLToPath(new URL("reading-main.ts", import.meta.url));

/**
 * What a file takes lives as long as its reading: room for it costs some 60 MB a process and spares
 * copying, and threads that help would take the other readers' cores. A tenth faster, both together.
 */
const GATHERING = ["--max-semi-space-size=32", "--single-threaded-gc"];

/** How the reading of a file went: read, or what ended the process. */
export type Told = { findings: readonly Finding[] } | { ended: string; isLate: boolean };

/** One process that reads a file at a time. */
export class ReadingProcess {
  readonly #child: ChildProcess;
  readonly #ended = Promise.withResolvers<string>();

  /**
   * @param heapMb Most memory of its heap, in MiB.
   * @param ended Called when it has ended, whoever ended it.
   */
  constructor(heapMb: number, ended: () => void) {
    this.#child = fork(MAIN, {
      execArgv: [`--max-old-space-size=${heapMb}`, ...GATHERING],
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      // A Ctrl-C is for the night; this ends with it.
      detached: true,
    });
    const end = (how: string) => {
      ended();
      this.#ended.resolve(how);
    };
    this.#child.on("error", ({ message }) => end(message));
    this.#child.on("exit", (code, signal) => end(String(signal ?? code)));
    this.#rest();
  }

  /**
   * The process is ended, if it still reads, by the signal or after a while.
   * @param until.wallMs Milliseconds that are late.
   */
  async ask(asked: Asked, until: { wallMs: number; signal: AbortSignal }): Promise<Told> {
    this.#child.ref();
    this.#child.channel?.ref();
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      this.end();
    }, until.wallMs);
    const giveUp = () => this.end();
    until.signal.addEventListener("abort", giveUp, { once: true });
    const answer = once(this.#child, "message");
    // Of one that has ended none comes, and nobody else waits for it.
    answer.catch(() => {});
    try {
      this.#child.send(asked, () => {});
      const first = await Promise.race([answer, this.#ended.promise]);
      if (typeof first === "string") return { ended: first, isLate };
      const told = Answered.safeParse(first[0]);
      if (told.success) return told.data;
      this.end();
      return { ended: "what it said is no answer", isLate };
    } finally {
      clearTimeout(late);
      until.signal.removeEventListener("abort", giveUp);
      this.#rest();
    }
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }

  /** One that has nothing to do keeps nobody alive. */
  #rest(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }
}
