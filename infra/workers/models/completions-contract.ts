import { expect, test } from "vitest";
import { LimitReached } from "@nightshift/agents/ports";
import type { Blobs, Model, WorkerFailure } from "@nightshift/agents/ports";
import { startModelServer } from "../../sim/model-server.ts";
import type { Answer } from "../../sim/wire/script.ts";
import { unscannedBlobs } from "./unscanned-blobs.ts";
import { profileOf } from "./profiles.ts";
import type { ModelIdentity } from "./anthropic.ts";

const KEY = "sk-secret-of-the-director";
const MODEL = "claude-sonnet-4-6";

export type MakeModel = (
  url: string,
  blobs: Blobs,
  identity: ModelIdentity & { apiKey: string },
) => Model;

const REQUEST = {
  system: "You write code.",
  prompt: "# Task\nAdd two numbers.",
  outputTokensMax: 1_000,
  silenceMs: 5_000,
  wallMs: 10_000,
};

/** What every model behind an API does, whoever made it. */
export function completionsContract(make: MakeModel): void {
  async function ask(
    script: (calls: number) => Answer,
    { request = {}, signal = new AbortController().signal }: Asked = {},
  ) {
    let calls = 0;
    const server = await startModelServer({ script: () => script(++calls) });
    const { blobs, texts } = unscannedBlobs();
    const profile = profileOf(MODEL);
    const identity = { ...profile, name: "m", model: MODEL, account: "a", apiKey: KEY };
    const model = make(server.url, blobs, identity);
    const startedAtMs = performance.now();
    try {
      const completion = await model.complete({ ...REQUEST, ...request }, { signal });
      const transcript = texts.get(completion.transcript) ?? "";
      return { completion, transcript, requests: server.requests, calls, failure: null };
    } catch (failure) {
      const durationMs = performance.now() - startedAtMs;
      return { failure, durationMs, calls, requests: server.requests };
    } finally {
      await server.close();
    }
  }

  test("an answer comes back whole, with its usage and its exact cost", async () => {
    const text = "const add = (a, b) => a + b;\n".repeat(40);
    const done = await ask(() => ({ kind: "text", text, outputTokens: 57, cachedTokens: 10 }));
    expect(done.failure).toBeNull();
    const { completion, requests } = done;
    expect(completion).toMatchObject({ text, stopReason: "finished", costKind: "billed" });
    const { inputTokens, cachedTokens, outputTokens } = completion?.usage ?? NONE;
    expect({ cachedTokens, outputTokens }).toEqual({ cachedTokens: 10, outputTokens: 57 });
    expect(inputTokens).toBeGreaterThan(10);
    const cost = ((inputTokens - 10) * 3 + 57 * 15 + cachedShare(done.transcript)) / 1;
    expect(completion?.costMicroUsd).toBe(Math.ceil(cost));
    expect(requests[0]).toMatchObject({ prompt: REQUEST.prompt, hasKey: true, stream: true });
  });

  test("the transcript holds question and answer and no key", async () => {
    const { transcript } = await ask(() => ({ kind: "text", text: `your key is ${KEY}` }));
    expect(JSON.parse(transcript ?? "")).toMatchObject({ request: { model: MODEL } });
    expect(transcript).toContain("Add two numbers.");
    expect(transcript).toContain("your key is [key]");
    expect(transcript).not.toContain(KEY);
  });

  test("an answer that was cut off is told as truncated", async () => {
    const { completion } = await ask(() => ({ kind: "text", text: "half of", stop: "cut" }));
    expect(completion).toMatchObject({ text: "half of", stopReason: "truncated" });
  });

  test("an answer longer than was asked for is cut at the limit and told as truncated", async () => {
    const text = "x".repeat(4_000);
    const { completion, requests } = await ask(() => ({ kind: "text", text }), {
      request: { outputTokensMax: 100 },
    });
    expect(requests[0]?.outputTokensMax).toBe(100);
    expect(completion?.stopReason).toBe("truncated");
    expect(completion?.text).toHaveLength(400);
  });

  test("a refusal and an empty answer are unusable", async () => {
    const refused = await ask(() => ({ kind: "text", text: "No.", stop: "refused" }));
    expect(refused.failure).toMatchObject({ kind: "unusable-answer" });
    const empty = await ask(() => ({ kind: "text", text: " " }));
    expect(empty.failure).toMatchObject({ kind: "unusable-answer" });
  });

  test("a limit with a time is told with it, asked once and never retried", async () => {
    const resetsAtMs = Math.ceil(Date.now() / 1_000) * 1_000 + 3_600_000;
    const { failure, calls } = await ask(() => ({ kind: "limit", resetsAtMs }));
    expect(failure).toBeInstanceOf(LimitReached);
    expect(failure).toMatchObject({ account: "a" });
    expect(Math.abs(((failure as LimitReached).resetsAtMs ?? 0) - resetsAtMs)).toBeLessThan(2_000);
    expect(calls).toBe(1);
  });

  test("a limit without a time is told without one", async () => {
    const { failure, calls } = await ask(() => ({ kind: "limit", resetsAtMs: null }));
    expect(failure).toMatchObject({ name: "LimitReached", resetsAtMs: null });
    expect(calls).toBe(1);
  });

  test("a refused key is a failure to sign in, and is not in the error", async () => {
    const { failure, calls } = await ask(() => ({ kind: "unauthorised" }));
    expect(failure).toMatchObject({ name: "WorkerFailure", kind: "sign-in" });
    expect(String(failure)).not.toContain(KEY);
    expect((failure as WorkerFailure).cause).toBeUndefined();
    expect(calls).toBe(1);
  });

  test("a server that fails twice is asked a third time", async () => {
    const { completion, calls } = await ask((call) =>
      call < 3 ? { kind: "error", status: 503 } : { kind: "text", text: "there" },
    );
    expect(completion?.text).toBe("there");
    expect(calls).toBe(3);
  });

  test("a server that fails for good is given up after three calls", async () => {
    const { failure, calls } = await ask(() => ({ kind: "error", status: 500 }));
    expect(failure).toMatchObject({ kind: "crash" });
    expect(calls).toBe(3);
  });

  test("what the API refuses for good is not asked again", async () => {
    const { failure, calls } = await ask(() => ({ kind: "error", status: 404 }));
    expect(failure).toMatchObject({ kind: "crash" });
    expect(calls).toBe(1);
  });

  test("silence is a hang as soon as it has lasted too long", async () => {
    const done = await ask(() => ({ kind: "silence" }), { request: { silenceMs: 300 } });
    expect(done.failure).toMatchObject({ kind: "hang" });
    expect(done.durationMs).toBeGreaterThanOrEqual(290);
    expect(done.durationMs).toBeLessThan(3_000);
  });

  test("the wall ends what silence does not", async () => {
    const { failure } = await ask(() => ({ kind: "silence" }), { request: { wallMs: 300 } });
    expect(failure).toMatchObject({ kind: "timeout" });
  });

  test("a cancelled call ends at once", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const done = await ask(() => ({ kind: "silence" }), { signal: controller.signal });
    expect(done.failure).toMatchObject({ kind: "cancelled" });
    expect(done.durationMs).toBeLessThan(3_000);
  });

  test("nobody listening is an account out of reach, no failure, after bounded calls (E2)", async () => {
    const { blobs } = unscannedBlobs();
    const identity = { ...profileOf(MODEL), name: "m", model: MODEL, account: "a", apiKey: KEY };
    const model = make("http://127.0.0.1:9", blobs, identity);
    const { signal } = new AbortController();
    const failed = model.complete(REQUEST, { signal });
    await expect(failed).rejects.toMatchObject({ name: "LimitReached", why: "network" });
  });
}

type Asked = { request?: Partial<typeof REQUEST>; signal?: AbortSignal };

const NONE = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };

/** Ten cached tokens of Sonnet, at a tenth of three micro-dollars each. */
function cachedShare(transcript: string | undefined): number {
  return transcript === undefined ? 0 : 10 * 0.3;
}
