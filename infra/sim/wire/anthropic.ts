import { randomUUID } from "node:crypto";
import { z } from "zod";
import { chunksOf, secondsUntil } from "./script.ts";
import type { Asked, Frame, Plain, Reply, Wire } from "./script.ts";

/** Anthropic Messages, version 2023-06-01. */
export const anthropic: Wire = {
  read(body) {
    const request = Request.parse(body);
    const blocks = request.messages.flatMap(({ content }) => blocksOf(content));
    const user = request.messages
      .filter(({ role }) => role === "user")
      .flatMap(({ content }) => blocksOf(content))
      .filter(({ type }) => type === "text");
    const system = blocksOf(request.system ?? "").map(textOf);
    return {
      api: "anthropic",
      model: request.model,
      system: system.join("\n"),
      prompt: user.map(textOf).join("\n"),
      tools: request.tools.map(({ name, type }) => name ?? type ?? ""),
      toolResults: blocks.filter(({ type }) => type === "tool_result").length,
      toolTurns: request.messages.filter(({ content }) => callsTool(content)).length,
      stream: request.stream,
      wantsUsage: true,
      outputTokensMax: request.max_tokens ?? null,
      inputCharacters: system.join("").length + JSON.stringify(request.messages).length,
    };
  },

  frames(reply, asked) {
    const { content, stop_reason, usage } = message(reply, asked);
    const open = { ...message(reply, asked), content: [], stop_reason: null };
    const start = { ...open, usage: { ...usage, output_tokens: 1 } };
    return [
      event({ type: "message_start", message: start }),
      ...content.flatMap(blockFrames),
      event({
        type: "message_delta",
        delta: { stop_reason, stop_sequence: null },
        usage: { output_tokens: usage.output_tokens },
      }),
      event({ type: "message_stop" }),
    ];
  },

  whole: message,

  limit(resetsAtMs, nowMs, login) {
    const headers = login ? subscriptionHeaders(resetsAtMs, nowMs) : keyHeaders(resetsAtMs, nowMs);
    const text = "This request would exceed your account's rate limit. Please try again later.";
    return { ...failed(429, "rate_limit_error", text), headers };
  },

  unauthorised: () => failed(401, "authentication_error", "invalid x-api-key"),

  failure: (status) =>
    failed(status, status === 529 ? "overloaded_error" : "api_error", "Internal server error"),
};

const Block = z.looseObject({ type: z.string(), text: z.string().optional() });
const Content = z.union([z.string(), z.array(Block)]);
const Request = z.looseObject({
  model: z.string(),
  max_tokens: z.int().optional(),
  stream: z.boolean().default(false),
  system: Content.optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: Content })),
  tools: z
    .array(z.looseObject({ name: z.string().optional(), type: z.string().optional() }))
    .default([]),
});

type Block = z.infer<typeof Block>;

function blocksOf(content: z.infer<typeof Content>): Block[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

function textOf(block: Block): string {
  return block.text ?? "";
}

function callsTool(content: z.infer<typeof Content>): boolean {
  return blocksOf(content).some(({ type }) => type === "tool_use");
}

const STOPS = {
  end: "end_turn",
  cut: "max_tokens",
  refused: "refusal",
  calls: "tool_use",
} as const;

type Out =
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown> };

function message(reply: Reply, asked: Asked) {
  const text: Out[] = reply.text === "" ? [] : [{ type: "text", text: reply.text }];
  const calls: Out[] = reply.calls.map((call) => ({
    type: "tool_use",
    id: `toolu_${hex(24)}`,
    name: call.name,
    input: "input" in call ? call.input : { input: call.text },
  }));
  return {
    id: `msg_${hex(24)}`,
    type: "message",
    role: "assistant",
    model: asked.model,
    content: [...text, ...calls],
    stop_reason: STOPS[reply.stop],
    stop_sequence: null,
    usage: {
      input_tokens: reply.inputTokens - reply.cachedTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: reply.cachedTokens,
      output_tokens: reply.outputTokens,
    },
  };
}

function blockFrames(block: Out, index: number): Frame[] {
  const text = block.type === "text";
  const start = text ? { type: "text", text: "" } : { ...block, input: {} };
  const deltas = text
    ? chunksOf(block.text).map((piece) => ({ type: "text_delta", text: piece }))
    : chunksOf(JSON.stringify(block.input)).map((piece) => ({
        type: "input_json_delta",
        partial_json: piece,
      }));
  return [
    event({ type: "content_block_start", index, content_block: start }),
    ...deltas.map((delta) => event({ type: "content_block_delta", index, delta })),
    event({ type: "content_block_stop", index }),
  ];
}

function event(data: { type: string; [key: string]: unknown }): Frame {
  return { event: data.type, data };
}

function failed(status: number, type: string, text: string): Plain {
  const body = { type: "error", error: { type, message: text }, request_id: `req_${hex(24)}` };
  return { status, headers: {}, body };
}

/** A subscription tells which window is used up, in seconds since 1970. */
function subscriptionHeaders(resetsAtMs: number | null, nowMs: number): Record<string, string> {
  const rejected = {
    "anthropic-ratelimit-unified-status": "rejected",
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
    "anthropic-ratelimit-unified-5h-status": "rejected",
    "x-should-retry": "false",
  };
  if (resetsAtMs === null) return rejected;
  const reset = String(Math.ceil(resetsAtMs / 1_000));
  return {
    ...rejected,
    "retry-after": String(secondsUntil(resetsAtMs, nowMs)),
    "anthropic-ratelimit-unified-reset": reset,
    "anthropic-ratelimit-unified-5h-reset": reset,
  };
}

/** A key tells each of its limits with the time when it is full again. */
function keyHeaders(resetsAtMs: number | null, nowMs: number): Record<string, string> {
  if (resetsAtMs === null) return {};
  return {
    "retry-after": String(secondsUntil(resetsAtMs, nowMs)),
    "anthropic-ratelimit-requests-limit": "50",
    "anthropic-ratelimit-requests-remaining": "0",
    "anthropic-ratelimit-requests-reset": wholeSecond(resetsAtMs),
    "anthropic-ratelimit-input-tokens-limit": "30000",
    "anthropic-ratelimit-input-tokens-remaining": "30000",
    "anthropic-ratelimit-input-tokens-reset": wholeSecond(nowMs),
  };
}

function wholeSecond(atMs: number): string {
  const text = new Date(Math.ceil(atMs / 1_000) * 1_000).toISOString();
  return text.replace(".000Z", "Z");
}

function hex(length: number): string {
  return randomUUID().replaceAll("-", "").slice(0, length);
}
