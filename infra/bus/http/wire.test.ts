import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import { codes } from "@nightshift/protocol/rpc";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { bidInput, bidsOf, caught, options } from "../bus-samples.ts";
import { delegate } from "../delegate.ts";
import { AFTER_SEQ_URI } from "../extensions.ts";
import { allowing } from "./addresses.ts";
import { httpWire } from "./wire.ts";

// The client's end against servers that break, lie or are slow: each is written by hand.

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Asked = {
  id: string;
  method: string;
  params: Record<string, unknown>;
  headers: IncomingMessage["headers"];
};
type Act = (asked: Asked, response: ServerResponse) => void;

/** A server that does with each request what it is told to, the last act again and again. */
async function server(...acts: Act[]) {
  const asked: Asked[] = [];
  const open = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const one: Asked = { ...JSON.parse(text || "{}"), headers: request.headers };
      asked.push(one);
      acts[Math.min(asked.length, acts.length) - 1]?.(one, response);
    });
  });
  open.listen(0, "127.0.0.1");
  await once(open, "listening");
  closing.push(() => {
    open.closeAllConnections();
    open.close();
  });
  const { port } = z.object({ port: z.int() }).parse(open.address());
  return { url: new URL(`http://127.0.0.1:${port}/a2a`), asked };
}

const retry = { triesMax: 4, firstMs: 5, longestMs: 20 };
function wireTo(url: URL, { streams = true, private: isPrivate = true } = {}) {
  const allows = allowing(isPrivate ? ["127.0.0.1"] : []);
  const more = { tenant: "theirs", token: "secret", extensions: [AFTER_SEQ_URI], allows };
  return httpWire({ url, form: "JSONRPC", ...more }, streams, retry);
}
const call = (wire: ReturnType<typeof wireTo>, more = {}) =>
  delegate(wire, { to: "far", skill: "bid", input: bidInput }, options(more));

const status = (state: string) => ({ state, timestamp: "2026-01-01T00:00:00.000Z" });
const task = (state = "TASK_STATE_WORKING") => ({ id: "t", contextId: "c", status: status(state) });
const artifact = { artifactId: "answer", parts: [{ data: bidsOf("far") }] };
const story = [
  { task: task() },
  { statusUpdate: { taskId: "t", contextId: "c", status: status("TASK_STATE_WORKING") } },
  { artifactUpdate: { taskId: "t", contextId: "c", artifact } },
  { statusUpdate: { taskId: "t", contextId: "c", status: status("TASK_STATE_COMPLETED") } },
];

/** Tells events of the story, with their numbers; then ends, or breaks the connection. */
const tell =
  (from: number, to: number, how: "end" | "break" = "end"): Act =>
  ({ id }, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const [at, result] of story.entries()) {
      if (at < from || at >= to) continue;
      response.write(
        `: beat\nid: ${at}\ndata: ${JSON.stringify({ jsonrpc: "2.0", id, result })}\n\n`,
      );
    }
    if (how === "end") response.end();
    else setTimeout(() => response.destroy(), 10);
  };
const answer =
  (result: unknown): Act =>
  ({ id }, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  };
const refuse =
  (code: number, message = "no"): Act =>
  ({ id }, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } }));
  };
const fail =
  (code: number, headers: Record<string, string> = {}): Act =>
  (_asked, response) => {
    response.writeHead(code, headers);
    response.end("no");
  };

test("a call says who it is to that server, and nothing of this house", async () => {
  const { url, asked } = await server(tell(0, 4));
  expect(await call(wireTo(url))).toEqual(bidsOf("far"));
  const [{ method, params, headers } = { method: "", params: {}, headers: {} }] = asked;
  expect(method).toBe("SendStreamingMessage");
  expect(params).toMatchObject({ tenant: "theirs" });
  expect(JSON.stringify(params)).not.toContain("night-shift.dev/principal");
  expect(headers).toMatchObject({ authorization: "Bearer secret", "a2a-version": "1.0" });
});

test("a stream that breaks is taken up after its last number, each event once", async () => {
  const { url, asked } = await server(tell(0, 2, "break"), tell(2, 3, "break"), tell(3, 4));
  const events: unknown[] = [];
  const never = new AbortController().signal;
  await wireTo(url).stream(
    "SendStreamingMessage",
    { message: {} },
    (event) => events.push(event),
    never,
  );
  expect(events).toEqual(story);
  expect(asked.map(({ method }) => method)).toEqual([
    "SendStreamingMessage",
    "SubscribeToTask",
    "SubscribeToTask",
  ]);
  expect(asked.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "1", "2"]);
});

test("a stream that ends before its call is taken up too; one that is over is asked for its end", async () => {
  const done = { ...task("TASK_STATE_COMPLETED"), artifacts: [artifact] };
  const over = refuse(codes.unsupportedOperation, "over");
  const { url, asked } = await server(tell(0, 2), over, answer(done));
  expect(await call(wireTo(url))).toEqual(bidsOf("far"));
  expect(asked.map(({ method }) => method)).toEqual([
    "SendStreamingMessage",
    "SubscribeToTask",
    "GetTask",
  ]);
});

test("a server that is gone for good is Unavailable after as many tries as there are", async () => {
  const { url, asked } = await server(tell(0, 2, "break"), fail(500));
  expect(await caught(call(wireTo(url)))).toMatchObject({ name: "Unavailable" });
  expect(asked.length).toBeLessThanOrEqual(1 + retry.triesMax);
});

test("what may have been done is not asked for again: a message whose answer was lost", async () => {
  const { url, asked } = await server((_asked, response) => response.destroy());
  expect(await caught(call(wireTo(url)))).toMatchObject({ name: "Unavailable" });
  expect(asked).toHaveLength(1);
  const get = wireTo(url).request("GetTask", { id: "t" }, 5_000);
  await expect(get).rejects.toMatchObject({ name: "Unavailable" });
  expect(asked).toHaveLength(1 + retry.triesMax);
});

test("later means later: 503 and 429 are tried again, and then it works", async () => {
  const { url, asked } = await server(fail(503), fail(429), tell(0, 4));
  expect(await call(wireTo(url))).toEqual(bidsOf("far"));
  expect(asked).toHaveLength(3);
});

test("an agent that does not stream is looked at until it is done", async () => {
  const done = { ...task("TASK_STATE_COMPLETED"), artifacts: [artifact] };
  const { url, asked } = await server(answer({ task: task() }), answer(task()), answer(done));
  expect(await call(wireTo(url, { streams: false }))).toEqual(bidsOf("far"));
  expect(asked.map(({ method }) => method)).toEqual(["SendMessage", "GetTask", "GetTask"]);
  expect(asked[0]?.params).toMatchObject({ configuration: { returnImmediately: true } });
});

test("a bare message is an answer, streamed or not", async () => {
  const parts = [{ data: bidsOf("far") }];
  const message = { messageId: "m", contextId: "c", role: "ROLE_AGENT", parts };
  const { url } = await server(answer({ message }));
  expect(await call(wireTo(url))).toEqual(bidsOf("far"));
  expect(await call(wireTo(url, { streams: false }))).toEqual(bidsOf("far"));
});

test("a redirect is not followed, wherever it leads", async () => {
  const target = await server(tell(0, 4));
  const { url } = await server(fail(307, { location: target.url.href }));
  expect(await caught(call(wireTo(url)))).toMatchObject({ name: "Unavailable" });
  expect(target.asked).toEqual([]);
});

test("an answer that is no A2A is Unavailable: no JSON, no JSON-RPC, no event, too long", async () => {
  const text =
    (type: string, body: string): Act =>
    (_asked, response) => {
      response.writeHead(200, { "content-type": type });
      response.end(body);
    };
  const acts = [
    text("application/json", "{"),
    text("application/json", '{"result":1}'),
    text("text/event-stream", "data: {\n\n"),
    text(
      "text/event-stream",
      `data: ${JSON.stringify({ jsonrpc: "2.0", result: { dream: 1 } })}\n\n`,
    ),
    text("text/event-stream", `data: ${"x".repeat(9_000_000)}\n\n`),
    text("application/json", `"${"x".repeat(10_000_000)}"`),
    text("text/html", "<html>"),
  ];
  for (const act of acts) {
    const { url } = await server(act);
    expect(await caught(call(wireTo(url)))).toMatchObject({ name: "Unavailable" });
  }
});

test("a refusal of theirs arrives as the same refusal, an error of A2A as Unavailable", async () => {
  const refusal: Act = ({ id }, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const error = { code: -32_000, message: "not now", data: { refusal: "held" } };
    response.end(JSON.stringify({ jsonrpc: "2.0", id, error }));
  };
  const held = await server(refusal);
  expect(await caught(call(wireTo(held.url)))).toMatchObject({ name: "Refusal", code: "held" });
  const gone = await server(refuse(codes.taskNotFound));
  expect(await caught(call(wireTo(gone.url)))).toMatchObject({ name: "Unavailable" });
});

test("a private address that nobody allowed is not connected to", async () => {
  const { url, asked } = await server(tell(0, 4));
  const failure = await caught(call(wireTo(url, { private: false })));
  expect(failure.message).toContain("private address");
  expect(asked).toEqual([]);
  const named = new URL(url.href.replace("127.0.0.1", "localhost"));
  expect((await caught(call(wireTo(named, { private: false })))).message).toContain("private");
  expect(asked).toEqual([]);
});

test("a caller that gives up before the call has a name has it cancelled when it is told", async () => {
  const slow: Act = (asked, response) => setTimeout(() => tell(0, 1, "break")(asked, response), 60);
  const { url, asked } = await server(slow, answer(task("TASK_STATE_CANCELED")));
  const stop = new AbortController();
  const given = call(wireTo(url), { signal: stop.signal });
  setTimeout(() => stop.abort(), 10);
  await expect(given).rejects.toMatchObject({ name: "Unavailable" });
  for (let tries = 0; tries < 100 && asked.length < 2; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(asked[1]).toMatchObject({ method: "CancelTask", params: { id: "t" } });
});
