import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ZodError } from "zod";
import type { Clock } from "@nightshift/protocol/clock";
import { anthropic } from "./wire/anthropic.ts";
import { chat } from "./wire/chat.ts";
import { turnOf } from "./wire/edits.ts";
import { gemini } from "./wire/gemini.ts";
import { responses } from "./wire/responses.ts";
import { tokensOf } from "./wire/script.ts";
import type { Answer, Api, Asked, Plain, Reply, Script, Wire } from "./wire/script.ts";

/** What was asked of the server. A key is seen, never kept. */
export type RequestRecord = {
  atMs: number;
  api: Api;
  model: string;
  system: string;
  prompt: string;
  tools: string[];
  toolResults: number;
  stream: boolean;
  outputTokensMax: number | null;
  hasKey: boolean;
  answered: Answer["kind"];
  /** What was counted for the answer, as its own wire tells it; null where it told none. */
  usage: { inputTokens: number; cachedTokens: number; outputTokens: number } | null;
};

export type ModelServer = {
  /** `http://127.0.0.1:port`; OpenAI clients append `/v1`. */
  url: string;
  /** In the order of arrival, at most 10,000. */
  requests: readonly RequestRecord[];
  close(): Promise<void>;
};

const RECORDS_MAX = 10_000;
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/**
 * A model on loopback that answers what the script says, in the bytes of the real APIs: Anthropic
 * Messages, OpenAI Chat Completions and Responses, Gemini; streamed or whole.
 * @param models Ids that `GET /v1/models` tells.
 */
export async function startModelServer(options: {
  script: Script;
  port?: number;
  clock?: Pick<Clock, "now">;
  models?: readonly string[];
}): Promise<ModelServer> {
  const { script, port = 0, clock = { now: Date.now }, models = [] } = options;
  const requests: RequestRecord[] = [];
  const server = createServer((request, response) => {
    const answered = serve(request, response, { script, clock, models, requests });
    answered.catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Context = {
  script: Script;
  clock: Pick<Clock, "now">;
  models: readonly string[];
  requests: RequestRecord[];
};

async function serve(request: IncomingMessage, response: ServerResponse, context: Context) {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const body = await bodyOf(request);
  if (request.method === "GET" && pathname.endsWith("/models"))
    return send(response, { status: 200, headers: {}, body: modelsOf(request, context.models) });
  const wire = wireOf(pathname);
  if (request.method !== "POST" || wire === null)
    return send(response, { status: 404, headers: {}, body: { error: { type: "not_found" } } });
  const asked = readOr(wire, body, pathname);
  if (asked === null) return send(response, wire.failure(400));
  if (pathname.endsWith("/count_tokens"))
    return send(response, { status: 200, headers: {}, body: { input_tokens: inputOf(asked) } });
  const answer = await context.script(forScript(asked));
  const { authorization } = request.headers;
  const key = request.headers["x-api-key"] ?? request.headers["x-goog-api-key"];
  const said = answer.kind === "text" || answer.kind === "edits" ? replyOf(answer, asked) : null;
  record(context, asked, { hasKey: (authorization ?? key) !== undefined, answer, said });
  // A key goes in `x-api-key` or is an `sk-` bearer; a subscription's token looks otherwise.
  const login = key === undefined && !/^Bearer sk-(?!ant-oat)/.test(authorization ?? "");
  if (said === null) refuse(response, wire, answer, { nowMs: context.clock.now(), login });
  else if (asked.stream) await stream(response, wire, said, asked);
  else send(response, { status: 200, headers: {}, body: wire.whole(said, asked) });
}

function refuse(
  response: ServerResponse,
  wire: Wire,
  answer: Answer,
  { nowMs, login }: { nowMs: number; login: boolean },
): void {
  switch (answer.kind) {
    case "silence":
      // Held open without a byte until the client or `close` ends it.
      return;
    case "limit":
      return send(response, wire.limit(answer.resetsAtMs, nowMs, login));
    case "unauthorised":
      return send(response, wire.unauthorised());
    case "error":
      return send(response, wire.failure(answer.status));
    case "text":
    case "edits":
      return;
  }
}

/** A model stops at the limit it was given, whatever it wanted to say. */
function replyOf(answer: Extract<Answer, { kind: "text" | "edits" }>, asked: Asked): Reply {
  const counts = { inputTokens: inputOf(asked), cachedTokens: 0 };
  if (answer.kind === "edits") {
    const { text, calls } = turnOf(answer, asked);
    const outputTokens = tokensOf(text) + tokensOf(calls.length > 0 ? JSON.stringify(calls) : "");
    if (calls.length > 0) return { text, calls, stop: "calls", ...counts, outputTokens };
    const { stop = "end" } = answer;
    return limited({ text, calls, stop, ...counts, outputTokens }, asked);
  }
  const { text, stop = "end", outputTokens = tokensOf(text), cachedTokens = 0 } = answer;
  const said = { text, calls: [], stop, ...counts, outputTokens };
  return limited({ ...said, cachedTokens: Math.min(cachedTokens, counts.inputTokens) }, asked);
}

function limited(reply: Reply, { outputTokensMax }: Asked): Reply {
  if (outputTokensMax === null || reply.outputTokens <= outputTokensMax) return reply;
  const text = reply.text.slice(0, outputTokensMax * 4);
  return { ...reply, text, stop: "cut", outputTokens: outputTokensMax };
}

function inputOf({ inputCharacters }: Asked): number {
  return Math.ceil(inputCharacters / 4);
}

async function stream(response: ServerResponse, wire: Wire, said: Reply, asked: Asked) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const { event, data } of wire.frames(said, asked)) {
    const text = typeof data === "string" ? data : JSON.stringify(data);
    response.write(`${event ? `event: ${event}\n` : ""}data: ${text}\n\n`);
    await new Promise(setImmediate);
  }
  response.end();
}

function send(response: ServerResponse, { status, headers, body }: Plain): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Null for a body that is not of the dialect. */
function readOr(wire: Wire, body: unknown, path: string): Asked | null {
  try {
    return wire.read(body, path);
  } catch (error) {
    if (error instanceof ZodError) return null;
    throw error;
  }
}

function wireOf(path: string): Wire | null {
  if (/\/messages(\/count_tokens)?$/.test(path)) return anthropic;
  if (path.endsWith("/chat/completions")) return chat;
  if (path.endsWith("/responses")) return responses;
  if (/:(streamGenerate|generate)Content$/.test(path)) return gemini;
  return null;
}

function modelsOf(request: IncomingMessage, models: readonly string[]): unknown {
  if (request.headers["anthropic-version"] !== undefined) {
    const data = models.map((id) => ({ type: "model", id, display_name: id }));
    return { data, has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null };
  }
  const data = models.map((id) => ({ id, object: "model", created: 1, owned_by: "library" }));
  return { object: "list", data };
}

function forScript({ api, model, system, prompt, tools, toolResults }: Asked) {
  return { api, model, system, prompt, tools, toolResults };
}

function record(
  context: Context,
  asked: Asked,
  { hasKey, answer, said }: { hasKey: boolean; answer: Answer; said: Reply | null },
): void {
  if (context.requests.length >= RECORDS_MAX) return;
  const { stream, outputTokensMax } = asked;
  const { inputTokens = 0, cachedTokens = 0, outputTokens = 0 } = said ?? {};
  const usage = said === null ? null : { inputTokens, cachedTokens, outputTokens };
  const more = { atMs: context.clock.now(), stream, outputTokensMax, hasKey, usage };
  context.requests.push({ ...forScript(asked), ...more, answered: answer.kind });
}

/** The body as JSON; an empty object where it is none or too large, which no dialect takes. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return {};
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return {};
  }
}
