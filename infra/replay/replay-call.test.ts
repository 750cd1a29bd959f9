import { afterAll, beforeAll, expect, test } from "vitest";
import type { Model } from "@nightshift/agents/ports";
import { startModelServer, type ModelServer } from "../sim/model-server.ts";
import { createAnthropicModel } from "../workers/models/anthropic.ts";
import { createOpenAiModel } from "../workers/models/openai.ts";
import { profileOf } from "../workers/models/profiles.ts";
import { unscannedBlobs } from "../workers/models/unscanned-blobs.ts";
import { replayCall } from "./replay-call.ts";

const text = 'const naïve = `😀`;\n"quoted" </answer>\n'.repeat(50);
const { blobs, texts } = unscannedBlobs();
let server: ModelServer;
const sent: Record<string, string> = {};

beforeAll(async () => {
  server = await startModelServer({
    script: () => ({ kind: "text", text, outputTokens: 57, cachedTokens: 10 }),
  });
  const identity = { ...profileOf("claude-sonnet-4-6"), name: "m", account: "a" };
  const place = { ...identity, baseUrl: server.url, blobs, apiKey: "key-of-nobody" };
  const asked = { outputTokensMax: 900, silenceMs: 20_000, wallMs: 60_000 };
  const models: Record<string, Model> = {
    anthropic: createAnthropicModel({ ...place, model: "claude-sonnet-4-6" }),
    chat: createOpenAiModel({ ...place, model: "qwen", baseUrl: `${server.url}/v1` }),
  };
  for (const [api, model] of Object.entries(models)) {
    for (const system of ["", "You write code."]) {
      const request = { ...asked, system, prompt: "# Task\nSay “é” and 😀." };
      const { transcript } = await model.complete(request, { signal: AbortSignal.timeout(60_000) });
      sent[`${api} ${system === "" ? "without" : "with"} system`] = transcript;
    }
  }
});
afterAll(() => server.close());

test("every call of an API is made again to the very bytes, and asks no server but its own", async () => {
  const before = server.requests.length;
  expect(Object.keys(sent)).toHaveLength(4);
  for (const [name, transcript] of Object.entries(sent)) {
    expect([name, await replayCall(transcript, blobs)]).toEqual([name, { status: "same" }]);
  }
  expect(server.requests.length).toBe(before);
});

test("OpenAI's own name for the limit of output is replayed too", async () => {
  const recorded = texts.get(sent["chat with system"] ?? "") ?? "";
  const newer = recorded.replace('"max_tokens":', '"max_completion_tokens":');
  expect(newer).not.toBe(recorded);
  expect(await replayCall(await blobs.put(newer), blobs)).toEqual({ status: "same" });
});

test.each([
  [
    "another temperature than the driver sends",
    '"max_tokens":',
    '"temperature":1,"max_tokens":',
    "it asks otherwise: temperature",
  ],
  [
    "an answer that no server could have told so",
    '"stop_reason":"end_turn"',
    '"stop_reason":"refusal"',
    "",
  ],
  ["a body that is not what is kept", '{"request":', '{ "request":', "another text"],
])("%s is found", async (_, find, put, why) => {
  const recorded = texts.get(sent["anthropic with system"] ?? "") ?? "";
  const changed = recorded.replace(find, put);
  expect(changed).not.toBe(recorded);
  expect(await replayCall(await blobs.put(changed), blobs)).toMatchObject({
    status: "different",
    why: expect.stringContaining(why),
  });
});

test("what was erased is told as erased; what a CLI told is kept, unless a line of it is broken", async () => {
  expect(await replayCall("0".repeat(64), blobs)).toMatchObject({ status: "erased" });
  const lines = '{"type":"nightshift.prompt","prompt":"p"}\n{"type":"result"}\n';
  expect(await replayCall(await blobs.put(lines), blobs)).toEqual({ status: "kept", lines: 2 });
  const cut = await blobs.put(lines.slice(0, -4));
  expect(await replayCall(cut, blobs)).toMatchObject({ status: "different" });
});
