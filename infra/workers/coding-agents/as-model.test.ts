import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";
import type { CodingAgent, CodingResult } from "@nightshift/agents/ports";
import { expect, onTestFinished, test } from "vitest";
import { profileOf } from "../models/profiles.ts";
import { asModel } from "./as-model.ts";

const told: CodingResult = {
  summary: '{"score":8}',
  stopReason: "finished",
  usage: { inputTokens: 900, cachedTokens: 0, outputTokens: 4 },
  costMicroUsd: 70,
  costKind: "subscription",
  transcript: "0".repeat(64),
};
const request = { system: "You judge.", prompt: "# Task", silenceMs: 1_000, wallMs: 2_000 };
const { signal } = new AbortController();

/** Asks an agent that works like this; tells what it was asked in and what is left of it. */
async function ask(work: (asked: { prompt: string; clone: string }) => CodingResult) {
  const parent = await mkdtemp(join(tmpdir(), "as-model-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const identity = { ...profileOf("claude-sonnet-5-5"), name: "own", account: "login" };
  const agent: CodingAgent = { ...identity, work: async (asked) => work(asked) };
  const model = asModel(agent, parent);
  const done = model.complete({ ...request, outputTokensMax: 1_500 }, { signal });
  const completion = await done.catch((error: unknown) => error);
  return { completion, model, left: await readdir(parent) };
}

test("its last message is the answer, at the agent's own usage and cost", async () => {
  const { completion, model } = await ask(() => told);
  const { summary, ...rest } = told;
  expect(completion).toEqual({ ...rest, text: summary });
  expect(model).toMatchObject({ name: "own", family: "claude", account: "login" });
});

test("it is asked in an empty folder, and nothing of that stays", async () => {
  const { left } = await ask(({ prompt, clone }) => {
    expect(prompt).toMatch(/^You judge\.\n\n# Task\n\n/);
    expect(existsSync(clone)).toBe(true);
    return told;
  });
  expect(left).toEqual([]);
});

test("where it tells no usage, the cost is not known", async () => {
  const { completion } = await ask(() => ({ ...told, usage: null }));
  expect(completion).toMatchObject({ costKind: "unknown", usage: { outputTokens: 3 } });
});

test("an answer that was cut off is told as such, and a failure stays one", async () => {
  const cut = await ask(() => ({ ...told, stopReason: "truncated" }));
  expect(cut.completion).toMatchObject({ stopReason: "truncated" });
  const failed = await ask(() => {
    throw new WorkerFailure("hang", "no byte");
  });
  expect(failed.completion).toMatchObject({ kind: "hang" });
  expect(failed.left).toEqual([]);
});
