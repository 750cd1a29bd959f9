import { createHash } from "node:crypto";
import { createRunner, type Runner } from "@nightshift/projections/runner";
import { servedCalls, type ServedCalls } from "@nightshift/projections/served-calls";
import { Refusal } from "@nightshift/protocol/errors";
import { streamOf } from "@nightshift/protocol/ids";
import type { Call } from "../call.ts";
import { endOf, isAnswer, type Request } from "../moment.ts";
import { OpenCall } from "../open-call.ts";
import { keepBody } from "./body.ts";
import { CallWriter } from "./call-writer.ts";
import { createFeed, type Feed } from "./feed.ts";
import type { LogPorts } from "./ports.ts";
import { beginningOf, RecordedCall } from "./recorded-call.ts";

/** How often one message may be worked on: anew each time that it failed or was cancelled. */
const RUNS_MAX = 20;
/** Ten minutes without a sign, and a server of another machine is not believed any more. */
const waits = { holdMs: 600_000, lookMs: 1_000 };

type Asked = Omit<Request, "id">;
type Opened = { isNew: true; call: OpenCall } | { isNew: false; call: Call };

/**
 * Calls that live in the log. Any number of processes may share it: a call is begun by one of them,
 * and told, listed and cancelled by all.
 */
export interface CallLog {
  /**
   * Begins a call, or finds the one that this message of this caller began, wherever that was.
   * @param callsMax Calls that this caller may begin while this log is open.
   * @throws Refusal `over-budget` for more. @throws Unavailable as the store does.
   */
  open(asked: Asked, input: unknown, callsMax: number): Promise<Opened>;
  /** A call that a caller has asked of an agent; nobody else's. */
  find(id: string, whose: Pick<Request, "from" | "to">): Promise<Call | undefined>;
  /** All that are remembered, as of now. */
  list(): Promise<ServedCalls>;
  /** Ends as failed what runs nowhere any more. @returns how many of them there were. */
  sweep(): Promise<number>;
  /** Resolves when everything that was told is kept, or can no longer be. */
  close(): Promise<void>;
}

/** @param given The ports; how long to wait is the house's own choice unless a test is in a hurry. */
export function createCallLog(
  given: Omit<LogPorts, keyof typeof waits> & Partial<LogPorts>,
): CallLog {
  return new LoggedCalls({ ...waits, ...given });
}

class LoggedCalls implements CallLog {
  readonly #ports: LogPorts;
  readonly #running = new Map<string, OpenCall>();
  /** How many calls each caller has begun. */
  readonly #begun = new Map<string, number>();
  readonly #revocations: Feed;
  readonly #news: Feed;
  readonly #runner: Runner;
  readonly #holding: NodeJS.Timeout;

  constructor(ports: LogPorts) {
    this.#ports = ports;
    this.#revocations = createFeed(ports.store, ["call.revoked"]);
    this.#news = createFeed(ports.store, NEWS);
    this.#runner = createRunner(ports.store, [servedCalls]);
    this.#holding = setInterval(() => this.#hold(), ports.holdMs / 2).unref();
  }

  async open(asked: Asked, input: unknown, callsMax: number): Promise<Opened> {
    for (let run = 1; run <= RUNS_MAX; run += 1) {
      const id = idOf(asked, run);
      const here = this.#running.get(id);
      if (here) return { isNew: false, call: here };
      const mayBegin = (this.#begun.get(asked.from) ?? 0) < callsMax;
      const begun = mayBegin ? await this.#begin({ ...asked, id }, input) : undefined;
      if (begun) return { isNew: true, call: begun };
      const call = await this.#at(id);
      if (!call)
        throw new Refusal("over-budget", `${callsMax} calls of ${asked.from} are kept already`);
      const end = endOf(await call.read());
      if (!end || isAnswer(end)) return { isNew: false, call };
    }
    throw new Refusal("over-budget", `this message failed ${RUNS_MAX} times`);
  }

  async find(id: string, { from, to }: Pick<Request, "from" | "to">): Promise<Call | undefined> {
    if (!/^[a-z0-9-]{1,100}$/.test(id)) return undefined;
    const call = await this.#at(id);
    return call?.request.from === from && call.request.to === to ? call : undefined;
  }

  async list(): Promise<ServedCalls> {
    await this.#runner.catchUp();
    return this.#runner.view(servedCalls);
  }

  async sweep(): Promise<number> {
    let lost = 0;
    for (const [id, { state, server }] of await this.list()) {
      if (state !== "working" || server === this.#ports.server) continue;
      const beginning = await beginningOf(this.#ports, id);
      if (!beginning) continue;
      if (await new RecordedCall(this.#ports, this.#news, beginning).endIfLost()) lost += 1;
    }
    return lost;
  }

  async close(): Promise<void> {
    clearInterval(this.#holding);
    await Promise.all([...this.#running.values()].map((call) => call.settled()));
    this.#revocations.close();
    this.#news.close();
  }

  async #begin(request: Request, input: unknown): Promise<OpenCall | undefined> {
    const { id, skill, ...asked } = request;
    const { server, clock, blobs, holdMs } = this.#ports;
    const writer = new CallWriter(this.#ports, request);
    const moments = await writer.begin({
      type: "call.receive",
      ...asked,
      skill,
      server,
      request: await keepBody(blobs, skill, input),
      heldUntilMs: clock.now() + holdMs,
    });
    if (!moments) return undefined;
    const now = () => clock.now();
    const call = new OpenCall(request, now, (deeds) => writer.append(deeds));
    call.begin(moments);
    this.#running.set(id, call);
    this.#begun.set(asked.from, (this.#begun.get(asked.from) ?? 0) + 1);
    void forgetWhenOver(call, this.#revocations, this.#running);
    return call;
  }

  async #at(id: string): Promise<Call | undefined> {
    const here = this.#running.get(id);
    if (here) return here;
    const beginning = await beginningOf(this.#ports, id);
    return beginning && new RecordedCall(this.#ports, this.#news, beginning);
  }

  #hold(): void {
    for (const call of this.#running.values()) call.tell({ kind: "held" });
  }
}

const NEWS = ["call.working", "call.held", "call.revoked", "call.answered", "call.ended"] as const;

async function forgetWhenOver(
  call: OpenCall,
  revocations: Feed,
  running: Map<string, OpenCall>,
): Promise<void> {
  const { id } = call.request;
  const forget = revocations.watch(streamOf("call", id), () => call.look());
  await call.over();
  forget();
  running.delete(id);
}

/** The same message of the same caller to the same agent has the same ids, in every process. */
function idOf({ to, from, message }: Asked, run: number): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([to, from, message]))
    .digest("hex");
  return `${digest.slice(0, 32)}-r${run}`;
}
