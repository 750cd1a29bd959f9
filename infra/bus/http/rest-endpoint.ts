import { codes, RpcFailure, toRpcError } from "@nightshift/protocol/rpc";
import { NightCard } from "@nightshift/protocol/skills";
import { z } from "zod";
import { readAfterSeq } from "../extensions.ts";
import { checkVersion } from "../gate.ts";
import type { Asked } from "../served.ts";
import { parseJson, readBody } from "./body.ts";
import { EventStream } from "./event-stream.ts";
import { toRestError } from "./rest-errors.ts";
import { matchRoute, readQuery, type Matched, type RestVerb } from "./rest-routes.ts";
import { activatedBy, lastEventOf, reply, type Visit } from "./visit.ts";

/** What REST answers in, where it went well. */
const TYPE = { "content-type": "application/a2a+json" };

const Body = z.record(z.string(), z.unknown());

/**
 * HTTP+JSON: the paths of A2A 1.0 below an agent's own. Errors have a status, and a body that names
 * their reason; of another version nothing is read, for its paths and bodies are others.
 * @throws BadBody for a body that cannot be read.
 */
export async function serveRest(visit: Visit, path: string, query: URLSearchParams): Promise<void> {
  const { request, response } = visit;
  try {
    checkVersion(visit.version);
  } catch (error) {
    return fail(visit, error);
  }
  const matched = matchRoute(request.method ?? "", path);
  if ("verbs" in matched) return refuse(visit, matched.verbs);
  const text = request.method === "POST" && hasBody(visit) ? await readBody(request) : "{}";
  let asked: Asked;
  try {
    asked = askedOf(visit, matched, text, query);
  } catch (error) {
    return fail(visit, error);
  }
  if (matched.method === "SendStreamingMessage" || matched.method === "SubscribeToTask")
    return serveStream(visit, asked);
  try {
    const result = await visit.agents.answer(asked, visit.caller);
    const body = matched.status === 204 ? undefined : (result ?? {});
    reply(response, matched.status, body, { ...TYPE, ...activatedBy(visit) });
  } catch (error) {
    fail(visit, error);
  }
}

/** What is no request of 1.0. */
function refuse(visit: Visit, verbs: readonly RestVerb[]): void {
  if (verbs.length === 0)
    return fail(visit, new RpcFailure(codes.methodNotFound, "no such path of A2A 1.0"));
  const allow = verbs.join(", ");
  const wrong = toRpcError(new RpcFailure(codes.methodNotFound, `here it is ${allow}`));
  reply(visit.response, 405, toRestError(wrong), { allow });
}

async function serveStream(visit: Visit, asked: Asked): Promise<void> {
  const { agents, caller, response, gone } = visit;
  const stream = new EventStream(response, activatedBy(visit), visit.heartbeatMs);
  try {
    const afterSeq = readAfterSeq(lastEventOf(visit));
    const emit = (event: unknown, seq: number) => stream.send(event, { id: seq });
    await agents.stream(asked, caller, emit, gone, { afterSeq });
  } catch (error) {
    if (!stream.begun) return fail(visit, error);
    const told = toRestError(toRpcError(error));
    if (!gone.aborted) await stream.send(told, { event: "error" }).catch(() => undefined);
  }
  stream.end();
}

/** @throws RpcFailure -32700 or -32602. */
function askedOf(visit: Visit, matched: Matched, text: string, query: URLSearchParams): Asked {
  const { tenant, version, extensions } = visit;
  if (!NightCard.shape.name.safeParse(tenant).success)
    throw new RpcFailure(codes.invalidParams, "the path must name the agent that is asked");
  const body = Body.safeParse(parseJson(text));
  if (!body.success) throw new RpcFailure(codes.invalidParams, "the body is not an object");
  const given = { ...readQuery(query), ...body.data };
  for (const [name, value] of Object.entries({ ...matched.held, tenant })) {
    // The SDK writes the path's own parameters into the body as well.
    if (given[name] !== undefined && given[name] !== value)
      throw new RpcFailure(codes.invalidParams, `the path names another ${name} than the body`);
  }
  const params = { ...given, ...matched.held, tenant };
  return { method: matched.method, params, version, extensions };
}

function hasBody({ request }: Visit): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return encoding !== undefined || Number(length ?? 0) > 0;
}

function fail({ response }: Visit, error: unknown): void {
  const told = toRestError(toRpcError(error));
  const { code } = told.error;
  reply(response, code, told, code === 429 ? { "retry-after": "1" } : {});
}
