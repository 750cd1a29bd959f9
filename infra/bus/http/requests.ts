import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { A2A_VERSION, type Method } from "@nightshift/protocol/a2a";
import { Unavailable } from "@nightshift/protocol/errors";
import { codes, fromRpcError, RpcError, RpcFailure } from "@nightshift/protocol/rpc";
import { z } from "zod";
import type { AllowsHost } from "./addresses.ts";
import { readEvents } from "./event-reader.ts";
import { readText, send } from "./outgoing.ts";
import { fromRestError } from "./rest-errors.ts";
import { writeRequest, type RestVerb } from "./rest-routes.ts";

/** Where and how an agent is spoken to, as its card says. */
export type Interface = {
  url: URL;
  form: "JSONRPC" | "HTTP+JSON";
  tenant: string | undefined;
  token: string | undefined;
  /** URIs of the extensions that its card declares; no other is asked for. */
  extensions: readonly string[];
  allows: AllowsHost;
};

/** Bytes of an answer; a frame of ours is 8 MiB at most, around 7 MiB of what is said. */
const ANSWER_BYTES_MAX = 9 * 1024 * 1024;

/** How long silence may last, and what goes beside a request. */
export type RequestHow = {
  signal: AbortSignal;
  silenceMs: number;
  extensions?: string | undefined;
  lastEventId?: string | undefined;
};

type Params = Readonly<Record<string, unknown>>;

/**
 * One request and its answer.
 * @throws RpcFailure or Refusal as the other side said it, Unavailable when it is not understood.
 */
export async function askOnce(
  at: Interface,
  method: Method,
  params: Params,
  how: RequestHow,
): Promise<unknown> {
  const answer = await post(at, method, params, how);
  if (at.form === "HTTP+JSON") return restResult(answer);
  return rpcResult(await jsonOf(answer));
}

export type Streamed = { event: unknown; id: string | undefined };

/** The events of a streaming method as they come. Throws as `askOnce` does. */
export async function* openStream(
  at: Interface,
  method: Method,
  params: Params,
  how: RequestHow,
): AsyncGenerator<Streamed> {
  const answer = await post(at, method, params, how);
  if (!(answer.headers["content-type"] ?? "").startsWith("text/event-stream")) {
    const event =
      at.form === "HTTP+JSON" ? await restResult(answer) : rpcResult(await jsonOf(answer));
    yield { event, id: undefined };
    return;
  }
  for await (const { event: kind, data, id } of readEvents(answer)) {
    const value = parsed(data);
    if (at.form === "JSONRPC") yield { event: rpcResult(value), id };
    else if (kind === "error") throw fromRestError(0, value);
    else yield { event: value, id };
  }
}

async function post(
  at: Interface,
  method: Method,
  params: Params,
  { signal, silenceMs, lastEventId, extensions }: RequestHow,
): Promise<IncomingMessage> {
  const { verb, url, body } = written(at, method, params);
  const headers: Record<string, string> = {
    accept: "text/event-stream, application/json, application/a2a+json",
    "a2a-version": A2A_VERSION,
    "user-agent": "night-shift",
  };
  if (at.token !== undefined) headers["authorization"] = `Bearer ${at.token}`;
  if (extensions !== undefined) headers["a2a-extensions"] = extensions;
  if (lastEventId !== undefined) headers["last-event-id"] = lastEventId;
  if (body !== undefined) headers["content-type"] = "application/json";
  const outgoing = { url, method: verb, headers, silenceMs, signal, allows: at.allows };
  return send(body === undefined ? outgoing : { ...outgoing, body: JSON.stringify(body) });
}

type Written = { verb: RestVerb; url: URL; body: object | undefined };

function written({ form, url, tenant }: Interface, method: Method, params: Params): Written {
  if (form === "JSONRPC") {
    const named = tenant === undefined ? params : { ...params, tenant };
    const body = { jsonrpc: "2.0", id: randomUUID(), method, params: named };
    return { verb: "POST", url, body };
  }
  const { verb, path, body } = writeRequest(method, params);
  const below = tenant === undefined ? path : `/${encodeURIComponent(tenant)}${path}`;
  return { verb, url: new URL(`${url.href.replace(/\/+$/, "")}${below}`), body };
}

async function restResult(answer: IncomingMessage): Promise<unknown> {
  if (answer.statusCode === 204) {
    answer.resume();
    return null;
  }
  return jsonOf(answer);
}

/** @throws the failure that another status than 2xx stands for. */
async function jsonOf(answer: IncomingMessage): Promise<unknown> {
  const status = answer.statusCode ?? 0;
  const text = await readText(answer, ANSWER_BYTES_MAX);
  if (status >= 200 && status < 300) return parsed(text);
  if (status === 429 || status === 503) throw new RpcFailure(codes.busy, `HTTP ${status}`);
  throw fromRestError(status, orNothing(text));
}

const Rpc = z.union([
  z.object({ jsonrpc: z.literal("2.0"), error: RpcError }),
  z.object({ jsonrpc: z.literal("2.0"), result: z.unknown() }),
]);

function rpcResult(value: unknown): unknown {
  const read = Rpc.safeParse(value);
  if (!read.success) throw new Unavailable("the answer is no JSON-RPC 2.0");
  if ("error" in read.data) throw fromRpcError(read.data.error);
  return read.data.result;
}

function parsed(text: string): unknown {
  const value = orNothing(text);
  if (value === undefined) throw new Unavailable("the answer is no JSON");
  return value;
}

function orNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
