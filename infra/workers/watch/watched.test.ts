import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchdog, watchLimits } from "@nightshift/agents/implementer/watchdog/watchdog";
import type { Stuck } from "@nightshift/agents/implementer/watchdog/watchdog";
import { WorkerFailure } from "@nightshift/agents/ports";
import type { CodingAgent, CodingResult } from "@nightshift/agents/ports";
import { defaultSettings } from "@nightshift/protocol/settings";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { unscannedBlobs } from "../models/unscanned-blobs.ts";
import { stampOf } from "./changes.ts";
import { commandsIn, stepsOf } from "./steps.ts";
import { watched } from "./watched.ts";

const limits = watchLimits(defaultSettings);
const STEPS_MAX = 6;

/**
 * What real CLIs told, line by line, while a scripted model had them do this: recorded once with
 * the releases of `infra/sim/install-cli.ts`, in the sandbox, by `onEvent`.
 */
const RECORDED: Record<string, Stuck["pattern"] | null> = {
  "claude-same-listing": "repeat",
  "claude-same-failing-build": "error",
  "claude-ping-pong-edit": "ping-pong",
  "claude-round-of-three": "ping-pong",
  "claude-same-error-while-reading": "ping-pong",
  "claude-long-quiet-test": null,
  "claude-polling-a-build": null,
  "claude-retries-with-progress": null,
  "claude-steady-work": null,
  "codex-same-failing-build": "error",
  "codex-ping-pong-edit": "ping-pong",
  "codex-polling-a-build": null,
  "codex-retries-with-progress": null,
  "opencode-same-error-while-reading": "ping-pong",
};
const Line = z.strictObject({ atMs: z.number(), event: z.looseObject({ type: z.string() }) });
const folder = join(import.meta.dirname, "traces");

async function recorded(name: string) {
  const text = await readFile(join(folder, `${name}.jsonl`), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => Line.parse(JSON.parse(line)));
}

describe("on recorded traces", () => {
  test("each of them is named here", async () => {
    const files = (await readdir(folder)).map((name) => name.replace(/\.jsonl$/, ""));
    expect(files.sort()).toEqual(Object.keys(RECORDED).sort());
  });

  test.each(Object.entries(RECORDED))("%s: %s", async (name, pattern) => {
    // A minute of the recording is an hour here: what was quiet for 25 s is for 25 minutes.
    const dog = watchdog(limits, 0);
    let ended = 0;
    const seen: Stuck[] = [];
    for (const { atMs, event } of await recorded(name)) {
      for (const step of stepsOf(event)) {
        if (step.kind === "result" && seen.length === 0) ended += 1;
        const stuck = dog.hear(step, atMs * (pattern === null ? 60 : 1));
        if (stuck) seen.push(stuck);
      }
      if (seen.length === 0 && dog.isActing()) expect(dog.tick(atMs * 60)).toBeNull();
    }
    expect(seen[0]?.pattern ?? null).toBe(pattern);
    if (pattern !== null) expect(ended).toBeLessThanOrEqual(STEPS_MAX);
    else expect(ended).toBeGreaterThan(2);
  });

  test("every command of theirs is found", async () => {
    const commandsOf = async (name: string) =>
      (await recorded(name)).flatMap(({ event }) => commandsIn(stepsOf(event)));
    expect(await commandsOf("claude-long-quiet-test")).toEqual([
      "ls src",
      "sleep 25; echo 214 passed",
      "git status --short",
    ]);
    expect(new Set(await commandsOf("codex-same-failing-build"))).toEqual(
      new Set(["/bin/bash -lc 'npm run build'"]),
    );
    expect(await commandsOf("opencode-same-error-while-reading")).toContain("node src/broken.js");
  });
});

const done: CodingResult = {
  summary: "Done.",
  stopReason: "finished",
  usage: { inputTokens: 10, cachedTokens: 0, outputTokens: 10 },
  costMicroUsd: 5,
  costKind: "billed",
  transcript: "t",
};

/** An agent that tells a recorded story in each of its runs, and is done after the last. */
function teller(stories: readonly (readonly object[])[]) {
  const prompts: string[] = [];
  const agent: CodingAgent = {
    name: "teller",
    family: "f",
    account: "a",
    tier: "large",
    contextTokensMax: 1,
    outputTokensMax: 1,
    price: { inputMicroUsd: 0, outputMicroUsd: 0 },
    async work({ prompt }, { signal, onEvent, onRecord }) {
      prompts.push(prompt);
      const told: string[] = [];
      onRecord?.(() => told.join(""));
      for (const event of stories[prompts.length - 1] ?? []) {
        told.push(`${JSON.stringify(event)}\n`);
        onEvent?.(event);
        if (signal.aborted) throw new WorkerFailure("cancelled", "cancelled");
      }
      return done;
    },
  };
  return { agent, prompts };
}

function run(agent: CodingAgent, given: Partial<typeof limits> = {}, clone = tmpdir()) {
  const notes: string[] = [];
  const { blobs, texts } = unscannedBlobs();
  const work = watched(agent, { ...limits, ...given }, blobs).work(
    { prompt: "Write add.", clone, silenceMs: 1_000, wallMs: 600_000 },
    { signal: new AbortController().signal, onProgress: (note) => void notes.push(note) },
  );
  return { work, notes, texts };
}

const story = async (name: string) => (await recorded(name)).map(({ event }) => event);

test("who is stuck is told so, and begins once more in the same clone", async () => {
  const { agent, prompts } = teller([await story("claude-same-listing")]);
  const { work, notes, texts } = run(agent);
  // Nobody knows what the first run took: it is charged in full.
  expect(await work).toEqual({ ...done, costKind: "unknown", earlier: [...texts.keys()] });
  expect([...texts.values()]).toEqual([expect.stringContaining("ls src")]);
  expect(prompts).toHaveLength(2);
  expect(prompts[1]).toMatch(/^Write add\.[^]*4 times the same, with the same result: Bash/);
  expect(notes.join()).toContain("stuck");
});

test("who is stuck again has failed by the name of it", async () => {
  const loop = await story("claude-ping-pong-edit");
  const { agent, prompts } = teller([loop, await story("claude-same-listing"), []]);
  const { work, texts } = run(agent);
  const failed = await work.catch((error: unknown) => error);
  expect(failed).toMatchObject({ kind: "loop", transcripts: [...texts.keys()] });
  expect(prompts).toHaveLength(2);
});

test("who works is left alone", async () => {
  const { agent, prompts } = teller([await story("claude-retries-with-progress")]);
  expect(await run(agent).work).toEqual(done);
  expect(prompts).toHaveLength(1);
});

test("who uses more tokens than it may is not begun again", async () => {
  const { agent, prompts } = teller([await story("claude-steady-work")]);
  await expect(run(agent, { tokensMax: 300 }).work).rejects.toMatchObject({ kind: "loop" });
  expect(prompts).toHaveLength(1);
});

test("a director's cancel is a cancel, not a loop", async () => {
  const { agent } = teller([await story("claude-same-listing")]);
  const work = watched(agent, limits, unscannedBlobs().blobs).work(
    { prompt: "p", clone: tmpdir(), silenceMs: 1_000, wallMs: 600_000 },
    { signal: AbortSignal.abort(), onProgress: () => {} },
  );
  await expect(work).rejects.toMatchObject({ kind: "cancelled" });
});

test("a working tree that changed is told from one that did not", async () => {
  const clone = await mkdtemp(join(tmpdir(), "nightshift-stamp-"));
  onTestFinished(() => rm(clone, { recursive: true, force: true }));
  await writeFile(join(clone, "a"), "a");
  const before = await stampOf(clone);
  expect(await stampOf(clone)).toBe(before);
  await writeFile(join(clone, "b"), "b");
  expect(await stampOf(clone)).not.toBe(before);
});
