import { randomUUID } from "node:crypto";
import { z } from "zod";
import { chat } from "./chat.ts";
import { chunksOf, secondsUntil } from "./script.ts";
import type { Asked, Frame, Reply, ToolCall, Wire } from "./script.ts";

/** OpenAI Responses, as Codex speaks it. */
export const responses: Wire = {
  read(body) {
    const request = Request.parse(body);
    const items = typeof request.input === "string" ? [userText(request.input)] : request.input;
    const text = (roles: string[]) =>
      items
        .filter(({ role }) => role !== undefined && roles.includes(role))
        .map(({ content }) => textOf(content))
        .join("\n");
    return {
      api: "responses",
      model: request.model,
      system: [request.instructions ?? "", text(["system", "developer"])].join("\n"),
      prompt: text(["user"]),
      tools: [...request.tools, ...items.flatMap(toolsOf)].map(({ name, type }) => name ?? type),
      toolResults: items.filter(({ type }) => RESULTS.has(type ?? "")).length,
      toolTurns: turnsOf(items.map(({ type }) => type ?? "")),
      stream: request.stream,
      wantsUsage: true,
      outputTokensMax: request.max_output_tokens ?? null,
      inputCharacters: (request.instructions ?? "").length + JSON.stringify(items).length,
    };
  },

  frames(reply, asked) {
    const done = response(reply, asked);
    const open = { ...done, status: "in_progress", output: [], usage: null };
    const last = reply.stop === "cut" ? "response.incomplete" : "response.completed";
    const bare: Frame[] = [
      { event: "response.created", data: { response: open } },
      ...done.output.flatMap(itemFrames),
      { event: last, data: { response: done } },
    ];
    return bare.map(({ event = "", data }, sequence_number) => ({
      event,
      data: { type: event, sequence_number, ...Object(data) },
    }));
  },

  whole: response,

  /** Codex reads the time from the body and from headers of its own. */
  limit(resetsAtMs, nowMs, login) {
    if (!login) return chat.limit(resetsAtMs, nowMs, login);
    const message = "The usage limit has been reached";
    const error = { type: "usage_limit_reached", message, plan_type: "plus" };
    if (resetsAtMs === null) return { status: 429, headers: {}, body: { error } };
    const resets_in_seconds = secondsUntil(resetsAtMs, nowMs);
    const resets_at = Math.ceil(resetsAtMs / 1_000);
    const headers = {
      "x-codex-primary-used-percent": "100",
      "x-codex-primary-window-minutes": "300",
      "x-codex-primary-reset-at": String(resets_at),
    };
    return { status: 429, headers, body: { error: { ...error, resets_at, resets_in_seconds } } };
  },

  unauthorised: chat.unauthorised,
  failure: chat.failure,
};

const RESULTS = new Set(["function_call_output", "custom_tool_call_output"]);
const CALLS = new Set(["function_call", "custom_tool_call"]);

const Tool = z.looseObject({ type: z.string(), name: z.string().optional() });
const Text = z.looseObject({ type: z.string(), text: z.string().optional() });
const Content = z.union([z.string(), z.array(Text)]).nullish();
const Item = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  content: Content,
  tools: z.array(Tool.extend({ tools: z.array(Tool).optional() })).optional(),
});
const Request = z.looseObject({
  model: z.string(),
  instructions: z.string().nullish(),
  stream: z.boolean().default(false),
  max_output_tokens: z.int().nullish(),
  input: z.union([z.string(), z.array(Item)]),
  tools: z.array(Tool).default([]),
});

/**
 * Codex tells its newest models their tools as an item of the input, in groups; those of the group
 * `functions` are called by their bare names.
 */
function toolsOf({ type, tools = [] }: z.infer<typeof Item>): z.infer<typeof Tool>[] {
  if (type !== "additional_tools") return [];
  return tools.flatMap((tool) => (tool.name === "functions" ? (tool.tools ?? []) : [tool]));
}

function userText(content: string): z.infer<typeof Item> {
  return { type: "message", role: "user", content };
}

function textOf(content: z.infer<typeof Content>): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ text }) => text ?? "").join("\n");
}

/** Calls that stand together were made in one turn. */
function turnsOf(types: string[]): number {
  return types.filter((type, i) => CALLS.has(type) && !CALLS.has(types[i - 1] ?? "")).length;
}

type Called = { id: string; call_id: string; name: string; status: string };

type Out =
  | ReturnType<typeof messageItem>
  | (Called & { type: "function_call"; arguments: string })
  | (Called & { type: "custom_tool_call"; input: string });

function response(reply: Reply, asked: Asked) {
  const message = reply.text === "" ? [] : [messageItem(reply)];
  const output: Out[] = [...message, ...reply.calls.map(callItem)];
  const cut = reply.stop === "cut";
  return {
    id: `resp_${hex()}`,
    object: "response",
    created_at: Math.floor(Date.now() / 1_000),
    model: asked.model,
    status: cut ? "incomplete" : "completed",
    incomplete_details: cut ? { reason: "max_output_tokens" } : null,
    output,
    usage: {
      input_tokens: reply.inputTokens,
      input_tokens_details: { cached_tokens: reply.cachedTokens },
      output_tokens: reply.outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: reply.inputTokens + reply.outputTokens,
    },
  };
}

function messageItem({ text, stop }: Reply) {
  const part =
    stop === "refused"
      ? { type: "refusal", refusal: text }
      : { type: "output_text", text, annotations: [] };
  return {
    type: "message" as const,
    id: `msg_${hex()}`,
    status: "completed",
    role: "assistant",
    content: [part],
  };
}

function callItem(call: ToolCall): Out {
  const called = { call_id: `call_${hex()}`, name: call.name, status: "completed" };
  return "input" in call
    ? { type: "function_call", id: `fc_${hex()}`, ...called, arguments: JSON.stringify(call.input) }
    : { type: "custom_tool_call", id: `ctc_${hex()}`, ...called, input: call.text };
}

function itemFrames(item: Out, output_index: number): Frame[] {
  const begun = item.type === "message" ? { ...item, content: [] } : item;
  const at = { output_index, item_id: item.id, content_index: 0 };
  const said = item.type === "message" ? (item.content[0]?.text ?? "") : "";
  return [
    {
      event: "response.output_item.added",
      data: { output_index, item: { ...begun, status: "in_progress" } },
    },
    ...(said === "" ? [] : chunksOf(said)).map((delta) => ({
      event: "response.output_text.delta",
      data: { ...at, delta },
    })),
    { event: "response.output_item.done", data: { output_index, item } },
  ];
}

function hex(): string {
  return randomUUID().replaceAll("-", "");
}
