import { z } from "zod";
import type { Usage } from "@nightshift/protocol/attempt";
import { splitLines } from "../lines.ts";
import { json } from "../../json.ts";

/** All input is in `inputTokens`, what came from a cache or was written to one included. */
export type CallUsage = Usage & { cacheWriteTokens: number };

type Said = {
  /** Null where the answer told none. */
  usage: CallUsage | null;
  /** The output reached its limit. */
  cut: boolean;
  /** An answer that is no stream, for its refusal. */
  body: unknown;
};

/** An answer that is no stream; a longer one is passed on and not read. */
const WHOLE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Reads usage and stop reason out of an answer as it passes, streamed or whole, in the dialects of
 * Anthropic Messages, OpenAI Responses, Chat Completions and Gemini. Counts of a stream are totals
 * so far, so the last word on each is the truth.
 */
export function listenToAnswer(contentType: string) {
  const said: Said = { usage: null, cut: false, body: null };
  const streamed = contentType.includes("text/event-stream");
  const decoder = new TextDecoder();
  const lines = splitLines((line) => {
    if (line.startsWith("data:")) take(said, json(line.slice("data:".length)));
  });
  let whole = "";
  return {
    feed(chunk: Uint8Array): void {
      const text = decoder.decode(chunk, { stream: true });
      if (streamed) lines.feed(text);
      else if (whole.length + text.length <= WHOLE_BYTES_MAX) whole += text;
    },
    end(): Said {
      lines.end();
      if (!streamed) {
        said.body = json(whole);
        for (const part of Array.isArray(said.body) ? said.body : [said.body]) take(said, part);
      }
      return said;
    },
  };
}

function take(said: Said, part: unknown): void {
  const told = Part.safeParse(part).data;
  if (!told) return;
  const whole = told.message ?? told.response ?? told;
  const usage = whole.usage ?? told.usage;
  if (usage) said.usage = merged(said.usage, usage);
  if (told.usageMetadata) said.usage = geminiUsage(told.usageMetadata);
  const reasons = [
    whole.stop_reason,
    told.delta?.stop_reason,
    whole.incomplete_details?.reason,
    ...(told.choices ?? []).map(({ finish_reason }) => finish_reason),
    ...(told.candidates ?? []).map(({ finishReason }) => finishReason),
  ];
  said.cut ||= reasons.some((reason) => CUTS.has(reason ?? ""));
}

const CUTS = new Set(["max_tokens", "max_output_tokens", "length", "MAX_TOKENS"]);

const count = z.number().int().nonnegative().optional().catch(undefined);
const cached = z.looseObject({ cached_tokens: count }).nullish().catch(null);
const AnyUsage = z.looseObject({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  input_tokens_details: cached,
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: cached,
});
const GeminiUsage = z.looseObject({
  promptTokenCount: count,
  cachedContentTokenCount: count,
  candidatesTokenCount: count,
  thoughtsTokenCount: count,
});
const reason = z.string().nullish().catch(null);
const Whole = z.looseObject({
  usage: AnyUsage.nullish().catch(null),
  stop_reason: reason,
  incomplete_details: z.looseObject({ reason }).nullish().catch(null),
});
const Part = Whole.extend({
  message: Whole.optional().catch(undefined),
  response: Whole.optional().catch(undefined),
  delta: z.looseObject({ stop_reason: reason }).optional().catch(undefined),
  choices: z
    .array(z.looseObject({ finish_reason: reason }))
    .optional()
    .catch(undefined),
  usageMetadata: GeminiUsage.optional().catch(undefined),
  candidates: z
    .array(z.looseObject({ finishReason: reason }))
    .optional()
    .catch(undefined),
});

/** Anthropic tells the input at the start of a stream and the output at its end. */
function merged(before: CallUsage | null, told: z.infer<typeof AnyUsage>): CallUsage {
  const written = told.cache_creation_input_tokens ?? before?.cacheWriteTokens ?? 0;
  const read = told.cache_read_input_tokens;
  const openAi = (told.input_tokens_details ?? told.prompt_tokens_details)?.cached_tokens;
  const input = told.input_tokens ?? told.prompt_tokens;
  return {
    inputTokens:
      input === undefined
        ? (before?.inputTokens ?? 0)
        : input + (read ?? 0) + (told.cache_creation_input_tokens ?? 0),
    cachedTokens: read ?? openAi ?? before?.cachedTokens ?? 0,
    outputTokens: told.output_tokens ?? told.completion_tokens ?? before?.outputTokens ?? 0,
    cacheWriteTokens: written,
  };
}

function geminiUsage(told: z.infer<typeof GeminiUsage>): CallUsage {
  return {
    inputTokens: told.promptTokenCount ?? 0,
    cachedTokens: told.cachedContentTokenCount ?? 0,
    outputTokens: (told.candidatesTokenCount ?? 0) + (told.thoughtsTokenCount ?? 0),
    cacheWriteTokens: 0,
  };
}
