import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, onTestFinished, test, vi } from "vitest";
import { openTap } from "./tap.ts";

const WAIT = { timeout: 20_000 };
const NOW_MS = 1_795_000_000_000;
const STREAM = { "content-type": "text/event-stream" };
const CUT = `data: {"choices":[{"finish_reason":"length"}]}\n\n`;
const USED = `data: {"usage":{"prompt_tokens":9,"completion_tokens":1}}\n\n`;

/** A tap before a model of which every answer is begun like this, and never ended. */
async function tapped(begin: (answer: ServerResponse) => void) {
  let isAnswering = false;
  const server = createServer((_, answer) => {
    isAnswering = true;
    answer.on("close", () => (isAnswering = false));
    begin(answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const ended = new AbortController();
  let ends = 0;
  const tap = await openTap({
    upstream: `http://127.0.0.1:${port}`,
    key: "sk-secret-of-the-director",
    clock: { now: () => NOW_MS },
    onEnd: () => void (ends += 1),
    signal: ended.signal,
    settings: defaultSettings,
    endsAtCut: true,
  });
  onTestFinished(async () => {
    await tap.close();
    server.closeAllConnections();
    server.close();
  });
  /** Asks with tools, hears the beginning of an answer, and hangs up when it is told to. */
  const ask = async () => {
    const hangsUp = new AbortController();
    const { signal } = hangsUp;
    const headers = { authorization: `Bearer ${tap.pass}` };
    const body = JSON.stringify({ tools: [{ type: "function" }] });
    const answer = await fetch(`${tap.url}/`, { method: "POST", headers, body, signal });
    const reader = answer.body?.getReader();
    expect((await reader?.read())?.value).toBeDefined();
    return { hangUp: () => hangsUp.abort(), reader };
  };
  const end = () => ended.abort();
  return { tap, ask, end, ends: () => ends, isAnswering: () => isAnswering };
}

test("an answer that is broken off is ended at its server, and what it told is counted", async () => {
  const { tap, ask, end, isAnswering } = await tapped((answer) =>
    answer.writeHead(200, STREAM).write(USED),
  );
  const { hangUp } = await ask();
  hangUp();
  await vi.waitFor(() => expect([isAnswering(), tap.tapped.calls]).toEqual([false, 1]), WAIT);
  await ask();
  expect(isAnswering()).toBe(true);
  end();
  await vi.waitFor(() => expect([isAnswering(), tap.tapped.calls]).toEqual([false, 2]), WAIT);
  expect(tap.tapped.usage).toMatchObject({ inputTokens: 18, outputTokens: 2 });
});

test("a cut is heard of a CLI that hangs up at its last event, too (C27)", async () => {
  const { tap, ask, ends } = await tapped((answer) => answer.writeHead(200, STREAM).write(CUT));
  const { hangUp } = await ask();
  hangUp();
  await vi.waitFor(() => expect([tap.tapped.cut, ends()]).toEqual([true, 1]), WAIT);
});

test("all that was told is counted when a tap is closed, though nobody waited for it", async () => {
  const { tap, ask } = await tapped((answer) => answer.writeHead(200, STREAM).write(USED + CUT));
  await ask();
  await tap.close();
  expect(tap.tapped).toMatchObject({ calls: 1, cut: true });
});

test("a server that answers again is forgiven, though the CLI hangs up before the end", async () => {
  let isDown = true;
  const windows = {
    "anthropic-ratelimit-unified-5h-utilization": "0.42",
    "anthropic-ratelimit-unified-5h-reset": String(NOW_MS / 1_000 + 3_600),
  };
  const { tap, ask } = await tapped((answer) => {
    if (isDown) answer.writeHead(503).end("down");
    else answer.writeHead(200, { ...STREAM, ...windows }).write(USED);
  });
  await ask();
  await vi.waitFor(() => expect(tap.tapped.failing).toBe(503), WAIT);
  isDown = false;
  const { hangUp } = await ask();
  hangUp();
  await vi.waitFor(() => expect(tap.tapped.failing).toBeNull(), WAIT);
  expect(tap.tapped.windows).toMatchObject([{ usedPercent: 42 }]);
});

test("a server that breaks off itself has not recovered, and is paid for what it told", async () => {
  let isDown = true;
  const { tap, ask } = await tapped((answer) => {
    if (isDown) answer.writeHead(503).end("down");
    else answer.writeHead(200, STREAM).write(USED, () => setImmediate(() => answer.destroy()));
  });
  await ask();
  await vi.waitFor(() => expect(tap.tapped.failing).toBe(503), WAIT);
  isDown = false;
  const { reader } = await ask();
  await expect(reader?.read()).rejects.toThrow("terminated");
  await vi.waitFor(() => expect(tap.tapped.calls).toBe(1), WAIT);
  expect(tap.tapped.failing).toBe(503);
});
