import * as fc from "fast-check";
import { expect, test } from "vitest";
import { listenToClaude } from "./claude-stream.ts";

function told(...events: { type: string; [key: string]: unknown }[]) {
  const { tale, hear } = listenToClaude();
  return { heard: events.map((event) => hear(event)), tale };
}

const usage = {
  input_tokens: 10,
  cache_read_input_tokens: 5,
  cache_creation_input_tokens: 3,
  output_tokens: 1,
};
const result = {
  type: "result",
  is_error: false,
  result: "Done.",
  stop_reason: "end_turn",
  api_error_status: null,
  usage,
  total_cost_usd: 0.092559,
  modelUsage: {
    sonnet: {
      inputTokens: 100,
      cacheReadInputTokens: 20,
      cacheCreationInputTokens: 4,
      outputTokens: 9,
    },
    haiku: {
      inputTokens: 1,
      cacheReadInputTokens: 0,
      cacheCreationInputTokens: 0,
      outputTokens: 1,
    },
  },
};

test("usage is that of all models together and cost is exact", () => {
  const { tale } = told(result);
  expect(tale.result).toMatchObject({
    summary: "Done.",
    failed: false,
    costMicroUsd: 92_559,
    usage: { inputTokens: 125, cachedTokens: 20, cacheWriteTokens: 4, outputTokens: 10 },
  });
});

test("the first refused key stops it", () => {
  const retry = { type: "system", subtype: "api_retry", attempt: 1 };
  const refused = { ...retry, error_status: 401, error: "authentication_failed" };
  const { heard, tale } = told(refused);
  expect(heard).toEqual([{ stop: true }]);
  expect(tale.refusedKey).toBe(true);
  const { heard: overload } = told({ ...retry, error_status: 500, error: "server_error" });
  expect(overload).toEqual([{}]);
});

const delta = (stop_reason: string, parent_tool_use_id: string | null = null) => ({
  type: "stream_event",
  parent_tool_use_id,
  event: { type: "message_delta", delta: { stop_reason }, usage: { output_tokens: 40 } },
});

test("its own output that was cut off stops it, with what was used so far", () => {
  const start = { type: "stream_event", event: { type: "message_start", message: { usage } } };
  const { heard, tale } = told(start, delta("max_tokens"));
  expect(heard.at(-1)).toEqual({ stop: true });
  expect(tale).toMatchObject({ cut: true, usage: { inputTokens: 18, outputTokens: 40 } });
});

test("an output that ended, and a subagent's that was cut off, stop nothing", () => {
  const { heard, tale } = told(delta("end_turn"), delta("max_tokens", "toolu_1"));
  expect(heard).toEqual([{ skip: true }, { skip: true }]);
  expect(tale.cut).toBe(false);
});

test("a rejected window is told with its reset, an allowed or overdrawn one is none", () => {
  const event = (info: object) => ({ type: "rate_limit_event", rate_limit_info: info });
  const rejected = { status: "rejected", resetsAt: 1_795_244_813, isUsingOverage: false };
  expect(told(event(rejected)).tale.limit).toEqual({ resetsAtMs: 1_795_244_813_000 });
  expect(told(event({ status: "allowed_warning" })).tale.limit).toBeNull();
  expect(told(event({ ...rejected, isUsingOverage: true })).tale.limit).toBeNull();
});

test("the windows that it tells of are told on, in percent", () => {
  const unifiedWindows = {
    five_hour: { utilization: 0.42, resetsAt: 1_795_244_813, status: "allowed" },
    seven_day: { utilization: "odd" },
  };
  const info = { status: "allowed", unifiedWindows };
  const { tale } = told({ type: "rate_limit_event", rate_limit_info: info });
  expect(tale.windows).toEqual([
    { window: "five_hour", usedPercent: 42, resetsAtMs: 1_795_244_813_000 },
  ]);
  expect(tale.limit).toBeNull();
});

test("tools become notes", () => {
  const content = [
    { type: "text", text: "I will write" },
    { type: "tool_use", name: "Write", input: { file_path: "/c/a.ts", content: "x" } },
    { type: "tool_use", name: "Bash", input: { command: "npm test" } },
  ];
  const { heard } = told({ type: "assistant", message: { content } });
  expect(heard).toEqual([{ note: "Write /c/a.ts; Bash npm test" }]);
});

test("no event, however odd, throws", () => {
  const type = fc.constantFrom("system", "stream_event", "rate_limit_event", "assistant", "result");
  const odd = fc.object({ key: fc.constantFrom("event", "message", "usage", "delta", "is_error") });
  fc.assert(
    fc.property(type, odd, (type, fields) => void told({ ...fields, type }, { ...result })),
  );
});
