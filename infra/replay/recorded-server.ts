import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";

/** A call of an API as its transcript holds it. */
export const ApiCall = z.object({
  request: z.discriminatedUnion("api", [
    z.looseObject({
      api: z.literal("anthropic"),
      model: z.string(),
      max_tokens: z.int(),
      system: z.string().optional(),
      messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
    }),
    z.looseObject({
      api: z.literal("chat"),
      model: z.string(),
      max_tokens: z.int().optional(),
      max_completion_tokens: z.int().optional(),
      messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
    }),
  ]),
  answer: z.record(z.string(), z.unknown()),
});
export type ApiCall = z.infer<typeof ApiCall>;

/** The server of one recorded call: it answers as was answered, and keeps what it was asked. */
export type RecordedServer = {
  url: string;
  asked: string[];
  close(): Promise<void>;
};

const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Listens on loopback alone and asks nobody else: a replay needs no network. */
export async function serveRecorded({ request, answer }: ApiCall): Promise<RecordedServer> {
  const asked: string[] = [];
  const frames = request.api === "anthropic" ? messageFrames(answer) : chatFrames(answer);
  const serve = async (message: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of message) {
      if (!Buffer.isBuffer(chunk) || (bytes += chunk.length) > BODY_BYTES_MAX) break;
      chunks.push(chunk);
    }
    asked.push(Buffer.concat(chunks).toString("utf8"));
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(frames.join(""));
  };
  const server = createServer((message, response) => {
    serve(message, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Records keep the order of their keys, which is part of the bytes. */
const Block = z.record(z.string(), z.unknown());
const Message = z.object({
  content: z.array(Block),
  stop_reason: z.string().nullable(),
  stop_sequence: z.string().nullable().optional(),
  usage: z.object({ output_tokens: z.int() }),
});

/** The stream of Anthropic's Messages that adds up to a recorded message. */
function messageFrames(answer: ApiCall["answer"]): string[] {
  const { content, stop_reason, stop_sequence = null, usage } = Message.parse(answer);
  const open = { ...answer, content: [], stop_reason: null, stop_sequence: null };
  const { output_tokens } = usage;
  return [
    named({ type: "message_start", message: open }),
    ...content.flatMap((block, index) => blockFrames(block, index)),
    named({
      type: "message_delta",
      delta: { stop_reason, stop_sequence },
      usage: { output_tokens },
    }),
    named({ type: "message_stop" }),
  ];
}

function blockFrames(block: z.infer<typeof Block>, index: number): string[] {
  const text = block["type"] === "text" && typeof block["text"] === "string" ? block["text"] : null;
  const begun = text === null ? block : { ...block, text: "" };
  const delta = { type: "text_delta", text };
  return [
    named({ type: "content_block_start", index, content_block: begun }),
    ...(text === null ? [] : [named({ type: "content_block_delta", index, delta })]),
    named({ type: "content_block_stop", index }),
  ];
}

function named(data: { type: string; [field: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

const Assembled = z.object({
  id: z.string(),
  text: z.string(),
  refusal: z.string(),
  finishReason: z.string().nullable(),
  usage: z.unknown(),
});

/** The stream of Chat Completions that adds up to a recorded answer. */
function chatFrames(answer: ApiCall["answer"]): string[] {
  const { id, text, refusal, finishReason, usage } = Assembled.parse(answer);
  const chunk = (more: object) => `data: ${JSON.stringify({ id, object: CHUNK, ...more })}\n\n`;
  const delta = { content: text, ...(refusal !== "" && { refusal }) };
  return [
    chunk({ choices: [{ index: 0, delta, finish_reason: null }] }),
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: finishReason }] }),
    ...(usage === null || usage === undefined ? [] : [chunk({ choices: [], usage })]),
    "data: [DONE]\n\n",
  ];
}

const CHUNK = "chat.completion.chunk";
