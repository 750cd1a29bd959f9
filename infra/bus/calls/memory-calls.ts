import { randomUUID } from "node:crypto";
import { endOf, isAnswer, type Request } from "./moment.ts";
import { OpenCall } from "./open-call.ts";

/** Calls that are remembered after they ended, of one agent, and characters of what was said. */
const ENDED_MAX = 1_000;
const ENDED_CHARS_MAX = 32 * 1024 * 1024;

/**
 * The calls of one agent that are not kept in the log: a memory of this process, not a record.
 * Running calls stay, ended ones go when there are too many. The same message of the same caller is
 * the same call, unless it failed or was cancelled: then it has no answer, and may be sent again.
 */
export class MemoryCalls {
  readonly #byId = new Map<string, { call: OpenCall; chars: number }>();
  readonly #byMessage = new Map<string, OpenCall>();
  readonly #now: () => number;
  #ended = 0;
  #chars = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The call that this message started before. */
  known({ from, message }: Pick<Request, "from" | "message">): OpenCall | undefined {
    return this.#byMessage.get(keyOf(from, message));
  }

  /** A new call, whose end is to be told to `ended`. */
  open(asked: Omit<Request, "id">): OpenCall {
    const call = new OpenCall({ ...asked, id: randomUUID() }, this.#now);
    this.#byId.set(call.request.id, { call, chars: 0 });
    this.#byMessage.set(keyOf(asked.from, asked.message), call);
    call.tell({ kind: "received" }, { kind: "working", note: "" });
    return call;
  }

  ended(call: OpenCall): void {
    const { id, from, message } = call.request;
    const end = endOf(call.moments);
    if (!end || !isAnswer(end)) this.#byMessage.delete(keyOf(from, message));
    const { chars } = call;
    // As the newest of all: the ones that ended longest ago go first.
    this.#byId.delete(id);
    this.#byId.set(id, { call, chars });
    this.#ended += 1;
    this.#chars += chars;
    this.#shrink();
  }

  find(id: string): OpenCall | undefined {
    return this.#byId.get(id)?.call;
  }

  *all(): Iterable<OpenCall> {
    for (const { call } of this.#byId.values()) yield call;
  }

  #shrink(): void {
    for (const [id, { call, chars }] of this.#byId) {
      if (this.#ended <= ENDED_MAX && this.#chars <= ENDED_CHARS_MAX) return;
      if (!call.isOver) continue;
      this.#byId.delete(id);
      const key = keyOf(call.request.from, call.request.message);
      if (this.#byMessage.get(key) === call) this.#byMessage.delete(key);
      this.#ended -= 1;
      this.#chars -= chars;
    }
  }
}

function keyOf(from: string, message: string): string {
  return `${from}\n${message}`;
}
