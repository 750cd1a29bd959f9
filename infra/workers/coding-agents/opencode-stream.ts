import { z } from "zod";
import type { JsonEvent } from "./json-events.ts";
import type { OwnWord } from "./outcome.ts";
import type { Heard } from "./run.ts";

/** Reads the events of `opencode run --format json`. */
export function listenToOpencode(): { word: OwnWord; hear: (event: JsonEvent) => Heard } {
  const word: OwnWord = { summary: "", end: null, usage: null, failure: null };
  return { word, hear: (event) => hear(word, event) };
}

function hear(word: OwnWord, event: JsonEvent): Heard {
  switch (event.type) {
    case "text":
      word.summary = Text.safeParse(event).data?.part.text ?? word.summary;
      return {};
    case "tool_use": {
      const part = ToolUse.safeParse(event).data?.part;
      return part ? { note: noteOf(part) } : {};
    }
    case "step_finish":
      return hearStep(word, event);
    case "error": {
      word.failure = failureOf(event);
      return { stop: word.failure.kind !== "crash" };
    }
    default:
      return {};
  }
}

/** It would ask for the rest of an answer that was cut off; the house never continues (C27). */
function hearStep(word: OwnWord, event: JsonEvent): Heard {
  const part = Step.safeParse(event).data?.part;
  if (!part) return {};
  const { input, output, reasoning, cache } = part.tokens;
  word.usage ??= { inputTokens: 0, cachedTokens: 0, outputTokens: 0, cacheWriteTokens: 0 };
  word.usage.inputTokens += input + cache.read + cache.write;
  word.usage.cachedTokens += cache.read;
  word.usage.cacheWriteTokens += cache.write;
  word.usage.outputTokens += output + reasoning;
  if (part.reason === "length") word.end = "truncated";
  else if (part.reason === "content-filter") word.end = "refused";
  else if (part.reason !== "tool-calls") word.end = "finished";
  return { stop: word.end === "truncated" };
}

const count = z.number().int().nonnegative().catch(0);
const Step = z.looseObject({
  part: z.looseObject({
    reason: z.string(),
    tokens: z.looseObject({
      input: count,
      output: count,
      reasoning: count,
      cache: z.looseObject({ read: count, write: count }).catch({ read: 0, write: 0 }),
    }),
  }),
});
const Text = z.looseObject({ part: z.looseObject({ text: z.string() }) });
const ToolUse = z.looseObject({
  part: z.looseObject({
    tool: z.string(),
    state: z
      .looseObject({
        input: z.record(z.string(), z.unknown()).catch({}),
        title: z.string().optional(),
      })
      .catch({ input: {} }),
  }),
});
const Failed = z.looseObject({
  error: z.looseObject({
    name: z.string(),
    data: z
      .looseObject({
        message: z.string().catch(""),
        statusCode: z.number().optional().catch(undefined),
      })
      .catch({ message: "" }),
  }),
});

function failureOf(event: JsonEvent): NonNullable<OwnWord["failure"]> {
  const { name, data } = Failed.safeParse(event).data?.error ?? { name: "", data: null };
  const status = data?.statusCode;
  if (name === "ProviderAuthError" || status === 401 || status === 403) return { kind: "sign-in" };
  if (status === 429) return { kind: "limit", resetsAtMs: null };
  return { kind: "crash", text: `opencode failed: ${name} ${data?.message ?? ""}` };
}

/** `write src/add.ts`, `bash npm test`. */
function noteOf({ tool, state }: z.infer<typeof ToolUse>["part"]): string {
  const about = state.input["filePath"] ?? state.input["command"] ?? state.title ?? "";
  return typeof about === "string" ? `${tool} ${about}`.trim() : tool;
}
