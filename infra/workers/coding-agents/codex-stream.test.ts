import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readRollout } from "./codex-rollout.ts";
import { listenToCodex } from "./codex-stream.ts";

function told(...events: { type: string; [key: string]: unknown }[]) {
  const { tale, hear } = listenToCodex();
  return { heard: events.map((event) => hear(event)), tale };
}

const usage = { input_tokens: 1_500, cached_input_tokens: 1_000, output_tokens: 60 };

test("the last message is the claim and the turn tells the usage", () => {
  const message = (text: string) => ({ type: "agent_message", text });
  const { tale } = told(
    { type: "thread.started", thread_id: "t" },
    { type: "item.completed", item: message("first") },
    { type: "item.completed", item: message("Done.") },
    { type: "turn.completed", usage },
  );
  expect(tale).toEqual({
    session: "t",
    summary: "Done.",
    completed: true,
    failure: null,
    usage: { inputTokens: 1_500, cachedTokens: 1_000, outputTokens: 60 },
  });
});

test("commands and changes become notes, once", () => {
  const change = { type: "file_change", changes: [{ path: "/c/a.ts", kind: "add" }] };
  const command = { type: "command_execution", command: "npm test" };
  const { heard } = told(
    { type: "item.started", item: change },
    { type: "item.completed", item: change },
    { type: "item.started", item: command },
  );
  expect(heard).toEqual([{ note: "add /c/a.ts" }, {}, { note: "command npm test" }]);
});

test("no event, however odd, throws", () => {
  const type = fc.constantFrom("thread.started", "item.completed", "turn.completed", "turn.failed");
  fc.assert(fc.property(type, fc.object(), (type, fields) => void told({ ...fields, type })));
});

/** Reads a rollout of these lines. */
async function rollout(lines: unknown[], spoil?: (home: string) => Promise<void>) {
  const home = await mkdtemp(join(tmpdir(), "rollout-"));
  const folder = join(home, "sessions/2026/11/21");
  try {
    await mkdir(folder, { recursive: true });
    const text = lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`);
    await writeFile(join(folder, "rollout-1.jsonl"), text.join(""));
    await spoil?.(home);
    return await readRollout(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const message = (payload: object) => ({ type: "event_msg", payload });
const counts = (primary: object | null, secondary: object | null) =>
  message({ type: "token_count", info: null, rate_limits: { primary, secondary } });
const ended = (codex_error_info: unknown) =>
  message({ type: "task_complete", error: { message: "m", codex_error_info } });
const NOTHING = { failure: null, status: null, resetsAtMs: null, usage: null, windows: [] };

test("a limit is told by name, with the latest window that is used up", async () => {
  const week = { used_percent: 100, window_minutes: 10_080, resets_at: 1_795_300_000 };
  const hours = { used_percent: 100, window_minutes: 300, resets_at: 1_795_244_252 };
  const limited = await rollout([counts(hours, week), ended("usage_limit_exceeded")]);
  expect(limited).toMatchObject({ failure: "usage_limit_exceeded", resetsAtMs: 1_795_300_000_000 });
  const open = await rollout([counts({ ...hours, used_percent: 99 }, null)]);
  expect(open).toMatchObject({ failure: null, resetsAtMs: null });
});

test("what it told last of a subscription's windows is told on, by its own names", async () => {
  const hours = (used_percent: number) => ({
    used_percent,
    window_minutes: 300,
    resets_at: 1_795_244_252,
  });
  const { windows } = await rollout([counts(hours(10), null), counts(hours(11.5), null)]);
  expect(windows).toEqual([
    {
      window: "primary",
      usedPercent: 11.5,
      resetsAtMs: 1_795_244_252_000,
      lengthMs: 18_000_000,
    },
  ]);
});

test("an HTTP status comes with the name of the failure", async () => {
  const refused = ended({ http_connection_failed: { http_status_code: 401 } });
  expect(await rollout([refused])).toMatchObject({
    failure: "http_connection_failed",
    status: 401,
  });
});

test("lines that are no JSON, or of another shape, tell nothing", async () => {
  const lines = ["{", '"event_msg"', message({ type: 7 }), { type: "event_msg" }, ended(7)];
  expect(await rollout(lines)).toEqual(NOTHING);
});

test("a worker that puts a pipe or a link where the rollout is holds up nobody", async () => {
  const piped = await rollout([], async (home) => {
    execFileSync("mkfifo", [join(home, "sessions/2026/11/21/rollout-2.jsonl")]);
    await symlink("/etc/passwd", join(home, "sessions/2026/11/21/rollout-3.jsonl"));
    await symlink("/", join(home, "sessions/root"));
  });
  expect(piped).toEqual(NOTHING);
});

test("no rollout at all tells nothing", async () => {
  expect(await readRollout(join(tmpdir(), "there-is-none"))).toEqual(NOTHING);
});
