import { connect } from "node:net";
import { expect, test } from "vitest";
import { bidder, bidInput, bidsOf, endless, settled } from "../bus-samples.ts";
import { hubWith, hubWithBidder } from "../hub-rig.ts";
import { sendFrame } from "../raw-socket.ts";
import { as, byHand, eventsOf, json, rpc, version } from "./http-rig.ts";

const http = ({ url }: { url: string }) => url.replace("ws:", "http:");
const bid = (id: string | number, to = "bidder") => {
  const { serviceParameters: _, ...frame } = sendFrame(String(id), to, "bid", bidInput);
  return { ...frame, id };
};
const all = { ...json, ...version, ...as("t-worker") };
const post = (headers: Record<string, string>, body: string | Buffer = JSON.stringify(bid(1))) => ({
  method: "POST",
  headers,
  body,
});

test("a request with a token is answered, and its number names the answer", async () => {
  const url = http(await hubWithBidder());
  const { status, headers, json: body } = await rpc(url, "t-worker", bid(7));
  expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
  expect(body).toMatchObject({ jsonrpc: "2.0", id: 7, result: { task: { contextId: "task-1" } } });
});

test("without a token, or with a wrong one, everything but cards is 401", async () => {
  const url = http(await hubWithBidder());
  for (const headers of [{}, as("guess"), { authorization: "Basic t-worker" }]) {
    for (const path of ["", "/bidder", "/bidder/tasks", "/bidder/message:send"]) {
      const method = path === "/bidder/tasks" ? "GET" : "POST";
      const told = await byHand(`${url}${path}`, {
        ...post({ ...json, ...version, ...headers }),
        method,
      });
      expect([path, told.status]).toEqual([path, 401]);
      expect(told.headers["www-authenticate"]).toContain("Bearer");
    }
  }
  expect((await byHand(`${url}/bidder/.well-known/agent-card.json`)).status).toBe(200);
});

test("the page of a browser is 403, even with the token; an origin that may is answered", async () => {
  const url = http(await hubWithBidder({ origins: ["http://localhost:8080"] }));
  const evil = await byHand(url, post({ ...all, origin: "https://evil.example" }));
  expect(evil.status).toBe(403);
  expect((await byHand(url, post({ ...all, origin: "http://localhost:8080" }))).status).toBe(200);
});

test("a name that was rebound to this machine is 403, for cards as well", async () => {
  const url = http(await hubWithBidder());
  const host = `evil.example:${new URL(url).port}`;
  expect((await byHand(url, post({ ...all, host }))).status).toBe(403);
  const card = `${new URL(url).origin}/.well-known/agent-card.json`;
  expect((await byHand(card, { headers: { host } })).status).toBe(403);
});

test("a path that is none is 404, another verb than a path knows is 405 and says which", async () => {
  const url = http(await hubWithBidder());
  const { origin } = new URL(url);
  expect((await byHand(`${origin}/log`, { headers: all })).status).toBe(404);
  expect((await byHand(`${url}/bidder/append`, post(all))).status).toBe(404);
  expect((await byHand(`${url}/bidder/tasks/%ff`, { headers: all })).status).toBe(404);
  const put = await byHand(`${url}/bidder/tasks/x`, { method: "PUT", headers: all });
  expect([put.status, put.headers.allow]).toEqual([405, "GET"]);
  expect((await byHand(url)).status).toBe(426);
  expect((await byHand(`${url}/bidder/tasks`, { headers: all })).status).toBe(200);
});

test("a body that is not declared as JSON, not UTF-8, packed or too long is not read", async () => {
  const url = http(await hubWithBidder());
  const typed = (type: string) => post({ ...all, "content-type": type });
  expect((await byHand(url, typed("text/plain"))).status).toBe(415);
  expect((await byHand(url, typed("application/json; charset=latin1"))).status).toBe(415);
  const { "content-type": _, ...untyped } = all;
  expect((await byHand(url, post(untyped))).status).toBe(415);
  expect((await byHand(url, post({ ...all, "content-encoding": "gzip" }))).status).toBe(415);
  expect((await byHand(url, post(all, Buffer.from([0x22, 0xff, 0x22])))).status).toBe(400);
  const long = " ".repeat(8 * 1024 * 1024 + 1);
  const declared = await byHand(
    url,
    post({ ...all, "content-length": String(long.length) }, "x"),
  ).catch(() => "closed");
  expect(declared === "closed" || Object(declared).status === 413).toBe(true);
  const chunked = await byHand(url, post({ ...all, "transfer-encoding": "chunked" }, long)).catch(
    () => "closed",
  );
  expect(chunked === "closed" || Object(chunked).status === 413).toBe(true);
  expect((await byHand(url, typed("application/a2a+json; charset=utf-8"))).status).toBe(200);
});

test("REST of another version is told that, whatever is wrong with its path, body or headers", async () => {
  const url = http(await hubWithBidder());
  const send = "/bidder/message:send";
  const wrong: [string, string, Record<string, string>, string, string | undefined][] = [
    ["no agent's name", "/..%2Fbidder/message:send", all, "{}", "INVALID_PARAMS"],
    ["no path", "/bidder/append", all, "{}", "METHOD_NOT_FOUND"],
    ["another verb", "/bidder/tasks", all, "{}", "METHOD_NOT_FOUND"],
    ["no JSON", send, all, "{", "PARSE_ERROR"],
    ["no object", send, all, "[1]", "INVALID_PARAMS"],
    ["another agent in the body", send, all, '{"tenant":"other"}', "INVALID_PARAMS"],
    ["another type", send, { ...all, "content-type": "text/plain" }, "{}", undefined],
    [
      "a place that is none",
      "/bidder/message:stream",
      { ...all, "last-event-id": "x" },
      JSON.stringify(bid(1).params),
      "INVALID_PARAMS",
    ],
  ];
  for (const [what, path, headers, body, reason] of wrong) {
    const { "a2a-version": _, ...unsaid } = { ...version, ...headers };
    const told = async (given: Record<string, string>) =>
      Object((await byHand(`${url}${path}`, post(given, body))).json).error.details[0]?.reason;
    expect(await told(unsaid), what).toBe("VERSION_NOT_SUPPORTED");
    expect(await told(headers), what).toBe(reason);
  }
});

test("JSON-RPC of another version is told that before agent and place are looked at", async () => {
  const url = http(await hubWithBidder());
  const stream = { ...bid(1), method: "SendStreamingMessage" };
  const other = { ...bid(1), params: { ...Object(bid(1).params), tenant: "other" } };
  const wrong: [Record<string, string>, object][] = [
    [all, other],
    [{ ...all, "last-event-id": "x" }, stream],
  ];
  for (const [headers, frame] of wrong) {
    const { "a2a-version": _, ...unsaid } = { ...version, ...headers };
    const told = async (given: Record<string, string>) =>
      Object((await byHand(`${url}/bidder`, post(given, JSON.stringify(frame)))).json).error.code;
    expect(await told(unsaid)).toBe(-32_009);
    expect(await told(headers)).toBe(-32_602);
  }
});

test("whoever sends slowly is closed: the head of a request, and its body", async () => {
  const hub = await hubWithBidder({ limits: { headMs: 300, requestMs: 600 } });
  const { port, host } = new URL(hub.url);
  const begun = [
    "POST /a2a HTTP/1.1\r\n",
    `POST /a2a HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer t-worker\r\nA2A-Version: 1.0\r\n` +
      "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
  ];
  for (const bytes of begun) {
    const before = performance.now();
    const told = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(bytes));
      const drip = setInterval(() => socket.write("X"), 100);
      socket.on("data", (chunk) => (text += chunk.toString()));
      socket.on("error", () => undefined);
      socket.on("close", () => {
        clearInterval(drip);
        resolve(text);
      });
    });
    expect(told === "" || told.startsWith("HTTP/1.1 4")).toBe(true);
    expect(performance.now() - before).toBeLessThan(4_000);
  }
  expect((await rpc(http(hub), "t-worker", bid(1))).status).toBe(200);
});

test("more requests at once, or a second, than one name may have are 429, and others are answered", async () => {
  const limit = { inFlightMax: 2, framesPerSecondMax: 1_000, heartbeatMs: 15_000 };
  const hub = await hubWith({ limits: { guest: limit }, guestSkills: ["bid"] });
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  await hub.join(
    bidder(async () => {
      begun += 1;
      await gate.promise;
      return bidsOf("m");
    }),
  );
  const url = http(hub);
  const held = [rpc(url, "t-guest", bid(1)), rpc(url, "t-guest", bid(2))];
  await settled(() => begun === 2);
  const third = await rpc(url, "t-guest", bid(3));
  expect([third.status, third.headers["retry-after"]]).toEqual([429, "1"]);
  const house = rpc(url, "t-worker", bid(4));
  gate.resolve();
  expect((await Promise.all([...held, house])).map(({ status }) => status)).toEqual([
    200, 200, 200,
  ]);
  const slow = { inFlightMax: 99, framesPerSecondMax: 5, heartbeatMs: 15_000 };
  const other = http(await hubWithBidder({ limits: { guest: slow } }));
  const codes = await Promise.all(
    Array.from({ length: 40 }, async (_, id) => (await rpc(other, "t-guest", bid(id))).status),
  );
  expect(codes.filter((status) => status === 429).length).toBeGreaterThan(20);
  expect((await rpc(other, "t-worker", bid(1))).status).toBe(200);
});

test("a stream tells its events with their numbers, and beats while nothing happens", async () => {
  const limit = { inFlightMax: 9, framesPerSecondMax: 100, heartbeatMs: 30 };
  const hub = await hubWith({ limits: { house: limit } });
  await hub.join(
    bidder(async (_input, call) => {
      call.progress("thinking");
      await new Promise((resolve) => setTimeout(resolve, 150));
      return bidsOf("m");
    }),
  );
  const url = http(hub);
  const told = await rpc(url, "t-worker", { ...bid(1), method: "SendStreamingMessage" });
  expect(told.headers["content-type"]).toBe("text/event-stream");
  expect(told.text).toContain(":\n\n");
  const events = eventsOf(told.text);
  expect(events.map(({ id }) => Number(id))).toEqual(events.map((_, seq) => seq));
  expect(events.map(({ data }) => Object(data).id)).toEqual(events.map(() => 1));
  const rest = await byHand(`${url}/bidder/message:stream`, {
    ...post(all, JSON.stringify({ message: bid(2).params.message })),
  });
  expect(eventsOf(rest.text).map(({ data }) => Object.keys(Object(data))[0])).toContain("task");
});

test("a stream that was cut off goes on after the last number that was heard, in both forms", async () => {
  const hub = await hubWithBidder();
  const url = http(hub);
  const whole = eventsOf(
    (await rpc(url, "t-worker", { ...bid(1), method: "SendStreamingMessage" })).text,
  );
  const { id } = Object(Object(whole[0]?.data).result).task;
  const about = {
    jsonrpc: "2.0",
    id: 2,
    method: "SubscribeToTask",
    params: { tenant: "bidder", id },
  };
  const last = { "last-event-id": "1" };
  const rest = await byHand(url, post({ ...all, ...last }, JSON.stringify(about)));
  expect(eventsOf(rest.text).map((event) => event.id)).toEqual(
    whole.slice(2).map((event) => event.id),
  );
  const paths = await byHand(`${url}/bidder/tasks/${id}:subscribe`, {
    ...post({ ...all, ...last }),
    body: "",
  });
  expect(eventsOf(paths.text).map((event) => event.id)).toEqual(
    whole.slice(2).map((event) => event.id),
  );
  const odd = await byHand(url, post({ ...all, "last-event-id": "x" }, JSON.stringify(about)));
  expect(odd.json).toMatchObject({ error: { code: -32_602 } });
});

test("whoever closes its connection leaves its call running, and comes back for it", async () => {
  const hub = await hubWith();
  const gate = Promise.withResolvers<void>();
  let cancelled = false;
  await hub.join(
    bidder((_input, call) =>
      Promise.race([
        gate.promise.then(() => bidsOf("late")),
        endless(call, undefined, () => (cancelled = true)),
      ]),
    ),
  );
  const url = http(hub);
  const stop = new AbortController();
  const answer = await fetch(url, {
    ...post(all, JSON.stringify({ ...bid(1), method: "SendStreamingMessage" })),
    signal: stop.signal,
  });
  const first = await answer.body?.getReader().read();
  const [event] = eventsOf(Buffer.from(first?.value ?? []).toString());
  stop.abort();
  const { id } = Object(Object(event?.data).result).task;
  gate.resolve();
  const get = { jsonrpc: "2.0", id: 2, method: "GetTask", params: { tenant: "bidder", id } };
  await settled(() => !cancelled);
  let state = "";
  for (let tries = 0; tries < 50 && state !== "TASK_STATE_COMPLETED"; tries += 1) {
    state = Object(Object((await rpc(url, "t-worker", get)).json).result).status.state;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(state).toBe("TASK_STATE_COMPLETED");
  expect(cancelled).toBe(false);
});

test("an agent has its own address: a tenant that the path does not name is refused", async () => {
  const url = http(await hubWithBidder());
  const { tenant: _, ...params } = bid(1).params;
  const own = await rpc(`${url}/bidder`, "t-worker", { ...bid(1), params });
  expect(own.json).toMatchObject({ result: { task: { contextId: "task-1" } } });
  const other = await rpc(`${url}/other`, "t-worker", bid(1));
  expect(other.json).toMatchObject({ error: { code: -32_602 } });
});
