import type { Bus, Peer } from "@nightshift/protocol/bus";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { z } from "zod";
import type { Caller } from "./caller.ts";
import { delegate, PRINCIPAL_KEY, type Wire } from "./delegate.ts";
import { closeCodes, FRAME_BYTES_MAX, Link, type Closing, type LinkLimits } from "./link.ts";
import { resuming } from "./resuming.ts";
import { serve, type Asked, type Served } from "./served.ts";
import { Joined, JOIN_METHOD } from "./sessions.ts";
import { SUBPROTOCOL } from "./upgrade.ts";

export type ConnectOptions = {
  /** The hub's, `ws://127.0.0.1:…/a2a`. */
  url: string;
  token: string;
  peer: Peer;
  /** Aborting it leaves the hub. */
  signal: AbortSignal;
  /** The hub does not want this agent: a wrong token, name or card. Nothing is tried again. */
  onRefused?: (reason: string) => void;
  backoff?: Partial<Backoff>;
  heartbeatMs?: number;
};

export type Backoff = { triesMax: number; firstMs: number; longestMs: number };
const backoffDefault: Backoff = { triesMax: 10, firstMs: 100, longestMs: 5_000 };

/** How it ended for good. `lost`: the hub could not be reached in as many tries as there are. */
export type Ending = { reason: "closed" | "refused" | "fenced" | "lost"; detail: string };

/** An agent's seat at a hub, kept over broken sockets. */
export type Connection = {
  /** Calls an agent at the hub as the one that the token was given to. Throws as `Bus.call` says. */
  readonly call: Bus["call"];
  /** Every operation of A2A, at any agent of the hub. */
  readonly wire: Wire;
  /** Resolves once the connection has ended for good; never rejects. */
  readonly closed: Promise<Ending>;
  close(): Promise<void>;
};

const DIAL_MS = 5_000;
const HEARTBEAT_MS = 15_000;
const IN_FLIGHT_MAX = 256;
const FRAMES_PER_SECOND_MAX = 2_000;

/**
 * Puts an agent of this process at a hub. A broken socket is opened again, with growing pauses. A
 * stream whose call the hub keeps goes on where it stood; what else was in flight is Unavailable, and
 * the same message sent again is the same call.
 * @throws Refusal `unauthenticated` when the hub refuses token or card.
 * @throws Unavailable when it cannot be reached in as many tries as `backoff` allows.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const served = serve(options.peer);
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const seat: Seat = { epoch: 0 };
  let link = await reach(options, served, seat, signal).catch((error: unknown) => {
    if (error instanceof Refusal) options.onRefused?.(error.message);
    throw error;
  });
  /** The socket of now; while there is none, the next one. */
  let line = Promise.resolve(link);
  const closed = stay();

  async function stay(): Promise<Ending> {
    for (;;) {
      const leave = () => link.close(1000, "left");
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
      const closing = await link.closed;
      signal.removeEventListener("abort", leave);
      const ending = endingOf(closing, signal);
      if (ending) return finish(ending);
      try {
        line = reach(options, served, seat, signal);
        link = await line;
      } catch (error) {
        const detail = String(error);
        if (isFenced(error)) return finish({ reason: "fenced", detail: "fenced" });
        return finish({ reason: error instanceof Refusal ? "refused" : "lost", detail });
      }
    }
  }

  function finish(ending: Ending): Ending {
    served.stop(ending.detail);
    if (ending.reason === "refused") options.onRefused?.(ending.detail);
    return ending;
  }

  const wire = resuming(async () => {
    // Whoever hears first that a socket broke must not get it once more.
    if (link.gone.aborted) await new Promise((resolve) => setImmediate(resolve));
    return line;
  });
  return {
    call: (to, skill, input, callOptions) => delegate(wire, { to, skill, input }, callOptions),
    wire,
    closed,
    async close() {
      left.abort();
      await closed;
    },
  };
}

/** What an agent knows of its seat: the epoch that the hub gave it last, 0 before it was there. */
type Seat = { epoch: number };

function isFenced(error: unknown): boolean {
  return error instanceof Refusal && error.code === "stale";
}

function endingOf({ code, reason }: Closing, signal: AbortSignal): Ending | undefined {
  if (signal.aborted) return { reason: "closed", detail: "it left" };
  if (code === closeCodes.fenced) return { reason: "fenced", detail: reason };
  if (code === closeCodes.policy) return { reason: "refused", detail: reason };
  if (code === 1000) return { reason: "closed", detail: reason };
  return undefined;
}

/** Dials until it works. Each pause is twice the one before, a little of it by chance. */
async function reach(
  options: ConnectOptions,
  served: Served,
  seat: Seat,
  signal: AbortSignal,
): Promise<Link> {
  const { triesMax, firstMs, longestMs } = { ...backoffDefault, ...options.backoff };
  let last: unknown;
  for (let tried = 0; tried < triesMax; tried += 1) {
    if (signal.aborted) break;
    try {
      return await dial(options, served, seat);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      last = error;
    }
    const pauseMs = Math.min(longestMs, firstMs * 2 ** tried) * (0.75 + Math.random() / 2);
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  throw new Unavailable(`the hub at ${options.url} cannot be reached`, { cause: last });
}

/** One try: the socket, then the card. @throws Refusal, or Unavailable. */
async function dial(options: ConnectOptions, served: Served, seat: Seat): Promise<Link> {
  const socket = new WebSocket(options.url, [SUBPROTOCOL], {
    headers: { authorization: `Bearer ${options.token}` },
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    handshakeTimeout: DIAL_MS,
  });
  await opened(socket);
  const limits: LinkLimits = {
    inFlightMax: IN_FLIGHT_MAX,
    framesPerSecondMax: FRAMES_PER_SECOND_MAX,
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
  };
  const link: Link = new Link(
    socket,
    {
      answer: (asked) => served.answer(asked, callerOf(asked, link.gone)),
      stream: (asked, emit, signal, resume) =>
        served.stream(asked, callerOf(asked, link.gone), emit, signal, resume),
    },
    limits,
  );
  try {
    const { card } = options.peer;
    const resume = seat.epoch > 0 ? { resume: { agent: card.name, epoch: seat.epoch } } : {};
    const joined = Joined.parse(await link.request(JOIN_METHOD, { card, ...resume }, DIAL_MS));
    seat.epoch = joined.epoch;
    return link;
  } catch (error) {
    link.close(1000, "not joined");
    const { code, reason } = await link.closed;
    if (code === closeCodes.policy) throw new Refusal("unauthenticated", reason, { cause: error });
    if (code === closeCodes.fenced) throw new Refusal("stale", reason, { cause: error });
    throw new Unavailable("the hub did not take the card", { cause: error });
  }
}

async function opened(socket: WebSocket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.on("error", (error) => reject(new Unavailable("no socket", { cause: error })));
    socket.once("unexpected-response", (_request, response) => {
      const status = response.statusCode ?? 0;
      socket.terminate();
      if (status >= 400 && status < 500)
        reject(new Refusal("unauthenticated", `the hub answered ${status}`));
      else reject(new Unavailable(`the hub answered ${status}`));
    });
  });
}

const Told = z.object({ metadata: z.object({ [PRINCIPAL_KEY]: z.string().min(1).max(80) }) });

/** The hub says who asks through it; what it does for itself, cancelling above all, is the hub's. */
function callerOf({ params }: Asked, gone: AbortSignal): Caller {
  const told = Told.safeParse(params);
  const name = told.success ? told.data.metadata[PRINCIPAL_KEY] : undefined;
  return {
    name: name ?? "hub",
    standing: "house",
    allowed: "all",
    inFlightMax: IN_FLIGHT_MAX,
    gone,
  };
}
