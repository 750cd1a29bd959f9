import { z } from "zod";
import type { WindowSeen } from "@nightshift/protocol/account";
import type { Heard } from "./run.ts";
import type { JsonEvent } from "./json-events.ts";
import type { CallUsage } from "./tap/answer.ts";

/** What Claude Code told of its run, from structured fields alone. */
export type ClaudeTale = {
  session: string | null;
  /** Of the calls that it told while they ran; `result` has the truth when it comes. */
  usage: CallUsage;
  /** An output reached its limit. */
  cut: boolean;
  refusedKey: boolean;
  /** What was told last of the windows of a subscription. */
  windows: WindowSeen[];
  /** Told when a window is used up; only a failed result makes it a limit. */
  limit: { resetsAtMs: number | null } | null;
  result: {
    summary: string;
    failed: boolean;
    cut: boolean;
    status: number | null;
    limited: boolean;
    refused: boolean;
    usage: CallUsage | null;
    costMicroUsd: number;
  } | null;
};

/** Reads the events of `claude -p --output-format stream-json`. */
export function listenToClaude(): { tale: ClaudeTale; hear: (event: JsonEvent) => Heard } {
  const tale: ClaudeTale = {
    session: null,
    usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0, cacheWriteTokens: 0 },
    cut: false,
    refusedKey: false,
    windows: [],
    limit: null,
    result: null,
  };
  return { tale, hear: (event) => hear(tale, event) };
}

function hear(tale: ClaudeTale, event: JsonEvent): Heard {
  switch (event.type) {
    case "system":
      return hearSystem(tale, event);
    case "stream_event":
      return hearStream(tale, event);
    case "rate_limit_event": {
      const told = Limit.safeParse(event).data?.rate_limit_info;
      const windows = windowsOf(told?.unifiedWindows ?? {});
      if (windows.length > 0) tale.windows = windows;
      if (told?.status !== "rejected" || told.isUsingOverage === true) return {};
      tale.limit = { resetsAtMs: told.resetsAt === undefined ? null : told.resetsAt * 1_000 };
      return {};
    }
    case "assistant": {
      const uses = Assistant.safeParse(event).data?.message.content ?? [];
      const notes = uses.map(noteOf).filter((note) => note !== null);
      return notes.length > 0 ? { note: notes.join("; ") } : {};
    }
    case "result":
      return hearResult(tale, event);
    default:
      return {};
  }
}

/** It would try a refused key ten times over. */
function hearSystem(tale: ClaudeTale, event: JsonEvent): Heard {
  const { subtype, session_id, error, error_status } = System.safeParse(event).data ?? {};
  if (subtype === "init") tale.session = session_id ?? null;
  if (subtype !== "api_retry") return {};
  if (error !== "authentication_failed" && error_status !== 401) return {};
  tale.refusedKey = true;
  return { stop: true };
}

/**
 * It would go on after an output that was cut off, on the same money; the house never continues
 * (C27). Calls of its subagents are counted, and their ends are its own affair.
 */
function hearStream(tale: ClaudeTale, event: JsonEvent): Heard {
  const told = Stream.safeParse(event).data;
  const usage = told?.event.message?.usage ?? null;
  if (usage) {
    tale.usage.inputTokens += inputOf(usage);
    tale.usage.cachedTokens += usage.cache_read_input_tokens;
    tale.usage.cacheWriteTokens += usage.cache_creation_input_tokens;
  }
  if (told?.event.type !== "message_delta") return { skip: true };
  tale.usage.outputTokens += told.event.usage?.output_tokens ?? 0;
  const own = (told.parent_tool_use_id ?? null) === null;
  if (!own || told.event.delta?.stop_reason !== "max_tokens") return { skip: true };
  tale.cut = true;
  return { stop: true };
}

function hearResult(tale: ClaudeTale, event: JsonEvent): Heard {
  const told = Result.safeParse(event).data;
  if (!told) return {};
  const models = Object.values(told.modelUsage);
  tale.result = {
    summary: told.result,
    failed: told.is_error,
    cut: told.api_error === "max_output_tokens" || told.stop_reason === "max_tokens",
    status: told.api_error_status,
    limited: told.api_error === "usage_limit_reached" || told.api_error_status === 429,
    refused: told.stop_reason === "refusal",
    usage: models.length > 0 ? sum(models) : told.usage ? usageOf(told.usage) : null,
    costMicroUsd: Math.round(told.total_cost_usd * 1_000_000),
  };
  return {};
}

const count = z.number().int().nonnegative().catch(0);
const TokenUsage = z.looseObject({
  input_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  output_tokens: count,
});
const ModelUsage = z.looseObject({
  inputTokens: count,
  cacheReadInputTokens: count,
  cacheCreationInputTokens: count,
  outputTokens: count,
});
const System = z.looseObject({
  subtype: z.string(),
  session_id: z.string().max(200).optional(),
  error: z.string().optional(),
  error_status: z.number().nullish(),
});
/** Of a window, 1 is all of it. */
const Window = z
  .looseObject({ utilization: z.number().nonnegative(), resetsAt: z.number().positive() })
  .nullish();
const Limit = z.looseObject({
  rate_limit_info: z.looseObject({
    status: z.string(),
    resetsAt: z.number().positive().optional(),
    isUsingOverage: z.boolean().optional(),
    unifiedWindows: z.record(z.string().max(40), Window.catch(null)).optional().catch(undefined),
  }),
});
const ToolUse = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
});
const Assistant = z.looseObject({ message: z.looseObject({ content: z.array(ToolUse) }) });
const Stream = z.looseObject({
  parent_tool_use_id: z.string().nullish(),
  event: z.looseObject({
    type: z.string(),
    message: z.looseObject({ usage: TokenUsage.optional() }).optional(),
    delta: z.looseObject({ stop_reason: z.string().nullish() }).optional(),
    usage: z.looseObject({ output_tokens: count }).optional(),
  }),
});
const Result = z.looseObject({
  is_error: z.boolean(),
  result: z.string().catch(""),
  stop_reason: z.string().nullish(),
  api_error: z.string().nullish(),
  api_error_status: z.number().nullable().catch(null),
  usage: TokenUsage.optional(),
  modelUsage: z.record(z.string(), ModelUsage).catch({}),
  total_cost_usd: z.number().nonnegative().catch(0),
});

const WINDOWS_MAX = 10;

function windowsOf(told: Record<string, z.infer<typeof Window>>): WindowSeen[] {
  return Object.entries(told)
    .slice(0, WINDOWS_MAX)
    .flatMap(([window, seen]) => {
      if (!seen) return [];
      const usedPercent = Math.round(seen.utilization * 10_000) / 100;
      return [{ window, usedPercent, resetsAtMs: Math.round(seen.resetsAt * 1_000) }];
    });
}

function inputOf(usage: z.infer<typeof TokenUsage>): number {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage;
  return input_tokens + cache_read_input_tokens + cache_creation_input_tokens;
}

function usageOf(usage: z.infer<typeof TokenUsage>): CallUsage {
  return {
    inputTokens: inputOf(usage),
    cachedTokens: usage.cache_read_input_tokens,
    outputTokens: usage.output_tokens,
    cacheWriteTokens: usage.cache_creation_input_tokens,
  };
}

/** Of all models that worked, those of subagents and small helpers included. */
function sum(models: z.infer<typeof ModelUsage>[]): CallUsage {
  const total = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, cacheWriteTokens: 0 };
  for (const model of models) {
    const { cacheReadInputTokens: read, cacheCreationInputTokens: written } = model;
    total.inputTokens += model.inputTokens + read + written;
    total.cachedTokens += read;
    total.cacheWriteTokens += written;
    total.outputTokens += model.outputTokens;
  }
  return total;
}

/** `Write src/add.ts`, `Bash npm test`. */
function noteOf({ type, name, input = {} }: z.infer<typeof ToolUse>): string | null {
  if (type !== "tool_use" || name === undefined) return null;
  const about = input["file_path"] ?? input["command"] ?? input["pattern"] ?? "";
  return typeof about === "string" ? `${name} ${about}`.trim() : name;
}
