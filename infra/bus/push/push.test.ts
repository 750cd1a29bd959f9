import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Peer } from "@nightshift/protocol/bus";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { bidder, bidInput, bidsOf, settled } from "../bus-samples.ts";
import { given, hashed } from "../hub-rig.ts";
import { rpc } from "../http/http-rig.ts";
import { createHub } from "../hub.ts";
import { sendFrame } from "../raw-socket.ts";
import { createPush, type PushOptions } from "./push.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

type Post = { body: unknown; headers: IncomingHttpHeaders; path: string };

/** Somebody's server, which answers what it is told and keeps what was posted. */
async function postBox(answer: (posts: readonly Post[]) => number | [number, object] = () => 200) {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      posts.push({ body: JSON.parse(text), headers: request.headers, path: request.url ?? "" });
      const told = answer(posts);
      const [status, headers] = typeof told === "number" ? [told, {}] : told;
      response.writeHead(status, { ...headers }).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}/box`, posts, port };
}

const retry = { triesMax: 4, firstMs: 5, longestMs: 20 };

/** A hub with an agent `worker-of-notes` that notes what it does, and waits to be let go. */
async function house(more: PushOptions = {}) {
  const given_up: string[] = [];
  const push = createPush({
    allowedHosts: ["127.0.0.1"],
    retry,
    onGivenUp: (_subscription, reason) => given_up.push(reason),
    ...more,
  });
  const hub = await createHub({
    principal: "house",
    tokens: () => hashed(given),
    push,
    guestSkills: ["bid"],
  });
  open.push(
    () => push.close(),
    () => hub.close(),
  );
  const gate = Promise.withResolvers<void>();
  await hub.join(noting(gate.promise));
  const url = hub.url.replace("ws:", "http:");
  const ask = async (method: string, params: object, token = "t-worker") => {
    const body = { jsonrpc: "2.0", id: 1, method, params: { tenant: "noter", ...params } };
    return Object((await rpc(url, token, body)).json);
  };
  return { ask, letGo: gate.resolve, given_up, push, hub };
}

function noting(gate: Promise<void>): Peer {
  return bidder(async (_input, call) => {
    for (const note of ["one", "two", "three"]) call.progress(note);
    await gate;
    return bidsOf("m");
  }, "noter");
}

let messages = 0;
/** Begins a call whose events are to be posted; resolves with its id. */
async function begin(
  ask: Awaited<ReturnType<typeof house>>["ask"],
  config: object,
): Promise<{ id: string; error?: { code: number } }> {
  messages += 1;
  const { params } = sendFrame(`p-${messages}`, "noter", "bid", bidInput);
  const configuration = { returnImmediately: true, taskPushNotificationConfig: config };
  const { result, error } = await ask("SendMessage", { ...params, configuration });
  return { id: Object(result).task?.id, error };
}

const notesOf = (posts: readonly Post[]) =>
  posts.flatMap(({ body }) => Object(body).statusUpdate?.status.message?.parts[0]?.text ?? []);
const isDone = (posts: readonly Post[]) =>
  posts.some(({ body }) => Object(body).statusUpdate?.status.state === "TASK_STATE_COMPLETED");

test("PUSH: every event of a call is posted in order, with what the client gave to know it by", async () => {
  const { ask, letGo } = await house();
  const box = await postBox();
  const authentication = { scheme: "Bearer", credentials: "their-secret" };
  await begin(ask, { url: box.url, token: "their-token", authentication });
  letGo();
  await settled(() => isDone(box.posts));
  expect(notesOf(box.posts)).toEqual(["one", "two", "three"]);
  for (const { headers } of box.posts)
    expect(headers).toMatchObject({
      "content-type": "application/a2a+json",
      "x-a2a-notification-token": "their-token",
      authorization: "Bearer their-secret",
    });
});

test("PUSH: what does not arrive is tried again, and the order is kept", async () => {
  const { ask, letGo, given_up } = await house();
  const box = await postBox((posts) => (posts.length % 3 === 0 ? 200 : 503));
  await begin(ask, { url: box.url });
  letGo();
  await settled(() => isDone(box.posts.filter((_post, at) => (at + 1) % 3 === 0)));
  const arrived = box.posts.filter((_post, at) => (at + 1) % 3 === 0);
  expect(notesOf(arrived)).toEqual(["one", "two", "three"]);
  expect(given_up).toEqual([]);
});

test("PUSH: an address that never answers well is given up after so many tries, and told", async () => {
  const { ask, given_up } = await house();
  const box = await postBox(() => 500);
  const healthy = await postBox();
  const { id } = await begin(ask, { url: box.url });
  await ask("CreateTaskPushNotificationConfig", { taskId: id, url: healthy.url });
  await settled(() => given_up.length > 0);
  expect(given_up).toEqual(["it answers HTTP 500"]);
  expect(box.posts).toHaveLength(retry.triesMax);
  await ask("CancelTask", { id });
  await settled(() => healthy.posts.length > 0);
  expect(box.posts).toHaveLength(retry.triesMax);
});

test("PUSH: a plain no ends it at once, and no redirect is followed", async () => {
  const elsewhere = await postBox();
  for (const answer of [410, [302, { location: elsewhere.url }]] as const) {
    const { ask, given_up } = await house();
    const box = await postBox(() => (typeof answer === "number" ? answer : [302, answer[1]]));
    await begin(ask, { url: box.url });
    await settled(() => given_up.length > 0);
    expect(box.posts).toHaveLength(1);
  }
  expect(elsewhere.posts).toEqual([]);
});

test("PUSH: a private address is refused unless it is allowed, also behind a name", async () => {
  const { ask, given_up } = await house({ allowedHosts: [] });
  const box = await postBox();
  const refused = await begin(ask, { url: box.url });
  expect(refused.error).toMatchObject({ code: -32_602 });
  for (const url of ["http://169.254.169.254/latest", "http://[::1]/", "ftp://example.org/"])
    expect((await begin(ask, { url })).error, url).toMatchObject({ code: -32_602 });
  const { id } = await begin(ask, { url: `http://localhost:${box.port}/box` });
  expect(id).toBeTypeOf("string");
  await settled(() => given_up.length > 0);
  expect(given_up[0]).toContain("private address");
  expect(box.posts).toEqual([]);
});

test("PUSH: a header that a client gives begins no other header", async () => {
  const { ask } = await house();
  const box = await postBox();
  const wrong = [
    { token: "a\r\nX-Admin: 1" },
    { authentication: { scheme: "Bearer\r\nX: 1", credentials: "x" } },
    { authentication: { scheme: "Bearer", credentials: "a\nb" } },
    { id: "../x" },
  ];
  for (const more of wrong)
    expect((await begin(ask, { url: box.url, ...more })).error).toMatchObject({ code: -32_602 });
  expect((await begin(ask, { url: box.url, token: "plain" })).error).toBeUndefined();
});

test("PUSH: configs are made, looked at, listed and removed, each caller's own", async () => {
  const { ask, letGo } = await house();
  const box = await postBox();
  const { id: taskId } = await begin(ask, { url: box.url });
  const made = await ask("CreateTaskPushNotificationConfig", { taskId, id: "mine", url: box.url });
  expect(made.result).toMatchObject({ id: "mine", taskId, url: box.url });
  const got = await ask("GetTaskPushNotificationConfig", { taskId, id: "mine" });
  expect(got.result).toEqual(made.result);
  const listed = await ask("ListTaskPushNotificationConfigs", { taskId });
  expect(listed.result.configs).toHaveLength(2);
  const theirs = await ask("ListTaskPushNotificationConfigs", { taskId }, "t-guest");
  expect(theirs.error.code).toBe(-32_001);
  const stolen = await ask("DeleteTaskPushNotificationConfig", { taskId, id: "mine" }, "t-guest");
  expect(stolen.error.code).toBe(-32_001);
  expect((await ask("DeleteTaskPushNotificationConfig", { taskId, id: "mine" })).result).toBeNull();
  const gone = await ask("GetTaskPushNotificationConfig", { taskId, id: "mine" });
  expect(gone.error.code).toBe(-32_001);
  letGo();
  await settled(() => isDone(box.posts));
  expect(notesOf(box.posts)).toEqual(["one", "two", "three"]);
});

test("PUSH: one call has ten configs at the most", async () => {
  const { ask } = await house();
  const box = await postBox();
  const { id: taskId } = await begin(ask, { url: box.url });
  const codes = [];
  for (let number = 1; number <= 10; number += 1) {
    const { error } = await ask("CreateTaskPushNotificationConfig", { taskId, url: box.url });
    codes.push(error?.code);
  }
  expect(codes).toEqual([...Array.from({ length: 9 }), -32_050]);
});

test("PUSH: what was not posted when the house closed is posted when it opens again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-push-"));
  open.push(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "push.sqlite");
  let isUp = false;
  const box = await postBox(() => (isUp ? 200 : 503));
  const patient = { triesMax: 50, firstMs: 5, longestMs: 20 };
  const first = await house({ path, retry: patient });
  await begin(first.ask, { url: box.url, token: "kept" });
  first.letGo();
  await settled(() => box.posts.length > 3);
  await first.hub.close();
  await first.push.close();
  expect(statSync(path).mode & 0o077).toBe(0);
  const before = box.posts.length;
  isUp = true;
  await house({ path, retry: patient });
  await settled(() => isDone(box.posts.slice(before)));
  expect(notesOf(box.posts.slice(before))).toEqual(["one", "two", "three"]);
  expect(new Set(box.posts.map(({ headers }) => headers["x-a2a-notification-token"]))).toEqual(
    new Set(["kept"]),
  );
});
