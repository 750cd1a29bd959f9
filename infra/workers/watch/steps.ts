import type { Step } from "@nightshift/agents/implementer/watchdog/step";
import { z } from "zod";
import { json } from "../json.ts";

/**
 * What an event of an agent CLI says of its doings, whichever CLI told it: Claude Code and Qwen
 * (messages with blocks), Codex (items), opencode (parts), and all that speak ACP (updates). Of
 * what is in no known form nothing is said.
 */
export function stepsOf(event: object): Step[] {
  const { type } = Typed.safeParse(event).data ?? { type: "" };
  switch (type) {
    case "assistant":
    case "user":
      return (Message.safeParse(event).data?.message.content ?? []).flatMap(blockSteps);
    case "item.started":
    case "item.completed":
      return itemSteps(event, type === "item.completed");
    case "tool_use":
    case "text":
      return partSteps(event, type);
    case "acp.tool_call":
    case "acp.tool_call_update":
      return updateSteps(event);
    default:
      return [];
  }
}

/** The command lines among what was asked for: the trail of REQUIREMENTS E6. */
export function commandsIn(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind !== "action") return [];
    const told = Command.safeParse(json(step.about)).data?.command;
    const line = Array.isArray(told) ? told.join(" ") : told;
    return line === undefined ? [] : [line];
  });
}

const TEXT_CHARS_MAX = 16_000;

const Typed = z.looseObject({ type: z.string() });
const Command = z.looseObject({ command: z.union([z.string(), z.array(z.string())]) });
const Texts = z.array(z.looseObject({ text: z.string().optional() })).catch([]);
const Block = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  tool_use_id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
  text: z.string().optional(),
  is_error: z.boolean().nullish(),
  content: z.union([z.string(), Texts]).optional(),
});
const Message = z.looseObject({
  message: z.looseObject({ content: z.array(Block).catch([]) }),
});

function blockSteps(block: z.infer<typeof Block>): Step[] {
  const { type, id, tool_use_id: asked, name = "", input, text = "", content } = block;
  if (type === "text") return message(text);
  if (type === "tool_use" && id !== undefined) return [action(id, name, input)];
  if (type !== "tool_result" || asked === undefined) return [];
  return [result(asked, block.is_error === true, content)];
}

const Item = z.looseObject({
  item: z.looseObject({
    id: z.string(),
    type: z.string(),
    text: z.string().optional(),
    command: z.string().optional(),
    changes: z.unknown().optional(),
    tool: z.string().optional(),
    arguments: z.unknown().optional(),
    aggregated_output: z.string().optional(),
    exit_code: z.number().nullish(),
    status: z.string().optional(),
  }),
});

function itemSteps(event: object, isEnd: boolean): Step[] {
  const item = Item.safeParse(event).data?.item;
  if (!item) return [];
  const { id, type, command, changes, tool, text = "", status, exit_code: code } = item;
  if (type === "agent_message") return isEnd ? message(text) : [];
  if (!["command_execution", "file_change", "mcp_tool_call"].includes(type)) return [];
  const about = command === undefined ? (changes ?? item.arguments ?? {}) : { command };
  const asked = action(id, tool ?? type, about);
  if (!isEnd) return [asked];
  const failed = status === "failed" || (code ?? 0) !== 0;
  const came = `${item.aggregated_output ?? ""} ${status ?? ""} ${code ?? ""}`;
  // A change of files is told once it is done, and only then.
  return [...(type === "file_change" ? [asked] : []), result(id, failed, came)];
}

const Part = z.looseObject({
  part: z.looseObject({
    id: z.string().catch(""),
    callID: z.string().optional(),
    tool: z.string().optional(),
    text: z.string().optional(),
    state: z
      .looseObject({
        status: z.string().optional(),
        input: z.unknown().optional(),
        output: z.string().optional(),
        error: z.string().optional(),
      })
      .optional(),
  }),
});

function partSteps(event: object, type: "tool_use" | "text"): Step[] {
  const part = Part.safeParse(event).data?.part;
  if (!part) return [];
  if (type === "text") return message(part.text ?? "");
  const { callID: id = part.id, tool = "", state } = part;
  const failed = state?.status === "error";
  return [action(id, tool, state?.input), result(id, failed, state?.error ?? state?.output)];
}

const Update = z.looseObject({
  toolCallId: z.string(),
  kind: z.string().nullish(),
  title: z.string().nullish(),
  status: z.string().nullish(),
  rawInput: z.unknown().optional(),
  rawOutput: z.unknown().optional(),
  content: z.unknown().optional(),
});

function updateSteps(event: object): Step[] {
  const update = Update.safeParse(event).data;
  if (!update) return [];
  const { toolCallId: id, kind, title, status, rawInput, rawOutput, content } = update;
  const isStart = title !== null && title !== undefined;
  const asked = isStart ? [action(id, kind ?? "other", rawInput ?? { title })] : [];
  if (status !== "completed" && status !== "failed") return asked;
  return [...asked, result(id, status === "failed", rawOutput ?? content)];
}

/** What a model says about a call, and how long it would wait, make it no other call. */
const ABOUT_THE_CALL = new Set(["description", "explanation", "timeout", "toolSpecVersion"]);

function action(id: string, name: string, input: unknown): Step {
  const given = Given.safeParse(input).data;
  const entries = given && Object.entries(given).filter(([key]) => !ABOUT_THE_CALL.has(key));
  return { kind: "action", id, name, about: told(entries ? Object.fromEntries(entries) : input) };
}

const Given = z.record(z.string(), z.unknown());

function result(id: string, failed: boolean, output: unknown): Step {
  const texts = Texts.safeParse(output).data ?? [];
  const text = texts.length > 0 ? texts.map((part) => part.text ?? "").join("\n") : told(output);
  return { kind: "result", id, failed, text };
}

function message(text: string): Step[] {
  return text.trim() === "" ? [] : [{ kind: "message", text: text.slice(0, TEXT_CHARS_MAX) }];
}

function told(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.slice(0, TEXT_CHARS_MAX);
}
