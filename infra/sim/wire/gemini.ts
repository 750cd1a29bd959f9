import { randomUUID } from "node:crypto";
import { z } from "zod";
import { chunksOf, secondsUntil } from "./script.ts";
import type { Asked, Frame, Plain, Reply, ToolCall, Wire } from "./script.ts";

/** Gemini `generateContent`, v1beta; the model and whether it streams stand in the path. */
export const gemini: Wire = {
  read(body, path) {
    const request = Request.parse(body);
    const user = request.contents.filter(({ role }) => role !== "model");
    const parts = request.contents.flatMap(({ parts }) => parts);
    const system = (request.systemInstruction?.parts ?? []).map(textOf).join("\n");
    return {
      api: "gemini",
      model: /models\/([^/:]+):/.exec(path)?.[1] ?? "",
      system,
      prompt: user.flatMap(({ parts }) => parts.map(textOf)).join("\n"),
      tools: request.tools
        .flatMap(({ functionDeclarations }) => functionDeclarations)
        .map(({ name }) => name),
      toolResults: parts.filter(({ functionResponse }) => functionResponse !== undefined).length,
      toolTurns: request.contents.filter(callsTool).length,
      stream: path.endsWith(":streamGenerateContent"),
      wantsUsage: true,
      outputTokensMax: request.generationConfig?.maxOutputTokens ?? null,
      inputCharacters: system.length + JSON.stringify(request.contents).length,
    };
  },

  frames(reply, asked) {
    const { candidates, ...whole } = content(reply, asked);
    const [last] = candidates;
    const before = reply.text === "" ? [] : chunksOf(reply.text);
    const parts = reply.calls.map(callPart);
    const frame = (parts: object[], finishReason?: string): Frame => ({
      data: {
        ...whole,
        candidates: [
          { index: 0, content: { role: "model", parts }, ...(finishReason && { finishReason }) },
        ],
      },
    });
    return [...before.map((text) => frame([{ text }])), frame(parts, last?.finishReason)];
  },

  whole: content,

  /** The time stands in the details of the answer, not in a header. */
  limit(resetsAtMs, nowMs) {
    const text = "You exceeded your current quota, please check your plan and billing details.";
    const plain = failed(429, "RESOURCE_EXHAUSTED", text);
    if (resetsAtMs === null) return plain;
    const type = "type.googleapis.com/google.rpc";
    const quotaId = "GenerateRequestsPerDayPerProjectPerModel-FreeTier";
    const quotaMetric = "generativelanguage.googleapis.com/generate_content_free_tier_requests";
    const details = [
      { "@type": `${type}.QuotaFailure`, violations: [{ quotaMetric, quotaId }] },
      { "@type": `${type}.RetryInfo`, retryDelay: `${secondsUntil(resetsAtMs, nowMs)}s` },
    ];
    return failed(429, "RESOURCE_EXHAUSTED", text, details);
  },

  unauthorised: () =>
    failed(401, "UNAUTHENTICATED", "API keys are not valid. Please pass a valid API key."),

  failure: (status) => failed(status, "INTERNAL", "An internal error has occurred."),
};

const Part = z.looseObject({
  text: z.string().optional(),
  functionCall: z.unknown().optional(),
  functionResponse: z.unknown().optional(),
});
const Content = z.looseObject({
  role: z.string().optional(),
  parts: z.array(Part).default([]),
});
const Tool = z.looseObject({
  functionDeclarations: z.array(z.looseObject({ name: z.string() })).default([]),
});
const Request = z.looseObject({
  contents: z.array(Content),
  systemInstruction: Content.optional(),
  tools: z.array(Tool).default([]),
  generationConfig: z.looseObject({ maxOutputTokens: z.int().optional() }).optional(),
});

function textOf({ text }: z.infer<typeof Part>): string {
  return text ?? "";
}

function callsTool({ parts }: z.infer<typeof Content>): boolean {
  return parts.some(({ functionCall }) => functionCall !== undefined);
}

const STOPS = { end: "STOP", cut: "MAX_TOKENS", refused: "SAFETY", calls: "STOP" } as const;

function content(reply: Reply, asked: Asked) {
  const text = reply.text === "" ? [] : [{ text: reply.text }];
  const parts: object[] = [...text, ...reply.calls.map(callPart)];
  return {
    candidates: [{ index: 0, content: { role: "model", parts }, finishReason: STOPS[reply.stop] }],
    usageMetadata: {
      promptTokenCount: reply.inputTokens,
      cachedContentTokenCount: reply.cachedTokens,
      candidatesTokenCount: reply.outputTokens,
      totalTokenCount: reply.inputTokens + reply.outputTokens,
    },
    modelVersion: asked.model,
    responseId: randomUUID().replaceAll("-", ""),
  };
}

function callPart(call: ToolCall): object {
  const args = "input" in call ? call.input : { input: call.text };
  return { functionCall: { name: call.name, args } };
}

function failed(code: number, status: string, message: string, details?: object[]): Plain {
  const body = { error: { code, message, status, ...(details && { details }) } };
  return { status: code, headers: {}, body };
}
