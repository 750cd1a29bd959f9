import Anthropic, { AnthropicError, APIError } from "@anthropic-ai/sdk";
import { WorkerFailure } from "@nightshift/agents/ports";
import type { Blobs, Completion, Model } from "@nightshift/agents/ports";
import type { Clock } from "@nightshift/protocol/clock";
import { failureOf } from "./failure.ts";
import { mask } from "./mask.ts";
import { costOf } from "./profiles.ts";
import type { Profile } from "./profiles.ts";
import { watch } from "./watchdog.ts";
import { windowsOf } from "./windows.ts";

/** A profile and who it belongs to. */
export type ModelIdentity = Profile & {
  /** As the config names it. */
  name: string;
  /** As the API names it. */
  model: string;
  account: string;
};

/** Of a call that failed on the server's side or on the way, beside the first. */
export const RETRIES_MAX = 2;

/** A model behind the Anthropic Messages API, or whoever speaks it at `baseUrl`. */
export function createAnthropicModel(
  options: ModelIdentity & {
    apiKey: string;
    baseUrl?: string;
    blobs: Blobs;
    clock?: Pick<Clock, "now">;
  },
): Model {
  const { apiKey, baseUrl, blobs, clock = { now: Date.now }, ...identity } = options;
  const secrets = [apiKey];
  return {
    ...identity,
    async complete(request, { signal }) {
      const watched = watch({ ...request, signal });
      try {
        const body = {
          model: identity.model,
          max_tokens: Math.min(request.outputTokensMax, identity.outputTokensMax),
          ...(request.system !== "" && { system: request.system }),
          messages: [{ role: "user" as const, content: request.prompt }],
        };
        const client = new Anthropic({
          apiKey,
          authToken: null,
          baseURL: baseUrl ?? "https://api.anthropic.com",
          fetch: watched.fetch,
          maxRetries: RETRIES_MAX,
          // The watchdog rules; the SDK would retry what it has timed out itself.
          timeout: request.wallMs + 60_000,
          logLevel: "off",
        });
        const answer = await client.messages
          .stream(body, { signal: watched.signal })
          .finalMessage();
        const told = JSON.stringify({ request: { api: "anthropic", ...body }, answer });
        const completion = completionOf(answer, identity, secrets);
        const windows = windowsOf(watched.headers() ?? new Headers(), clock.now());
        const transcript = await blobs.put(mask(told, secrets));
        return { ...completion, transcript, ...(windows.length > 0 && { windows }) };
      } catch (error) {
        const failure = watched.failure();
        if (failure) throw failure;
        if (error instanceof WorkerFailure || !(error instanceof AnthropicError)) throw error;
        const { account } = identity;
        const answered = watched.headers() !== null;
        throw failureOf({ ...toldBy(error), answered }, { account, nowMs: clock.now(), secrets });
      } finally {
        watched.stop();
      }
    },
  };
}

function completionOf(
  { content, stop_reason, usage: told }: Anthropic.Message,
  { price, priceKnown }: Profile,
  secrets: readonly string[],
): Omit<Completion, "transcript"> {
  const text = content.map((block) => (block.type === "text" ? block.text : "")).join("");
  const stopReason = stopOf(stop_reason, text);
  const cachedTokens = told.cache_read_input_tokens ?? 0;
  const cacheWriteTokens = told.cache_creation_input_tokens ?? 0;
  const usage = {
    inputTokens: told.input_tokens + cachedTokens + cacheWriteTokens,
    cachedTokens,
    outputTokens: told.output_tokens,
  };
  return {
    text: mask(text, secrets),
    stopReason,
    usage,
    costMicroUsd: costOf(price, { ...usage, cacheWriteTokens }),
    costKind: priceKnown ? "billed" : "estimated",
  };
}

function stopOf(reason: Anthropic.Message["stop_reason"], text: string): Completion["stopReason"] {
  switch (reason) {
    case "max_tokens":
    case "model_context_window_exceeded":
      return "truncated";
    case "end_turn":
    case "stop_sequence":
      if (text.trim() === "") throw new WorkerFailure("unusable-answer", "the answer is empty");
      return "finished";
    case "refusal":
      throw new WorkerFailure("unusable-answer", "the model refused to answer");
    case "tool_use":
    case "pause_turn":
      throw new WorkerFailure("unusable-answer", `the model stopped for ${reason}`);
    case null:
      throw new WorkerFailure("crash", "the answer broke off");
  }
}

function toldBy(error: Error) {
  if (!(error instanceof APIError))
    return { status: undefined, headers: undefined, type: null, message: error.message };
  const { status, headers, type, apiMessage } = error;
  return { status, headers, type, message: apiMessage ?? "" };
}
