import type { SessionUpdate, ToolCall, ToolCallUpdate } from "@agentclientprotocol/sdk";
import { z } from "zod";
import type { CallUsage } from "../tap/answer.ts";

/** What an ACP agent told while it worked. */
export type AcpTale = {
  session: string | null;
  /** What it said after its last call of a tool. */
  summary: string;
  /** Of the calls that it told one by one, as Qwen does; null where it tells none. */
  usage: CallUsage | null;
  /** Calls of tools that have begun and not ended, and those that were told of. */
  running: Set<string>;
  told: Set<string>;
};

const SUMMARY_CHARACTERS_MAX = 20_000;
const RUNNING_MAX = 1_000;
const TOLD_MAX = 10_000;

/** Reads the updates of a session. */
export function listenToAcp(): {
  tale: AcpTale;
  hear: (update: SessionUpdate) => { note?: string; skip?: boolean };
} {
  const tale: AcpTale = {
    session: null,
    summary: "",
    usage: null,
    running: new Set(),
    told: new Set(),
  };
  return { tale, hear: (update) => hear(tale, update) };
}

function hear(tale: AcpTale, update: SessionUpdate): { note?: string; skip?: boolean } {
  switch (update.sessionUpdate) {
    case "agent_message_chunk": {
      const { content, _meta: meta } = update;
      if (content.type === "text")
        tale.summary = `${tale.summary}${content.text}`.slice(-SUMMARY_CHARACTERS_MAX);
      count(tale, Meta.safeParse(meta).data?.usage);
      return { skip: true };
    }
    case "tool_call":
      tale.summary = "";
      return hearCall(tale, update);
    case "tool_call_update":
      return hearCall(tale, update);
    case "agent_thought_chunk":
    case "user_message_chunk":
    case "available_commands_update":
    case "config_option_update":
    case "usage_update":
      return { skip: true };
    case "plan":
    case "notice":
    case "current_mode_update":
    case "session_info_update":
    case "compaction_update":
    case "compaction_summary_chunk":
      return {};
  }
}

type Call = ToolCall | ToolCallUpdate;

/** Some announce a call before they know what it is about; it is told once, when they do. */
function hearCall(tale: AcpTale, call: Call): { note?: string } {
  const { toolCallId: id, status, title, kind, locations } = call;
  if (status === "completed" || status === "failed") tale.running.delete(id);
  else if (tale.running.size < RUNNING_MAX) tale.running.add(id);
  const isAbout = (locations ?? []).length > 0 || kind === "execute" || status !== "pending";
  if (!title || !isAbout || tale.told.has(id) || tale.told.size >= TOLD_MAX) return {};
  tale.told.add(id);
  return { note: `${kind ?? "tool"} ${title}` };
}

const tokens = z.number().int().nonnegative().catch(0);
const ChunkUsage = z.looseObject({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  cachedReadTokens: tokens.optional(),
});
const Meta = z.looseObject({ usage: ChunkUsage.optional().catch(undefined) });

function count(tale: AcpTale, told: z.infer<typeof ChunkUsage> | undefined): void {
  if (!told) return;
  tale.usage ??= { inputTokens: 0, cachedTokens: 0, outputTokens: 0, cacheWriteTokens: 0 };
  tale.usage.inputTokens += told.inputTokens;
  tale.usage.outputTokens += told.outputTokens;
  tale.usage.cachedTokens += told.cachedReadTokens ?? 0;
}
