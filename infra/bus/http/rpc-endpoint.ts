import {
  BATCH_MAX,
  codes,
  LooseRpcId,
  RpcFailure,
  RpcRequest,
  toRpcError,
} from "@nightshift/protocol/rpc";
import { z } from "zod";
import { readAfterSeq } from "../extensions.ts";
import { checkVersion } from "../gate.ts";
import type { Asked } from "../served.ts";
import { parseJson, readBody } from "./body.ts";
import { EventStream } from "./event-stream.ts";
import { activatedBy, lastEventOf, reply, type Visit } from "./visit.ts";

/** Over HTTP the service parameters are headers, and a number may name a request. */
const Request = RpcRequest.omit({ serviceParameters: true }).extend({ id: LooseRpcId.optional() });
type Request = z.infer<typeof Request>;

const streaming: ReadonlySet<string> = new Set(["SendStreamingMessage", "SubscribeToTask"]);
type Answer = { jsonrpc: "2.0"; id: LooseRpcId | null; result?: unknown; error?: unknown };

/**
 * JSON-RPC 2.0 at one URL: a request, or up to 32 of them. Errors of JSON-RPC and of A2A are answers,
 * with status 200; a notification has none, and nothing is done for it.
 * @throws BadBody for a body that cannot be read.
 */
export async function serveRpc(visit: Visit): Promise<void> {
  const { request, response } = visit;
  let value: unknown;
  const text = await readBody(request);
  try {
    value = parseJson(text);
  } catch (error) {
    return reply(response, 200, failed(null, error));
  }
  if (Array.isArray(value)) return serveBatch(visit, value);
  const read = Request.safeParse(value);
  if (!read.success) return reply(response, 200, invalid(value, read.error));
  const { id, method } = read.data;
  if (id === undefined) return reply(response, 204, undefined);
  if (streaming.has(method)) return serveStream(visit, id, read.data);
  reply(response, 200, await answerTo(visit, id, read.data), activatedBy(visit));
}

async function serveBatch(visit: Visit, values: unknown[]): Promise<void> {
  const { response } = visit;
  if (values.length === 0 || values.length > BATCH_MAX) {
    const wrong = new RpcFailure(codes.invalidRequest, `a batch holds 1 to ${BATCH_MAX} requests`);
    return reply(response, 200, failed(null, wrong));
  }
  const answers = await Promise.all(
    values.map(async (value) => {
      const read = Request.safeParse(value);
      if (!read.success) return invalid(value, read.error);
      const { id, method } = read.data;
      if (id === undefined) return undefined;
      if (!streaming.has(method)) return answerTo(visit, id, read.data);
      const message = "a stream does not fit into a batch";
      return failed(id, new RpcFailure(codes.invalidRequest, message));
    }),
  );
  const told = answers.filter((answer) => answer !== undefined);
  if (told.length === 0) return reply(response, 204, undefined);
  reply(response, 200, told, activatedBy(visit));
}

async function answerTo(visit: Visit, id: LooseRpcId, request: Request): Promise<Answer> {
  try {
    const result = (await visit.agents.answer(askedOf(visit, request), visit.caller)) ?? null;
    return { jsonrpc: "2.0", id, result };
  } catch (error) {
    return failed(id, error);
  }
}

async function serveStream(visit: Visit, id: LooseRpcId, request: Request): Promise<void> {
  const { agents, caller, response, gone } = visit;
  const stream = new EventStream(response, activatedBy(visit), visit.heartbeatMs);
  try {
    const asked = askedOf(visit, request);
    const afterSeq = readAfterSeq(lastEventOf(visit));
    const emit = (result: unknown, seq: number) =>
      stream.send({ jsonrpc: "2.0", id, result }, { id: seq });
    await agents.stream(asked, caller, emit, gone, { afterSeq });
  } catch (error) {
    if (!stream.begun) return reply(response, 200, failed(id, error));
    if (!gone.aborted) await stream.send(failed(id, error)).catch(() => undefined);
  }
  stream.end();
}

/** @throws RpcFailure -32009 for another version, -32602 for another agent than the path names. */
function askedOf({ tenant, version, extensions }: Visit, { method, params }: Request): Asked {
  checkVersion(version);
  if (tenant === undefined) return { method, params, version, extensions };
  if (params?.["tenant"] !== undefined && params["tenant"] !== tenant)
    throw new RpcFailure(codes.invalidParams, "the path names another agent than tenant does");
  return { method, params: { ...params, tenant }, version, extensions };
}

function invalid(value: unknown, error: z.ZodError): Answer {
  const named = z.object({ id: LooseRpcId }).safeParse(value);
  const message = z.prettifyError(error).slice(0, 500);
  const id = named.success ? named.data.id : null;
  return failed(id, new RpcFailure(codes.invalidRequest, message));
}

function failed(id: LooseRpcId | null, error: unknown): Answer {
  return { jsonrpc: "2.0", id, error: toRpcError(error) };
}
