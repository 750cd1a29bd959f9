import { z } from "zod";
import type { Usage } from "@nightshift/protocol/attempt";
import type { JsonEvent } from "./json-events.ts";
import type { Heard } from "./run.ts";

/** What Codex told on standard output. Its failures are prose there: the rollout has the facts. */
export type CodexTale = {
  session: string | null;
  summary: string;
  completed: boolean;
  /** Codex's own words for why a turn failed. */
  failure: string | null;
  usage: Usage | null;
};

/** Reads the events of `codex exec --json`. */
export function listenToCodex(): { tale: CodexTale; hear: (event: JsonEvent) => Heard } {
  const tale: CodexTale = {
    session: null,
    summary: "",
    completed: false,
    failure: null,
    usage: null,
  };
  return { tale, hear: (event) => hear(tale, event) };
}

function hear(tale: CodexTale, event: JsonEvent): Heard {
  switch (event.type) {
    case "thread.started":
      tale.session = Started.safeParse(event).data?.thread_id ?? null;
      return {};
    case "item.started":
    case "item.completed": {
      const item = Item.safeParse(event).data?.item;
      if (!item) return {};
      if (item.type === "agent_message") tale.summary = item.text ?? tale.summary;
      const note = event.type === "item.started" ? noteOf(item) : null;
      return note === null ? {} : { note };
    }
    case "turn.completed":
      tale.completed = true;
      tale.usage = usageOf(event);
      return {};
    case "turn.failed":
      tale.failure = Failed.safeParse(event).data?.error.message ?? "";
      return {};
    default:
      return {};
  }
}

const count = z.number().int().nonnegative().catch(0);

/** The counts of a run; input includes what was cached, output includes thought. */
export const CodexUsage = z.looseObject({
  input_tokens: z.number().int().nonnegative(),
  cached_input_tokens: count,
  output_tokens: z.number().int().nonnegative(),
});

export function toUsage(told: z.infer<typeof CodexUsage>): Usage {
  return {
    inputTokens: told.input_tokens,
    cachedTokens: Math.min(told.cached_input_tokens, told.input_tokens),
    outputTokens: told.output_tokens,
  };
}

const Started = z.looseObject({ thread_id: z.string().max(200) });
const Completed = z.looseObject({ usage: CodexUsage });
const Failed = z.looseObject({ error: z.looseObject({ message: z.string() }) });
const Item = z.looseObject({
  item: z.looseObject({
    type: z.string(),
    text: z.string().optional(),
    command: z.string().optional(),
    changes: z.array(z.looseObject({ path: z.string(), kind: z.string() })).optional(),
  }),
});

function usageOf(event: JsonEvent): Usage | null {
  const told = Completed.safeParse(event).data;
  return told ? toUsage(told.usage) : null;
}

function noteOf({ type, command, changes }: z.infer<typeof Item>["item"]): string | null {
  if (type === "command_execution") return `command ${command ?? ""}`;
  if (type !== "file_change") return null;
  return (changes ?? []).map(({ kind, path }) => `${kind} ${path}`).join("; ");
}
