import OpenAI, { APIError, OpenAIError } from "openai";
import { WorkerFailure } from "@nightshift/agents/ports";
import type { Blobs, Completion, Model } from "@nightshift/agents/ports";
import type { Clock } from "@nightshift/protocol/clock";
import { RETRIES_MAX } from "./anthropic.ts";
import type { ModelIdentity } from "./anthropic.ts";
import { failureOf } from "./failure.ts";
import { mask } from "./mask.ts";
import { costOf } from "./profiles.ts";
import type { Profile } from "./profiles.ts";
import { watch } from "./watchdog.ts";
import { windowsOf } from "./windows.ts";

const OPENAI_URL = "https://api.openai.com/v1";

/**
 * A model behind Chat Completions: OpenAI's own, and every server that speaks the same.
 * @param options.apiKey Null where the server wants none, as Ollama does.
 * @param options.baseUrl With its version, e.g. `http://127.0.0.1:11434/v1`.
 */
export function createOpenAiModel(
  options: ModelIdentity & {
    apiKey: string | null;
    baseUrl?: string;
    blobs: Blobs;
    clock?: Pick<Clock, "now">;
  },
): Model {
  const { apiKey, baseUrl = OPENAI_URL, blobs, clock = { now: Date.now }, ...identity } = options;
  const secrets = apiKey === null ? [] : [apiKey];
  return {
    ...identity,
    async complete(request, { signal }) {
      const watched = watch({ ...request, signal });
      try {
        const body = bodyOf(request, identity, baseUrl);
        const client = new OpenAI({
          apiKey: apiKey ?? "none",
          adminAPIKey: null,
          organization: null,
          project: null,
          baseURL: baseUrl,
          fetch: watched.fetch,
          maxRetries: RETRIES_MAX,
          // The watchdog rules; the SDK would retry what it has timed out itself.
          timeout: request.wallMs + 60_000,
          logLevel: "off",
        });
        const chunks = await client.chat.completions.create(body, { signal: watched.signal });
        const answer = await assemble(chunks);
        const failure = watched.failure();
        // The SDK takes an abort for the end of the stream.
        if (failure) throw failure;
        const told = JSON.stringify({ request: { api: "chat", ...body }, answer });
        const completion = completionOf(answer, request, { ...identity, secrets });
        const windows = windowsOf(watched.headers() ?? new Headers(), clock.now());
        const transcript = await blobs.put(mask(told, secrets));
        return { ...completion, transcript, ...(windows.length > 0 && { windows }) };
      } catch (error) {
        const failure = watched.failure();
        if (failure) throw failure;
        if (error instanceof WorkerFailure || !isCallFailure(error)) throw error;
        const { account } = identity;
        const answered = watched.headers() !== null;
        throw failureOf({ ...toldBy(error), answered }, { account, nowMs: clock.now(), secrets });
      } finally {
        watched.stop();
      }
    },
  };
}

type Request = Parameters<Model["complete"]>[0];

/** OpenAI has renamed the limit of output; the servers that follow it know the older name. */
function bodyOf(request: Request, identity: ModelIdentity, baseUrl: string) {
  const tokens = Math.min(request.outputTokensMax, identity.outputTokensMax);
  const own = URL.parse(baseUrl)?.hostname === "api.openai.com";
  const system = { role: "system" as const, content: request.system };
  return {
    model: identity.model,
    ...(own ? { max_completion_tokens: tokens } : { max_tokens: tokens }),
    stream: true as const,
    stream_options: { include_usage: true },
    messages: [
      ...(request.system === "" ? [] : [system]),
      { role: "user" as const, content: request.prompt },
    ],
  };
}

type Assembled = {
  id: string;
  text: string;
  refusal: string;
  finishReason: string | null;
  usage: OpenAI.CompletionUsage | null;
};

async function assemble(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<Assembled> {
  const whole: Assembled = { id: "", text: "", refusal: "", finishReason: null, usage: null };
  for await (const { id, choices, usage } of chunks) {
    whole.id ||= id;
    whole.usage = usage ?? whole.usage;
    const choice = choices[0];
    whole.text += choice?.delta.content ?? "";
    whole.refusal += choice?.delta.refusal ?? "";
    whole.finishReason = choice?.finish_reason ?? whole.finishReason;
  }
  return whole;
}

/** What was not told is estimated at four characters a token, and said to be an estimate. */
function completionOf(
  answer: Assembled,
  request: Request,
  { price, priceKnown, secrets }: Profile & { secrets: readonly string[] },
): Omit<Completion, "transcript"> {
  const stopReason = stopOf(answer);
  const told = answer.usage;
  const usage = {
    inputTokens: told?.prompt_tokens ?? tokensOf(request.system + request.prompt),
    cachedTokens: told?.prompt_tokens_details?.cached_tokens ?? 0,
    outputTokens: told?.completion_tokens ?? tokensOf(answer.text),
  };
  const costKind = told && priceKnown ? "billed" : told || priceKnown ? "estimated" : "unknown";
  const text = mask(answer.text, secrets);
  return { text, stopReason, usage, costMicroUsd: costOf(price, usage), costKind };
}

function stopOf({ finishReason, text, refusal }: Assembled): Completion["stopReason"] {
  if (finishReason === null) throw new WorkerFailure("crash", "the answer broke off");
  if (finishReason === "length") return "truncated";
  if (finishReason === "content_filter" || refusal !== "")
    throw new WorkerFailure("unusable-answer", "the model refused to answer");
  if (finishReason !== "stop")
    throw new WorkerFailure("unusable-answer", "the model stopped for another reason");
  if (text.trim() === "") throw new WorkerFailure("unusable-answer", "the answer is empty");
  return "finished";
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}

/** The SDK's own errors, and what `fetch` throws when a stream breaks off in the middle. */
function isCallFailure(error: unknown): error is Error {
  return error instanceof OpenAIError || error instanceof TypeError;
}

function toldBy(error: Error) {
  if (!(error instanceof APIError))
    return { status: undefined, headers: undefined, type: null, message: error.message };
  const { status, headers, code, type, message } = error;
  return { status, headers, type: code ?? type ?? null, message };
}
