import type { Blobs, Model } from "@nightshift/agents/ports";
import { Unavailable } from "@nightshift/protocol/errors";
import { createAnthropicModel } from "../workers/models/anthropic.ts";
import { createOpenAiModel } from "../workers/models/openai.ts";
import { profileOf } from "../workers/models/profiles.ts";
import { ApiCall, serveRecorded } from "./recorded-server.ts";

/** How a recorded call came out when it was made again. */
export type Replayed =
  /** An API: the same bytes were asked, and the same bytes kept. */
  | { status: "same" }
  /** An agent CLI, which asks its model itself: what it told is kept, whole and unchanged. */
  | { status: "kept"; lines: number }
  | { status: "erased"; why: string }
  | { status: "different"; why: string };

const WALL_MS = 60_000;
const WHY_CHARS_MAX = 300;

/**
 * Makes a recorded call again, offline: the driver that made it asks a server on loopback, which
 * answers as was answered then. What is asked and what is kept of it must be the recorded bytes.
 * @param source Where the recorded bodies are; nothing is written there.
 */
export async function replayCall(transcript: string, source: Blobs): Promise<Replayed> {
  let text: string;
  try {
    text = await source.get(transcript);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    if (/damaged/.test(error.message)) return { status: "different", why: error.message };
    return { status: "erased", why: error.message };
  }
  const call = ApiCall.safeParse(parsed(text));
  if (!call.success) return keptLines(text);
  try {
    return await again(call.data, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { status: "different", why: why.slice(0, WHY_CHARS_MAX) };
  }
}

async function again(call: ApiCall, recorded: string): Promise<Replayed> {
  const server = await serveRecorded(call);
  const kept: string[] = [];
  const blobs: Blobs = {
    put: async (text) => String(kept.push(text)),
    get: () => Promise.reject(new Unavailable("a replay reads nothing back")),
  };
  try {
    const { system, prompt, outputTokensMax } = askedBy(call);
    const waits = { silenceMs: WALL_MS, wallMs: WALL_MS };
    const model = modelOf(call, { url: server.url, blobs });
    // An answer that could not be used then cannot be used now: its bytes are the same all the same.
    const signal = AbortSignal.timeout(WALL_MS);
    await model.complete({ system, prompt, outputTokensMax, ...waits }, { signal });
  } finally {
    await server.close();
  }
  const { api: _api, ...request } = call.request;
  // Only OpenAI's own address is told the limit by its newer name, and this is another address.
  const isNewer = "max_completion_tokens" in request;
  const asThen = (text = "") =>
    isNewer ? text.replace('"max_tokens":', '"max_completion_tokens":') : text;
  const sent = parsed(asThen(server.asked[0]));
  const different = firstDifference({ ...request, stream: true }, sent);
  if (different !== null) return { status: "different", why: `it asks otherwise: ${different}` };
  if (asThen(kept[0]) === recorded) return { status: "same" };
  return { status: "different", why: "what is kept of it is another text" };
}

function modelOf({ request }: ApiCall, { url, blobs }: { url: string; blobs: Blobs }): Model {
  const identity = {
    ...profileOf(request.model, { contextTokensMax: 10_000_000, outputTokensMax: 10_000_000 }),
    name: request.model,
    model: request.model,
    account: "replay",
  };
  // No key of anybody: the server is this process.
  const place = { ...identity, apiKey: "replay-without-a-key", baseUrl: url, blobs };
  return request.api === "anthropic" ? createAnthropicModel(place) : createOpenAiModel(place);
}

function askedBy({ request }: ApiCall) {
  const { messages } = request;
  const prompt = messages.findLast(({ role }) => role === "user")?.content ?? "";
  if (request.api === "anthropic") {
    return { system: request.system ?? "", prompt, outputTokensMax: request.max_tokens };
  }
  const system = messages.find(({ role }) => role === "system")?.content ?? "";
  const outputTokensMax = request.max_tokens ?? request.max_completion_tokens ?? 1;
  return { system, prompt, outputTokensMax };
}

/** The first key whose value is another, or null. */
function firstDifference(
  recorded: Readonly<Record<string, unknown>>,
  sent: unknown,
): string | null {
  if (typeof sent !== "object" || sent === null) return "nothing";
  const now: Readonly<Record<string, unknown>> = { ...sent };
  const keys = new Set([...Object.keys(recorded), ...Object.keys(now)]);
  const different = [...keys].find(
    (key) => JSON.stringify(recorded[key]) !== JSON.stringify(now[key]),
  );
  return different ?? null;
}

function keptLines(text: string): Replayed {
  const lines = text.split("\n").filter((line) => line !== "");
  const broken = lines.findIndex((line) => parsed(line) === null);
  if (lines.length === 0 || broken >= 0) {
    return { status: "different", why: `line ${broken + 1} of it cannot be read` };
  }
  return { status: "kept", lines: lines.length };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
