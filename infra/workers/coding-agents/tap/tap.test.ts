import { createServer } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { defaultSettings } from "@nightshift/protocol/settings";
import OpenAI from "openai";
import { expect, onTestFinished, test, vi } from "vitest";
import { startModelServer } from "../../../sim/model-server.ts";
import type { Answer, ScriptRequest } from "../../../sim/wire/script.ts";
import { openTap } from "./tap.ts";
import type { Tap, TapSettings } from "./tap.ts";

const KEY = "sk-secret-of-the-director";
const WAIT = { timeout: 20_000 };
const NOW_MS = 1_795_000_000_000;
const tools = [{ type: "function" as const, function: { name: "write", parameters: {} } }];
const hello = [{ role: "user" as const, content: "Hello, you." }];

/** A model that answers like this, behind a tap, and a client of the tap. */
async function tapped(
  script: (request: ScriptRequest) => Answer,
  given: { endsAtCut?: boolean; key?: string | null; settings?: TapSettings } = {},
) {
  const { endsAtCut = true, key = KEY, settings = defaultSettings } = given;
  const clock = { now: () => NOW_MS };
  const server = await startModelServer({ script, clock });
  let ends = 0;
  const ended = new AbortController();
  const tap = await openTap({
    upstream: `${server.url}/v1`,
    key,
    clock,
    onEnd: () => void (ends += 1),
    signal: ended.signal,
    settings,
    endsAtCut,
  });
  onTestFinished(async () => {
    await tap.close();
    await server.close();
  });
  const client = new OpenAI({ apiKey: tap.pass, baseURL: tap.url, maxRetries: 0 });
  const ask = (more: object = { tools }) =>
    client.chat.completions.create({ model: "m", messages: hello, ...more }).catch(() => null);
  const { requests } = server;
  return { tap, ask, client, server, requests, ends: () => ends, end: () => ended.abort() };
}

test("the key is put in for the pass, and the CLI is never told it", async () => {
  const { tap, ask, requests } = await tapped(() => ({ kind: "text", text: "Hello." }));
  const answer = await ask();
  expect(answer?.choices[0]?.message.content).toBe("Hello.");
  expect(requests[0]?.hasKey).toBe(true);
  expect(tap.pass).not.toContain(KEY);
});

test("whoever does not carry the pass gets no answer, and asks nobody", async () => {
  const { tap, requests } = await tapped(() => ({ kind: "text", text: "Hello." }));
  const other = new OpenAI({ apiKey: "sk-other", baseURL: tap.url, maxRetries: 0 });
  const asked = other.chat.completions.create({ model: "m", messages: hello });
  await expect(asked).rejects.toMatchObject({ status: 403 });
  expect(requests).toEqual([]);
});

test("a target that would make another host of the API's is refused, not sent to", async () => {
  const { tap, requests } = await tapped(() => ({ kind: "text", text: "Hello." }));
  const path = `${new URL(tap.url).pathname}/chat/completions`;
  for (const target of ["munity://x/", "http://127.0.0.1:9/", "*"])
    expect(await raw(tap, target)).toMatch(/^HTTP\/1\.1 400 /);
  // Behind `https://api.example.com` the first one names a host of the community's; so does this.
  const clock = { now: () => NOW_MS };
  const { signal } = new AbortController();
  const given = {
    key: KEY,
    clock,
    onEnd: () => {},
    signal,
    settings: defaultSettings,
    endsAtCut: true,
  };
  const other = await openTap({ ...given, upstream: "http://local" });
  onTestFinished(() => other.close());
  expect(await raw(other, "host://x/")).toMatch(/^HTTP\/1\.1 400 /);
  expect(requests).toEqual([]);
  expect(tap.tapped.limit).toBeNull();
  // Two slashes name no host here: they are a path like any other.
  expect(await raw(tap, `//evil.example${path}`)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await raw(tap, path)).toMatch(/^HTTP\/1\.1 200 /);
  expect(requests).toHaveLength(2);
});

/** What a tap answers to a request whose target no client would write. */
function raw({ url, pass }: Tap, target: string): Promise<string> {
  const body = JSON.stringify({ model: "m", messages: hello });
  const head = `POST ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pass}\r\n`;
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => {
      socket.write(`${head}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
    socket.on("data", (chunk) => (heard += chunk.toString())).on("error", () => {});
    socket.on("close", () => resolve(heard));
  });
}

test("what is counted is what the server counted, streamed or whole, of all calls", async () => {
  const answer = { kind: "text", text: "x".repeat(400), cachedTokens: 3 } as const;
  const { tap, ask, client, requests } = await tapped(() => answer);
  await ask();
  const usage = { include_usage: true };
  const body = { model: "m", messages: hello, tools, stream_options: usage };
  const stream = client.chat.completions.stream({ ...body, stream: true });
  await stream.finalMessage();
  await client.responses.create({ model: "m", input: "Hello." });
  expect(tap.tapped.calls).toBe(3);
  const sum = (part: "inputTokens" | "cachedTokens" | "outputTokens") =>
    requests.reduce((total, { usage }) => total + (usage?.[part] ?? 0), 0);
  expect(tap.tapped.usage).toEqual({
    inputTokens: sum("inputTokens"),
    cachedTokens: sum("cachedTokens"),
    outputTokens: sum("outputTokens"),
    cacheWriteTokens: 0,
  });
  expect(tap.tapped.usage.outputTokens).toBe(300);
});

test("a cut answer with tools ends the run; a title that was cut does not", async () => {
  const { tap, ask, ends } = await tapped(() => ({ kind: "text", text: "half", stop: "cut" }));
  await ask({});
  expect([tap.tapped.cut, ends()]).toEqual([false, 0]);
  await ask();
  expect([tap.tapped.cut, ends()]).toEqual([true, 1]);
});

test("with the end of its run a tap serves nobody, and says so of nobody's network", async () => {
  const { tap, ask, requests, ends, end } = await tapped(() => ({ kind: "text", text: "Hello." }));
  expect(await ask()).not.toBeNull();
  end();
  for (let i = 0; i < 4; i += 1) expect(await ask()).toBeNull();
  expect(requests).toHaveLength(1);
  expect([tap.tapped.limit, ends()]).toEqual([null, 0]);
});

test("a call that is answered gives back the room that it took", async () => {
  const { tap, ask } = await tapped(() => ({ kind: "text", text: "Hello." }));
  const large = { messages: [{ role: "user", content: "x".repeat(20 * 1024 ** 2) }] };
  for (let i = 0; i < 6; i += 1) expect(await ask(large)).not.toBeNull();
  expect(tap.tapped.calls).toBe(6);
});

test("whoever opens more connections than a CLI needs is turned away", async () => {
  const { tap, ask } = await tapped(() => ({ kind: "text", text: "Hello." }));
  const idle = await Promise.all(Array.from({ length: 32 }, () => begun(tap)));
  expect(await ask()).toBeNull();
  for (const socket of idle) socket.destroy();
  await vi.waitFor(async () => expect(await ask()).not.toBeNull(), WAIT);
});

/** Half a call: a body that is announced, of which one byte comes. */
async function begun({ url, pass }: Tap): Promise<Socket> {
  const head = `POST /v1/none HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pass}\r\n`;
  const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve) => {
    socket.write(`${head}Content-Length: 2\r\n\r\nx`, () => resolve());
  });
  return socket;
}

test("a CLI that tells its own cuts is left to do so", async () => {
  const cut = { kind: "text", text: "half", stop: "cut" } as const;
  const { tap, ask, ends } = await tapped(() => cut, { endsAtCut: false });
  await ask();
  expect([tap.tapped.cut, ends()]).toEqual([false, 0]);
});

test("a limit that ends in an hour ends the run at once, with its reset", async () => {
  const resetsAtMs = NOW_MS + 3_600_000;
  const { tap, ask, ends } = await tapped(() => ({ kind: "limit", resetsAtMs }));
  await ask();
  expect(tap.tapped.limit).toEqual({ resetsAtMs });
  expect(ends()).toBe(1);
});

test("a limit that ends in seconds is the CLI's to wait for, but not forever", async () => {
  const resetsAtMs = NOW_MS + 5_000;
  const { tap, ask, ends } = await tapped(() => ({ kind: "limit", resetsAtMs }));
  await ask();
  await ask();
  expect([tap.tapped.limit, ends()]).toEqual([null, 0]);
  await ask();
  expect([tap.tapped.limit, ends()]).toEqual([{ resetsAtMs }, 1]);
});

test("how long a limit is waited for, and how often, is the director's to say", async () => {
  const soon = { kind: "limit", resetsAtMs: NOW_MS + 5_000 } as const;
  const hasty = await tapped(() => soon, { settings: { ...defaultSettings, limitPatienceMs: 0 } });
  await hasty.ask();
  expect(hasty.tap.tapped.limit).toEqual({ resetsAtMs: soon.resetsAtMs });
  const strict = await tapped(() => soon, {
    settings: { ...defaultSettings, limitRefusalsMax: 1 },
  });
  await strict.ask();
  expect(strict.ends()).toBe(1);
});

test("a limit without a time is not given one", async () => {
  const { tap, ask } = await tapped(() => ({ kind: "limit", resetsAtMs: null }));
  for (let i = 0; i < 3; i += 1) await ask();
  expect(tap.tapped.limit).toEqual({ resetsAtMs: null });
});

test("a refused key ends the run at the first answer", async () => {
  const { tap, ask, ends } = await tapped(() => ({ kind: "unauthorised" }));
  await ask();
  expect([tap.tapped.refusedKey, ends()]).toEqual([true, 1]);
});

test("a server that fails is asked again a few times; one that recovers is forgiven", async () => {
  let status = 500;
  const { tap, ask, ends } = await tapped(() =>
    status === 0 ? { kind: "text", text: "Hello." } : { kind: "error", status },
  );
  for (let i = 0; i < 3; i += 1) await ask();
  expect([tap.tapped.failing, ends()]).toEqual([500, 0]);
  status = 0;
  await ask();
  expect([tap.tapped.failing, ends()]).toEqual([null, 0]);
  status = 503;
  for (let i = 0; i < 4; i += 1) await ask();
  expect([tap.tapped.failing, ends()]).toEqual([503, 1]);
});

test("a server that takes no key is sent none", async () => {
  const { ask, requests } = await tapped(() => ({ kind: "text", text: "Hello." }), { key: null });
  await ask();
  expect(requests[0]?.hasKey).toBe(false);
});

test("where nobody is reached it is the network's fault, until an answer comes (E2)", async () => {
  const { tap, ask, ends, server } = await tapped(() => ({ kind: "text", text: "Hello." }));
  await ask();
  expect(tap.tapped.limit).toBeNull();
  const { port } = new URL(server.url);
  await server.close();
  await ask();
  expect([tap.tapped.limit, ends()]).toEqual([{ resetsAtMs: null, why: "network" }, 0]);
  await ask();
  await ask();
  expect([tap.tapped.limit, ends()]).toEqual([{ resetsAtMs: null, why: "network" }, 1]);
  const back = createServer((_, answer) => answer.end("{}"));
  onTestFinished(() => void back.close());
  await new Promise<void>((resolve) => back.listen(Number(port), "127.0.0.1", resolve));
  await ask();
  expect(tap.tapped.limit).toBeNull();
});
