import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  WorkerFailure,
  type Composed,
  type ContextAsk,
  type ContextEngine,
} from "@nightshift/agents/ports";
import { Unavailable } from "@nightshift/protocol/errors";
import { Answered } from "./messages.ts";

/** A prompt takes a second or few; the first of a large repository some more. */
const ASK_WALL_MS = 120_000;
/** The process ends when it was not needed for so long, and gives its memory back. */
const IDLE_MS = 120_000;
const HEAP_MB = 320;
const WAITING_MAX = 64;

/**
 * The context engine in a process of its own: parsers and tokenizer take some hundred megabytes
 * that a night's own process does not have, and what a hostile file does to a parser ends there.
 * @param options.root Where the workspace lays the clean folders of repositories.
 * @param options.cache Where facts of files are kept from night to night.
 */
export function createContextEngine(options: {
  root: string;
  cache: string;
}): ContextEngine & { close(): void } {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | null = null;
  let next = 0;
  let idle: NodeJS.Timeout | undefined;

  const end = (why: string) => {
    child?.kill("SIGKILL");
    child = null;
    for (const { reject } of waiting.values()) reject(new Unavailable(why));
    waiting.clear();
  };
  const start = (): ChildProcess => {
    const started = fork(MAIN, [options.root, options.cache], {
      // The map gives memory back that the collector does not see.
      execArgv: [`--max-old-space-size=${HEAP_MB}`, "--expose-gc"],
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], LC_ALL: "C" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      // A Ctrl-C is for the night; this ends with it.
      detached: true,
    });
    started.on("message", (message) => settle(waiting, message));
    const gone = (why: string) => {
      if (child === started) end(`the context engine ended: ${why}`);
    };
    started.on("error", ({ message }) => gone(message));
    started.on("exit", (code, signal) => gone(String(signal ?? code)));
    started.unref();
    started.channel?.unref();
    return started;
  };
  const ask = (asked: Request, signal?: AbortSignal): Promise<Answered> => {
    if (waiting.size >= WAITING_MAX) {
      return Promise.reject(new Unavailable("too many wait for the context engine"));
    }
    clearTimeout(idle);
    const id = ++next;
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const wall = setTimeout(() => end(`no prompt in ${ASK_WALL_MS} ms`), ASK_WALL_MS);
    const cancel = () => reject(new WorkerFailure("cancelled", "the caller gave up"));
    signal?.addEventListener("abort", cancel, { once: true });
    waiting.set(id, { resolve, reject });
    child ??= start();
    child.send({ id, ...asked });
    return promise.finally(() => {
      clearTimeout(wall);
      signal?.removeEventListener("abort", cancel);
      waiting.delete(id);
      if (waiting.size === 0) idle = setTimeout(() => end("idle"), IDLE_MS).unref();
    });
  };

  return {
    async compose(one, { signal }): Promise<Composed> {
      signal.throwIfAborted();
      const answer = await again(() => ask({ kind: "compose", ask: one }, signal));
      if (answer.kind === "composed") return answer.composed;
      throw failureOf(answer);
    },
    async count(texts) {
      const answer = await again(() => ask({ kind: "count", texts }));
      if (answer.kind === "counted") return answer.tokens;
      throw failureOf(answer);
    },
    close() {
      clearTimeout(idle);
      end("closed");
    },
  };
}

const MAIN = fileURLToPath(new URL("engine-main.ts", import.meta.url));

type Waiting = { resolve: (answer: Answered) => void; reject: (error: Error) => void };
type Request = { kind: "compose"; ask: ContextAsk } | { kind: "count"; texts: readonly string[] };

function settle(waiting: ReadonlyMap<number, Waiting>, message: unknown): void {
  const answer = Answered.parse(message);
  waiting.get(answer.id)?.resolve(answer);
}

/** A process that died is started once more: it may have been another's ask that it died of. */
async function again(ask: () => Promise<Answered>): Promise<Answered> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return ask();
  }
}

function failureOf(answer: Answered): Error {
  const why = "why" in answer ? answer.why : `it answered ${answer.kind}`;
  if (answer.kind === "refused") return new WorkerFailure("unusable-answer", why);
  return new Unavailable(`the context engine failed: ${why}`);
}
