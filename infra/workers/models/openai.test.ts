import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { expect, test } from "vitest";
import { completionsContract } from "./completions-contract.ts";
import { unscannedBlobs } from "./unscanned-blobs.ts";
import { createOpenAiModel } from "./openai.ts";
import { LOCAL, profileOf } from "./profiles.ts";

completionsContract((url, blobs, identity) =>
  createOpenAiModel({ ...identity, baseUrl: `${url}/v1`, blobs }),
);

/** Completes one call against a server that answers as told. */
async function complete(answer: RequestListener, { apiKey = null }: { apiKey?: string | null }) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const model = createOpenAiModel({
    ...profileOf("qwen2.5-coder:32b", LOCAL),
    name: "local",
    model: "qwen2.5-coder:32b",
    account: "ollama",
    apiKey,
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    blobs: unscannedBlobs().blobs,
  });
  const request = { system: "", prompt: "x".repeat(400), outputTokensMax: 100 };
  try {
    const { signal } = new AbortController();
    return await model.complete({ ...request, silenceMs: 300, wallMs: 5_000 }, { signal });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const chunk = (delta: object, finish_reason: string | null) =>
  `data: ${JSON.stringify({ id: "c", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

test("usage that a server does not tell is estimated, and said to be", async () => {
  const completion = await complete((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`${chunk({ content: "abcd" }, null)}${chunk({}, "stop")}data: [DONE]\n\n`);
  }, {});
  expect(completion).toMatchObject({ text: "abcd", costMicroUsd: 0, costKind: "estimated" });
  expect(completion.usage).toEqual({ inputTokens: 100, cachedTokens: 0, outputTokens: 1 });
});

test("an answer that falls silent in the middle is a hang, not a short answer", async () => {
  const silent = complete((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chunk({ content: "abcd" }, null));
  }, {});
  await expect(silent).rejects.toMatchObject({ kind: "hang" });
});

test("an answer that breaks off is a crash, not a short answer", async () => {
  const ended = complete((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(chunk({ content: "abcd" }, null));
  }, {});
  await expect(ended).rejects.toMatchObject({ kind: "crash" });
  const torn = complete((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chunk({ content: "abcd" }, null), () => response.destroy());
  }, {});
  await expect(torn).rejects.toMatchObject({ kind: "crash" });
});

test("a key that the server tells back is in no error", async () => {
  const apiKey = "sk-secret-of-the-director";
  const failed = complete(
    (request, response) => {
      response.writeHead(400, { "content-type": "application/json" });
      const message = `bad request by ${request.headers.authorization}`;
      response.end(JSON.stringify({ error: { message, type: "invalid_request_error" } }));
    },
    { apiKey },
  );
  await expect(failed).rejects.toThrow("bad request by Bearer [key]");
});

test("used up credit is a limit without a time, not a failure", async () => {
  const failed = complete((_request, response) => {
    response.writeHead(429, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: "m", code: "insufficient_quota" } }));
  }, {});
  await expect(failed).rejects.toMatchObject({ name: "LimitReached", resetsAtMs: null });
});
