import { ErrorInfo } from "@nightshift/protocol/rpc";
import { StreamResponse, Task } from "@nightshift/protocol/a2a";
import { byHand } from "@nightshift/infra/bus/http/http-rig";
import { expect, test } from "vitest";
import { z } from "zod";
import { asking, forms, message, server, taskOf, type Form, type Told } from "./asking.ts";

// What the public compatibility kit of A2A 1.0 asks of a server, family by family, in our words; its
// codes stand in the titles. Statuses are those of the spec's 1.0.1.

/** The same error in both forms, with its reason. */
function error(form: Form, rpcCode: number, status: number, reason: string) {
  return (told: Told) => {
    expect(told.code).toBe(form === "JSONRPC" ? rpcCode : status);
    if (form === "HTTP_JSON") expect(told.status).toBe(status);
    const [info] = z.array(ErrorInfo).parse(told.details);
    expect(info).toMatchObject({ reason, domain: "a2a-protocol.org" });
  };
}

/** What a client of 0.3 asks for; it says no version. */
const methodOf03 = { JSONRPC: "message/send", HTTP_JSON: "v1/SendMessage" } as const;

const now = { configuration: { returnImmediately: true } };

for (const form of forms) {
  const notFound = error(form, -32_001, 404, "TASK_NOT_FOUND");
  const unsupported = error(form, -32_004, 400, "UNSUPPORTED_OPERATION");

  async function open() {
    const { url, letGo } = await server();
    return { ask: asking(url, form), letGo };
  }

  test(`CORE-SEND-001 ${form}: a message is answered with a task or a message`, async () => {
    const { ask } = await open();
    const told = await ask("SendMessage", { message: message() });
    expect(Task.parse(Object(told.result).task).status.state).toBe("TASK_STATE_COMPLETED");
  });

  test(`CORE-SEND-002 ${form}: a task that is over takes no message`, async () => {
    const { ask } = await open();
    const { id } = taskOf(await ask("SendMessage", { message: message() }));
    unsupported(await ask("SendMessage", { message: { ...message(), taskId: id } }));
  });

  test(`CORE-SEND-003 ${form}: a media type that is not supported is said to be`, async () => {
    const { ask } = await open();
    const parts = [{ raw: "dGNr", mediaType: "application/x-unsupported" }];
    const check = error(form, -32_005, 400, "CONTENT_TYPE_NOT_SUPPORTED");
    check(await ask("SendMessage", { message: { ...message(), parts } }));
  });

  test(`CORE-STREAM-001 CORE-STREAM-003 ${form}: a stream begins with its task and ends with it`, async () => {
    const { ask } = await open();
    const { type, events } = await ask("SendStreamingMessage", { message: message() });
    expect(type).toBe("text/event-stream");
    const read = events.map((event) => StreamResponse.parse(event));
    expect(read[0]).toHaveProperty("task");
    expect(read.at(-1)).toMatchObject({
      statusUpdate: { status: { state: "TASK_STATE_COMPLETED" } },
    });
  });

  test(`CORE-STREAM-002 ${form}: an answer that is a message is the only event of its stream`, async () => {
    const { ask } = await open();
    const uri = "https://night-shift.dev/extensions/direct-answer/v1";
    const headers = { "a2a-version": "1.0", "a2a-extensions": uri };
    const { events } = await ask("SendStreamingMessage", { message: message() }, { headers });
    expect(events.map((event) => Object.keys(StreamResponse.parse(event)))).toEqual([["message"]]);
  });

  test(`CORE-GET-001 CORE-GET-002 ${form}: a task is told as it is, one that is none is not found`, async () => {
    const { ask } = await open();
    const { id } = taskOf(await ask("SendMessage", { message: message() }));
    const { result } = await ask("GetTask", { id });
    expect(Task.parse(result)).toMatchObject({
      id,
      artifacts: [{ artifactId: expect.any(String) }],
    });
    notFound(await ask("GetTask", { id: "nothing" }));
  });

  test(`CORE-LIST-001 … 005 ${form}: own tasks, the newest first, in pages, without artifacts`, async () => {
    const { ask } = await open();
    const ids: string[] = [];
    for (let number = 0; number < 3; number += 1)
      ids.push(taskOf(await ask("SendMessage", { message: message() })).id);
    const Page = z.looseObject({
      tasks: z.array(z.looseObject({ id: z.string() })),
      nextPageToken: z.string(),
    });
    const first = Page.parse((await ask("ListTasks", { pageSize: 2 })).result);
    const pageToken = first.nextPageToken;
    expect(pageToken).not.toBe("");
    const second = Page.parse((await ask("ListTasks", { pageSize: 2, pageToken })).result);
    expect(second.nextPageToken).toBe("");
    const listed = [...first.tasks, ...second.tasks];
    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(ids));
    const times = listed.map((task) => String(Object(task["status"]).timestamp));
    expect(times).toEqual(times.toSorted().reverse());
    for (const task of listed) expect(task).not.toHaveProperty("artifacts");
    const whole = Page.parse((await ask("ListTasks", { includeArtifacts: true })).result);
    for (const task of whole.tasks) expect(task).toHaveProperty("artifacts");
    const other = Page.parse((await ask("ListTasks", {}, { agent: "slow" })).result);
    expect(other.tasks).toEqual([]);
  });

  test(`CORE-CANCEL-001 … 003 ${form}: what works is cancelled, what is over or nothing is not`, async () => {
    const { ask } = await open();
    const { id } = taskOf(
      await ask("SendMessage", { message: message(), ...now }, { agent: "slow" }),
    );
    const canceled = await ask("CancelTask", { id }, { agent: "slow" });
    expect(canceled.result).toMatchObject({ id, status: { state: "TASK_STATE_CANCELED" } });
    const over = taskOf(await ask("SendMessage", { message: message() }));
    const check = error(form, -32_002, 400, "TASK_NOT_CANCELABLE");
    check(await ask("CancelTask", { id: over.id }));
    notFound(await ask("CancelTask", { id: "nothing" }));
  });

  test(`CORE-EXECUTION-MODE ${form}: an answer waits for the end, or comes at once`, async () => {
    const { ask, letGo } = await open();
    const begun = await ask("SendMessage", { message: message(), ...now }, { agent: "slow" });
    expect(taskOf(begun).status.state).toBe("TASK_STATE_WORKING");
    const waits = ask("SendMessage", { message: message() }, { agent: "slow" });
    letGo();
    expect(taskOf(await waits).status.state).toBe("TASK_STATE_COMPLETED");
  });

  test(`CORE-MULTI CORE-HIST ${form}: a context is given back, made where none is, and history bounded`, async () => {
    const { ask } = await open();
    const given = await ask("SendMessage", { message: message() });
    expect(taskOf(given)).toMatchObject({ contextId: "tck-context" });
    const { contextId: _, ...without } = { contextId: "", ...message() };
    const made = z.looseObject({ contextId: z.string().min(1) });
    expect(made.parse(taskOf(await ask("SendMessage", { message: without }))).contextId).not.toBe(
      "tck-context",
    );
    const { id } = taskOf(given);
    const none = Task.parse((await ask("GetTask", { id, historyLength: 0 })).result);
    expect(none.history ?? []).toEqual([]);
    const unknown = await ask("SendMessage", { message: { ...message(), taskId: "nothing" } });
    expect(unknown.code).toBeDefined();
  });

  test(`STREAM-ORDER ${form}: streams of one task tell the same in the same order, and end alone`, async () => {
    const { ask, letGo } = await open();
    const { id } = taskOf(
      await ask("SendMessage", { message: message(), ...now }, { agent: "slow" }),
    );
    const streams = [1, 2, 3].map(() => ask("SubscribeToTask", { id }, { agent: "slow" }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    letGo();
    const [first, ...others] = (await Promise.all(streams)).map(({ events }) => events.slice(1));
    expect(first?.length).toBeGreaterThan(1);
    for (const events of others) expect(events).toEqual(first);
  });

  test(`STREAM-SUB-001 … 004 ${form}: a subscription begins with the task, ends with it, and needs one`, async () => {
    const { ask, letGo } = await open();
    const { id } = taskOf(
      await ask("SendMessage", { message: message(), ...now }, { agent: "slow" }),
    );
    const stream = ask("SubscribeToTask", { id }, { agent: "slow" });
    await new Promise((resolve) => setTimeout(resolve, 30));
    letGo();
    const { events } = await stream;
    expect(events[0]).toMatchObject({ task: { id, status: { state: "TASK_STATE_WORKING" } } });
    expect(events.at(-1)).toMatchObject({
      statusUpdate: { status: { state: "TASK_STATE_COMPLETED" } },
    });
    unsupported(await ask("SubscribeToTask", { id }, { agent: "slow" }));
    notFound(await ask("SubscribeToTask", { id: "nothing" }));
  });

  test(`PUSH ${form}: a config is made, told, listed and removed, for tasks that are there`, async () => {
    const { ask } = await open();
    const { id: taskId } = taskOf(
      await ask("SendMessage", { message: message(), ...now }, { agent: "slow" }),
    );
    const slow = { agent: "slow" };
    const made = await ask(
      "CreateTaskPushNotificationConfig",
      { taskId, url: "http://127.0.0.1:1/" },
      slow,
    );
    const { id } = z.looseObject({ id: z.string().min(1) }).parse(made.result);
    const listed = await ask("ListTaskPushNotificationConfigs", { taskId }, slow);
    expect(listed.result).toMatchObject({ configs: [{ id, taskId }] });
    expect((await ask("GetTaskPushNotificationConfig", { taskId, id }, slow)).result).toMatchObject(
      { id },
    );
    expect(
      (await ask("DeleteTaskPushNotificationConfig", { taskId, id }, slow)).code,
    ).toBeUndefined();
    expect((await ask("GetTaskPushNotificationConfig", { taskId, id }, slow)).code).toBeDefined();
    notFound(await ask("ListTaskPushNotificationConfigs", { taskId: "nothing" }, slow));
  });

  test(`VER ${form}: 1.0 and its patches are spoken; another version, or none, is -32009`, async () => {
    const { ask } = await open();
    const check = error(form, -32_009, 400, "VERSION_NOT_SUPPORTED");
    const says = (headers: Record<string, string>) =>
      ask("SendMessage", { message: message() }, { headers });
    for (const value of ["0.3", "99.0", ""]) check(await says({ "a2a-version": value }));
    check(await says({}));
    check(await ask(methodOf03[form], { message: message() }, { headers: {} }));
    for (const value of ["1.0", "1.0.7"])
      expect((await says({ "a2a-version": value })).code).toBeUndefined();
  });

  test(`CARD-EXT ${form}: the extended card needs a token, and is there with one`, async () => {
    const { ask } = await open();
    const card = z.looseObject({
      name: z.string(),
      supportedInterfaces: z.array(z.unknown()).min(1),
    });
    expect(card.parse((await ask("GetExtendedAgentCard", {})).result).name).toBe("quick");
    const nobody = { "a2a-version": "1.0", authorization: "Bearer nobody" };
    expect((await ask("GetExtendedAgentCard", {}, { headers: nobody })).status).toBe(401);
  });
}

test("CARD-DISC CARD-PROTO CARD-STRUCT CARD-CACHE: the card is there, whole, and may be kept", async () => {
  const { url } = await server();
  const { status, headers, json } = await byHand(`${url}/quick/.well-known/agent-card.json`);
  expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
  expect(headers["cache-control"]).toMatch(/max-age=\d+/);
  expect(headers.etag).toMatch(/^"/);
  const Card = z.looseObject({
    name: z.string().min(1),
    description: z.string().min(1),
    version: z.string().min(1),
    capabilities: z.looseObject({ streaming: z.literal(true), pushNotifications: z.literal(true) }),
    supportedInterfaces: z.array(
      z.object({
        url: z.url(),
        protocolBinding: z.string(),
        tenant: z.literal("quick"),
        protocolVersion: z.literal("1.0"),
      }),
    ),
  });
  const bindings = Card.parse(json).supportedInterfaces.map(
    ({ protocolBinding }) => protocolBinding,
  );
  expect(bindings.slice(0, 2)).toEqual(["JSONRPC", "HTTP+JSON"]);
});

test("HTTP_JSON-SVC-001 HTTP_JSON-ERR-001: results are application/a2a+json, errors say it four times", async () => {
  const { url } = await server();
  const ask = asking(url, "HTTP_JSON");
  expect((await ask("ListTasks", {})).type).toBe("application/a2a+json");
  const version = { "a2a-version": "1.0", authorization: "Bearer t-worker" };
  const { status, json } = await byHand(`${url}/quick/tasks/nothing`, { headers: version });
  expect(json).toMatchObject({
    error: {
      code: status,
      status: "NOT_FOUND",
      message: expect.any(String),
      details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "TASK_NOT_FOUND" }],
    },
  });
});

test("HTTP_JSON-QP-001: query parameters are written as in JSON, and no others are taken", async () => {
  const { url } = await server();
  const ask = asking(url, "HTTP_JSON");
  expect((await ask("ListTasks", { contextId: "tck-context", pageSize: 1 })).status).toBe(200);
  expect((await ask("ListTasks", { context_id: "tck-context" })).status).toBe(400);
});
