import { randomUUID } from "node:crypto";
import { z } from "zod";
import { chunksOf, secondsUntil } from "./script.ts";
import type { Asked, Frame, Plain, Reply, ToolCall, Wire } from "./script.ts";

/** OpenAI Chat Completions, as most servers speak it. */
export const chat: Wire = {
  read(body) {
    const request = Request.parse(body);
    const text = (roles: string[]) =>
      request.messages
        .filter(({ role }) => roles.includes(role))
        .map(({ content }) => textOf(content))
        .join("\n");
    return {
      api: "chat",
      model: request.model,
      system: text(["system", "developer"]),
      prompt: text(["user"]),
      tools: request.tools.map((tool) => tool.function.name),
      toolResults: request.messages.filter(({ role }) => role === "tool").length,
      toolTurns: request.messages.filter((message) => message.tool_calls?.length).length,
      stream: request.stream,
      wantsUsage: request.stream_options?.include_usage === true,
      outputTokensMax: request.max_completion_tokens ?? request.max_tokens ?? null,
      inputCharacters: JSON.stringify(request.messages).length,
    };
  },

  frames(reply, asked) {
    const head = { ...identity("chat.completion.chunk", asked), usage: null };
    const chunk = (delta: object, finish_reason: string | null): Frame => ({
      data: { ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason }] },
    });
    const usage = { data: { ...head, choices: [], usage: usageOf(reply) } };
    return [
      chunk({ role: "assistant", content: "" }, null),
      ...(reply.text === "" ? [] : chunksOf(reply.text)).map((content) => chunk({ content }, null)),
      ...reply.calls.map((call, index) => chunk({ tool_calls: [toolCall(call, index)] }, null)),
      chunk({}, STOPS[reply.stop]),
      ...(asked.wantsUsage ? [usage] : []),
      { data: "[DONE]" },
    ];
  },

  whole(reply, asked) {
    const tool_calls = reply.calls.map(toolCall);
    const message = {
      role: "assistant",
      content: reply.text,
      refusal: null,
      ...(tool_calls.length > 0 && { tool_calls }),
    };
    return {
      ...identity("chat.completion", asked),
      choices: [{ index: 0, message, logprobs: null, finish_reason: STOPS[reply.stop] }],
      usage: usageOf(reply),
    };
  },

  limit(resetsAtMs, nowMs) {
    const plain = failed(429, "Rate limit reached", "requests", "rate_limit_exceeded");
    if (resetsAtMs === null) return plain;
    const seconds = secondsUntil(resetsAtMs, nowMs);
    const headers = {
      "retry-after": String(seconds),
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": `${seconds}s`,
    };
    return { ...plain, headers };
  },

  unauthorised: () =>
    failed(401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),

  failure: (status) => failed(status, "The server had an error", "server_error", null),
};

const Text = z.looseObject({ type: z.string(), text: z.string().optional() });
const Content = z.union([z.string(), z.array(Text)]).nullish();
const Request = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.int().nullish(),
  max_completion_tokens: z.int().nullish(),
  messages: z.array(
    z.looseObject({
      role: z.string(),
      content: Content,
      tool_calls: z.array(z.unknown()).nullish(),
    }),
  ),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).default([]),
});

function textOf(content: z.infer<typeof Content>): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ text }) => text ?? "").join("\n");
}

const STOPS = {
  end: "stop",
  cut: "length",
  refused: "content_filter",
  calls: "tool_calls",
} as const;

function identity(object: string, asked: Asked) {
  const created = Math.floor(Date.now() / 1_000);
  return { id: `chatcmpl-${randomUUID()}`, object, created, model: asked.model };
}

function toolCall(call: ToolCall, index: number) {
  const input = "input" in call ? call.input : { input: call.text };
  const id = `call_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
  const body = { name: call.name, arguments: JSON.stringify(input) };
  return { index, id, type: "function", function: body };
}

function usageOf(reply: Reply) {
  return {
    prompt_tokens: reply.inputTokens,
    completion_tokens: reply.outputTokens,
    total_tokens: reply.inputTokens + reply.outputTokens,
    prompt_tokens_details: { cached_tokens: reply.cachedTokens },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

function failed(status: number, message: string, type: string, code: string | null): Plain {
  return { status, headers: {}, body: { error: { message, type, param: null, code } } };
}
