/** The dialects that the model server speaks. */
export type Api = "anthropic" | "chat" | "responses" | "gemini";

/** What a script sees of a request: what a model would see, and no header. */
export type ScriptRequest = {
  api: Api;
  model: string;
  system: string;
  /** All text of the user, joined by newlines; what tools answered is not in it. */
  prompt: string;
  /** Names of the tools on offer. */
  tools: string[];
  /** Answers of tools so far: 0 in the first turn. */
  toolResults: number;
};

/** What the scripted model does. */
export type Answer =
  | {
      kind: "text";
      text: string;
      /** `cut` ends it as if the limit of output tokens had been reached. */
      stop?: "end" | "cut" | "refused";
      /** Counted from the text (4 characters a token) when absent. */
      outputTokens?: number;
      /** Input tokens that came from a cache; 0 when absent. */
      cachedTokens?: number;
    }
  | {
      kind: "edits";
      /** Turned into calls of the tools on offer, or into the builder's format where none are. */
      files: { path: string; content: string }[];
      /** What it says when the tools have answered. */
      summary: string;
      /** `cut` ends what it says as if the limit of output tokens had been reached. */
      stop?: "end" | "cut";
    }
  /** Null where the real thing tells no time. */
  | { kind: "limit"; resetsAtMs: number | null }
  | { kind: "silence" }
  | { kind: "unauthorised" }
  | { kind: "error"; status: number };

export type Script = (request: ScriptRequest) => Answer | Promise<Answer>;

/** A request, read from its dialect. */
export type Asked = ScriptRequest & {
  /** Turns in which tools were called so far. */
  toolTurns: number;
  stream: boolean;
  /** Chat Completions tell the usage of a stream only when asked. */
  wantsUsage: boolean;
  outputTokensMax: number | null;
  /** Of everything sent but the tools' descriptions. */
  inputCharacters: number;
};

/** A call of a tool: `input` as JSON, or `text` for a tool that takes free text. */
export type ToolCall =
  | { name: string; input: Record<string, unknown> }
  | { name: string; text: string };

/** What goes over the wire when the model does answer. */
export type Reply = {
  text: string;
  calls: ToolCall[];
  stop: "end" | "cut" | "refused" | "calls";
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
};

/** One event of a stream; `event` names it where the dialect does. */
export type Frame = { event?: string; data: unknown };

/** An answer that is no stream. */
export type Plain = { status: number; headers: Record<string, string>; body: unknown };

/** One dialect: how it is read and how it is written. */
export interface Wire {
  /** @param path Of the address, in which Gemini names the model. */
  read: (body: unknown, path: string) => Asked;
  frames: (reply: Reply, asked: Asked) => Frame[];
  whole: (reply: Reply, asked: Asked) => unknown;
  /** @param login Whether the caller signed in to a subscription instead of sending a key. */
  limit: (resetsAtMs: number | null, nowMs: number, login: boolean) => Plain;
  unauthorised: () => Plain;
  failure: (status: number) => Plain;
}

/** Tokens of a text as the house estimates them: four characters each, rounded up. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}

const CHUNKS_MAX = 8;

/** A text in at most eight pieces, as a stream brings it; at least one. */
export function chunksOf(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / CHUNKS_MAX));
  const count = Math.max(1, Math.ceil(text.length / size));
  return Array.from({ length: count }, (_, i) => text.slice(i * size, (i + 1) * size));
}

/** Whole seconds until a time, at least one. */
export function secondsUntil(resetsAtMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil((resetsAtMs - nowMs) / 1_000));
}
