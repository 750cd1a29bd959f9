import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { WindowSeen } from "@nightshift/protocol/account";
import type { Clock } from "@nightshift/protocol/clock";
import type { Settings } from "@nightshift/protocol/settings";
import { windowsOf } from "../../models/windows.ts";
import { listenToAnswer } from "./answer.ts";
import type { CallUsage } from "./answer.ts";
import { bodyOf, hasTools, roomForBodies } from "./body.ts";
import { refusalOf } from "./refusal.ts";

/** What passed between an agent CLI and its model, counted on the wire. */
export type Tapped = {
  /** Answers that told what they took, whole or not. */
  calls: number;
  usage: CallUsage;
  /** An output reached its limit. */
  cut: boolean;
  refusedKey: boolean;
  /** Of the account; `network` where nobody was reached, and no answer came since (E2). */
  limit: { resetsAtMs: number | null; why?: "network" } | null;
  /** What was told last of the account's windows. */
  windows: readonly WindowSeen[];
  /** Status of the last answer, where the server failed and nothing better came after. */
  failing: number | null;
};

/** When a limit is no longer the CLI's own to wait for. */
export type TapSettings = Pick<Settings, "limitPatienceMs" | "limitRefusalsMax">;

export type Tap = {
  /** What the CLI is told instead of the model's own address. */
  url: string;
  /** What the CLI is told instead of the key, which never enters the sandbox. */
  pass: string;
  tapped: Tapped;
  /** Ends what is still answered; from then on `tapped` holds all that was told. */
  close(): Promise<void>;
};

/** Calls in a row that reach nobody; the first of them is told if the CLI gives up before. */
const UNREACHED_MAX = 3;
/** Failures of the server in a row after which nobody asks again. */
const FAILURES_MAX = 4;
/** A CLI and its helpers ask a dozen things at once at the most. */
const CONNECTIONS_MAX = 32;

/**
 * A loopback server between one run of an agent CLI and the model's API. Most CLIs tell nobody that
 * an output was cut off, when a limit ends, or what a call took that failed later; the wire does.
 * It passes on what carries its own pass, and puts the key in its place.
 * @param options.upstream Address of the API, as the CLI would have been told it.
 * @param options.onEnd Called at once when going on makes no sense: cut off, refused, at a limit.
 * @param options.signal The end of the run: from then on nobody is served, though a process lives.
 */
export async function openTap(options: {
  upstream: string;
  key: string | null;
  clock: Pick<Clock, "now">;
  settings: TapSettings;
  onEnd: () => void;
  signal: AbortSignal;
  /** False for a CLI that tells its own cuts, and which of them were only a helper's. */
  endsAtCut: boolean;
}): Promise<Tap> {
  const upstream = new URL(options.upstream);
  const pass = `sk-${randomUUID()}`;
  const tapped: Tapped = {
    calls: 0,
    usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0, cacheWriteTokens: 0 },
    cut: false,
    refusedKey: false,
    limit: null,
    windows: [],
    failing: null,
  };
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, options.signal]);
  const unreached = () => {
    tapped.limit ??= { resetsAtMs: null, why: "network" };
    if ((misses += 1) >= UNREACHED_MAX) options.onEnd();
  };
  let misses = 0;
  const count = bookkeeper(tapped, options);
  const take: Take = (answer, said, asked) => {
    if (!asked.isLost) misses = 0;
    if (!asked.isLost && tapped.limit?.why === "network") tapped.limit = null;
    count(answer, said, asked);
  };
  const { origin } = upstream;
  const bodies = roomForBodies();
  const wire = { ...options, origin, pass, signal, unreached, bodies };
  const server = createServer((request, response) => {
    passOn(request, response, wire, take).catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    url: `http://127.0.0.1:${address.port}${upstream.pathname.replace(/\/$/, "")}`,
    pass,
    tapped,
    close() {
      controller.abort();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

type Wire = {
  origin: string;
  key: string | null;
  pass: string;
  signal: AbortSignal;
  unreached: () => void;
  bodies: ReturnType<typeof roomForBodies>;
};
type Listener = ReturnType<typeof listenToAnswer>;
/** Of one call; lost is an answer that its server or the network broke off. */
type Asked = { withTools: boolean; isLost: boolean };
type Take = (answer: Response, said: Listener, asked: Asked) => void;

async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  wire: Wire,
  take: Take,
): Promise<void> {
  if (wire.signal.aborted) return void response.destroy();
  const headers = headersFor(request.headers, wire);
  if (headers === null) return void response.writeHead(403).end();
  const target = targetOf(request.url ?? "/", wire.origin);
  if (target === null) return void response.writeHead(400).end();
  const held = wire.bodies.take();
  response.once("close", () => held.giveBack());
  const body = await bodyOf(request, held);
  if (typeof body === "number") return void response.writeHead(body).end();
  // Whoever hangs up is not answered on: the model would go on at somebody's cost.
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const signal = AbortSignal.any([wire.signal, gone.signal]);
  const withTools = hasTools(body);
  const answer = await fetch(target, {
    method: request.method ?? "GET",
    headers,
    redirect: "manual",
    signal,
    ...(body.length > 0 && { body }),
  }).catch((error: unknown) => {
    if (!signal.aborted) wire.unreached();
    throw error;
  });
  response.writeHead(answer.status, headersBack(answer.headers));
  const said = listenToAnswer(answer.headers.get("content-type") ?? "");
  try {
    for await (const chunk of answer.body ?? []) {
      said.feed(chunk);
      if (!response.write(chunk)) await once(response, "drain", { signal });
    }
  } catch (error) {
    // Many hang up at their last event: what was told by then holds all the same.
    take(answer, said, { withTools, isLost: !signal.aborted });
    throw error;
  }
  take(answer, said, { withTools, isLost: false });
  response.end();
}

/** Null where it leads away from the key's own API: `x://y` behind a host makes another host. */
function targetOf(path: string, origin: string): URL | null {
  const url = path.startsWith("/") ? URL.parse(`${origin}${path}`) : null;
  return url?.origin === origin ? url : null;
}

/** Null for a caller that is not the CLI this tap was opened for. */
function headersFor(asked: IncomingHttpHeaders, { key, pass }: Wire): Headers | null {
  const headers = new Headers({ "accept-encoding": "identity" });
  let isOurs = false;
  for (const [name, value] of Object.entries(asked)) {
    if (HOP.has(name) || value === undefined) continue;
    const text = Array.isArray(value) ? value.join(", ") : value;
    isOurs ||= text.includes(pass);
    // Without a key nobody is told the pass either: a local server may mind an unknown one.
    if (text.includes(pass) && key === null) continue;
    headers.set(name, text.replaceAll(pass, key ?? ""));
  }
  return isOurs ? headers : null;
}

/** Of the connection, not of the message; what is passed on is neither packed nor counted. */
const HOP = new Set(["host", "connection", "content-length", "keep-alive", "te", "upgrade"]).union(
  new Set(["accept-encoding", "content-encoding", "transfer-encoding", "expect"]),
);

function headersBack(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !HOP.has(name)));
}

/** Adds an answer to what was counted, and ends the run where it says so. */
function bookkeeper(
  tapped: Tapped,
  told: {
    clock: Pick<Clock, "now">;
    settings: TapSettings;
    onEnd: () => void;
    endsAtCut: boolean;
  },
): Take {
  const { clock, settings, onEnd, endsAtCut } = told;
  let limits = 0;
  let failures = 0;
  return ({ status, headers }, said, { withTools, isLost }) => {
    const { usage, cut, body } = said.end();
    const windows = windowsOf(headers, clock.now());
    if (windows.length > 0) tapped.windows = windows;
    if (status < 400) {
      limits = 0;
      if (!isLost) failures = 0;
      if (!isLost) tapped.failing = null;
      charge(tapped, usage);
      if (!cut || !withTools || !endsAtCut) return;
      tapped.cut = true;
      return onEnd();
    }
    if (status >= 500) {
      tapped.failing = status;
      if ((failures += 1) >= FAILURES_MAX) onEnd();
      return;
    }
    const nowMs = clock.now();
    const refusal = refusalOf({ status, headers, body }, nowMs);
    if (refusal?.kind === "sign-in") {
      tapped.refusedKey = true;
      onEnd();
    }
    if (refusal?.kind !== "limit") return;
    const { resetsAtMs } = refusal;
    const endsSoon = resetsAtMs !== null && resetsAtMs - nowMs <= settings.limitPatienceMs;
    limits += 1;
    if (limits < settings.limitRefusalsMax && (resetsAtMs === null || endsSoon)) return;
    tapped.limit = { resetsAtMs };
    onEnd();
  };
}

function charge(tapped: Tapped, usage: CallUsage | null): void {
  tapped.calls += usage === null ? 0 : 1;
  for (const part of PARTS) tapped.usage[part] += usage?.[part] ?? 0;
}

const PARTS = ["inputTokens", "cachedTokens", "outputTokens", "cacheWriteTokens"] as const;
