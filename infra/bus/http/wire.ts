import { setTimeout as sleep } from "node:timers/promises";
import { Method, StreamResponse } from "@nightshift/protocol/a2a";
import { Unavailable } from "@nightshift/protocol/errors";
import type { Service, Wire } from "../delegate.ts";
import { asksFor, DIRECT_URI } from "../extensions.ts";
import { noted, type Heard } from "./heard.ts";
import { openStream, type Interface } from "./requests.ts";
import { again, isOver, isSafe, ownParams, pause, type Retry } from "./retrying.ts";

const retryDefault: Retry = { triesMax: 5, firstMs: 100, longestMs: 5_000 };

/** Milliseconds of silence after which a stream is taken up anew; ours beat every 15 seconds. */
const STREAM_SILENCE_MS = 300_000;
const GET_MS = 30_000;
/** Milliseconds to wait for the name of a call that is to be cancelled before it was told. */
const LINGER_MS = 5_000;
/** Milliseconds between two looks at a task of an agent that does not stream. */
const LOOK_MS = { first: 200, longest: 5_000 };

type Emit = (event: unknown) => void;
/** The other end, and how patient this one is. */
type Line = { at: Interface; retry: Retry };

/**
 * The caller's end of an agent that is reached over HTTP, in either form. A stream that breaks is
 * taken up where it was, by `SubscribeToTask`; an agent that does not stream is looked at again.
 * @param streams Whether the agent's card says that it streams.
 */
export function httpWire(at: Interface, streams: boolean, retry: Partial<Retry> = {}): Wire {
  const line: Line = { at, retry: { ...retryDefault, ...retry } };
  return {
    async request(method, params, timeoutMs, { extensions } = {}) {
      const signal = AbortSignal.timeout(timeoutMs);
      const how = { signal, silenceMs: timeoutMs, extensions: declared(at, extensions) };
      return again(line, Method.parse(method), params, how);
    },
    async stream(method, params, take, given, service = {}) {
      const read = Method.parse(method);
      const isBrief = asksFor(declared(at, service.extensions), DIRECT_URI);
      const { signal, emit } = lingering(given, take, isBrief, (id) =>
        again(
          line,
          "CancelTask",
          { id },
          { signal: AbortSignal.timeout(GET_MS), silenceMs: GET_MS },
        ),
      );
      if (!streams && read === "SendStreamingMessage") return look(line, params, emit, signal);
      return follow(line, { method: read, params }, emit, signal, service);
    },
  };
}

/** Of the extensions that are asked for, the one that the agent declares. */
function declared({ extensions: known }: Interface, asked: string | undefined) {
  return known.find((uri) => uri === asked);
}

async function follow(
  line: Line,
  asked: { method: Method; params: object },
  emit: Emit,
  signal: AbortSignal,
  { extensions, afterSeq }: Service,
): Promise<void> {
  const { triesMax } = line.retry;
  const heard: Heard = {
    over: false,
    events: 0,
    extensions: declared(line.at, extensions),
    lastEventId: afterSeq?.toString(),
  };
  let next = asked;
  for (let tried = 0; !signal.aborted && !heard.over;) {
    const before = heard.events;
    try {
      await listen(line, next, heard, emit, signal);
      if (heard.task === undefined) return;
    } catch (error) {
      if (signal.aborted) return;
      if (isOver(error) && heard.task !== undefined) return tell(line, heard, emit, signal);
      const mayResume = isSafe(heard.task === undefined ? next.method : "SubscribeToTask", error);
      if (!mayResume || tried + 1 >= triesMax) throw error;
    }
    tried = heard.events > before ? 0 : tried + 1;
    if (tried >= triesMax) throw new Unavailable("the stream ended before the call did");
    if (heard.task !== undefined && !heard.over)
      next = { method: "SubscribeToTask", params: { id: heard.task } };
    await pause(line.retry, tried, signal);
  }
}

/** Reads one connection to its end. Throws as `openStream` does, and what `emit` throws. */
async function listen(
  { at }: Line,
  { method, params }: { method: Method; params: object },
  heard: Heard,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const { lastEventId, extensions } = heard;
  const how = { signal, silenceMs: STREAM_SILENCE_MS, lastEventId, extensions };
  for await (const { event, id } of openStream(at, method, ownParams(params), how)) {
    heard.events += 1;
    heard.lastEventId = id ?? heard.lastEventId;
    emit(noted(event, heard));
  }
}

/** The end of a call that is told no more: its task as it is. */
async function tell(line: Line, heard: Heard, emit: Emit, signal: AbortSignal): Promise<void> {
  const how = { signal, silenceMs: GET_MS };
  const task = await again(line, "GetTask", { id: heard.task }, how);
  emit(noted({ task }, heard));
}

/** For an agent that does not stream: sends, then looks until the call is over. */
async function look(line: Line, params: object, emit: Emit, signal: AbortSignal): Promise<void> {
  const heard: Heard = { over: false, events: 0 };
  const configuration = { ...Object(params).configuration, returnImmediately: true };
  const sent = { ...params, configuration };
  const how = { signal, silenceMs: STREAM_SILENCE_MS };
  emit(noted(await again(line, "SendMessage", sent, how), heard));
  for (let waitMs = LOOK_MS.first; !heard.over && !signal.aborted;) {
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await tell(line, heard, emit, signal);
    waitMs = Math.min(LOOK_MS.longest, waitMs * 1.5);
  }
}

/**
 * A signal that waits for the name of the call before it lets go of it, and cancels it then: work
 * that nobody waits for would go on, and be paid, where the other side thinks of it as its own.
 * @param isBrief The other side cancels by itself when the connection ends before it told anything.
 */
function lingering(
  given: AbortSignal,
  take: Emit,
  isBrief: boolean,
  cancel: (task: string) => Promise<unknown>,
): { signal: AbortSignal; emit: Emit } {
  const own = new AbortController();
  let isTold = false;
  const letGo = () => {
    if (isTold || isBrief) own.abort();
    else setTimeout(() => own.abort(), LINGER_MS).unref();
  };
  if (given.aborted) letGo();
  else given.addEventListener("abort", letGo, { once: true });
  const emit = (event: unknown) => {
    isTold = true;
    if (!given.aborted) return take(event);
    own.abort();
    const told = StreamResponse.safeParse(event);
    if (told.success && "task" in told.data) void cancel(told.data.task.id).catch(() => undefined);
  };
  return { signal: own.signal, emit };
}
