import { createServer } from "node:http";
import { once } from "node:events";
import { Role, TaskState, type Message, type StreamResponse, type Task } from "@a2a-js/sdk";
import {
  ClientFactory,
  createAuthenticatingFetchWithRetry,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
  type Client,
} from "@a2a-js/sdk/client";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { bidder, bidInput, bidsOf, endless, settled } from "../bus-samples.ts";
import { given, hashed } from "../hub-rig.ts";
import { createHub } from "../hub.ts";
import { createPush } from "../push/push.ts";

// `@a2a-js/sdk`'s own client against our server, in both forms.

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** An agent `bidder` that answers at once and `slow` that works until it is let go or cancelled. */
async function house(form: "JSONRPC" | "HTTP+JSON") {
  const push = createPush({ allowedHosts: ["127.0.0.1"] });
  const hub = await createHub({ principal: "house", tokens: () => hashed(given), push });
  open.push(
    () => push.close(),
    () => hub.close(),
  );
  const gate = Promise.withResolvers<void>();
  await hub.join(bidder(async ({ inputTokens }) => bidsOf(`m-${inputTokens}`)));
  await hub.join(
    bidder((_input, call) => {
      call.progress("thinking");
      const done = gate.promise.then(() => bidsOf("late"));
      return Promise.race([done, endless(call)]);
    }, "slow"),
  );
  const client = (agent: string) => clientOf(hub.url, agent, form);
  return { client, letGo: gate.resolve };
}

/** Found by its card, as a stranger would: the SDK chooses the interface and its tenant. */
function clientOf(socketUrl: string, agent: string, form: string): Promise<Client> {
  const headers = async () => ({ authorization: "Bearer t-worker" });
  const fetchImpl = createAuthenticatingFetchWithRetry(fetch, {
    headers,
    shouldRetryWithHeaders: async () => undefined,
  });
  const transport =
    form === "JSONRPC"
      ? new JsonRpcTransportFactory({ fetchImpl })
      : new RestTransportFactory({ fetchImpl });
  const factory = new ClientFactory({
    transports: [transport],
    cardResolver: new DefaultAgentCardResolver(),
  });
  return factory.createFromUrl(`${socketUrl.replace("ws:", "http:")}/${agent}/`);
}

let messages = 0;
function message(): Message {
  messages += 1;
  return {
    messageId: `sdk-${messages}`,
    contextId: "task-1",
    taskId: "",
    role: Role.ROLE_USER,
    parts: [
      {
        content: { $case: "data", value: { skill: "bid", input: bidInput } },
        mediaType: "application/json",
        filename: "",
        metadata: undefined,
      },
    ],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  };
}

const request = { tenant: "", metadata: undefined, configuration: undefined };
const configuration = {
  acceptedOutputModes: [],
  historyLength: undefined,
  taskPushNotificationConfig: undefined,
  returnImmediately: true,
};

function isTask(result: Task | Message): result is Task {
  return "status" in result;
}

function task(result: Task | Message): Task {
  if (!isTask(result)) throw new Error("a message, not a task");
  return result;
}

function answerOf({ artifacts }: Task): unknown {
  const content = artifacts[0]?.parts[0]?.content;
  return content?.$case === "data" ? content.value : undefined;
}

async function kindsOf(
  events: AsyncIterable<StreamResponse>,
  onFirst?: () => void,
): Promise<(string | undefined)[]> {
  const kinds = [];
  for await (const { payload } of events) {
    kinds.push(payload?.$case);
    onFirst?.();
  }
  return kinds;
}

for (const form of ["JSONRPC", "HTTP+JSON"] as const) {
  test(`the SDK's client, ${form}: sends, gets and lists`, async () => {
    const client = await (await house(form)).client("bidder");
    const sent = task(await client.sendMessage({ ...request, message: message() }));
    expect(sent.status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
    expect(answerOf(sent)).toEqual(bidsOf("m-10"));
    const got = await client.getTask({ tenant: "", id: sent.id, historyLength: undefined });
    expect(answerOf(got)).toEqual(bidsOf("m-10"));
    const listed = await client.listTasks({
      tenant: "",
      contextId: "task-1",
      status: TaskState.TASK_STATE_COMPLETED,
      pageSize: 10,
      pageToken: "",
      historyLength: undefined,
      statusTimestampAfter: undefined,
      includeArtifacts: true,
    });
    expect(listed.tasks.map(({ id }) => id)).toEqual([sent.id]);
    await expect(
      client.getTask({ tenant: "", id: "nothing", historyLength: undefined }),
    ).rejects.toThrow(/no task/);
  });

  test(`the SDK's client, ${form}: streams a call from its task to its end`, async () => {
    const client = await (await house(form)).client("bidder");
    const events = client.sendMessageStream({ ...request, message: message() });
    const kinds = await kindsOf(events);
    expect([kinds.at(0), kinds.at(-2), kinds.at(-1)]).toEqual([
      "task",
      "artifactUpdate",
      "statusUpdate",
    ]);
  });

  test(`the SDK's client, ${form}: subscribes to a call that runs, and cancels one`, async () => {
    const { client, letGo } = await house(form);
    const slow = await client("slow");
    const begun = task(await slow.sendMessage({ ...request, configuration, message: message() }));
    expect(begun.status?.state).toBe(TaskState.TASK_STATE_WORKING);
    const kinds = kindsOf(slow.resubscribeTask({ tenant: "", id: begun.id }), letGo);
    expect((await kinds).at(0)).toBe("task");
    expect((await kinds).at(-1)).toBe("statusUpdate");
    const again = await house(form);
    const other = await again.client("slow");
    const next = task(await other.sendMessage({ ...request, configuration, message: message() }));
    const canceled = await other.cancelTask({ tenant: "", id: next.id, metadata: undefined });
    expect(canceled.status?.state).toBe(TaskState.TASK_STATE_CANCELED);
    const quick = await again.client("bidder");
    const { id } = task(await quick.sendMessage({ ...request, message: message() }));
    await expect(quick.cancelTask({ tenant: "", id, metadata: undefined })).rejects.toThrow(
      /already/,
    );
  });

  test(`the SDK's client, ${form}: is pushed to, and tends its push notification configs`, async () => {
    const { client, letGo } = await house(form);
    const slow = await client("slow");
    const post = await postBox();
    const begun = task(
      await slow.sendMessage({
        ...request,
        message: message(),
        configuration: {
          ...configuration,
          taskPushNotificationConfig: { ...config, url: post.url, id: "", taskId: "" },
        },
      }),
    );
    const about = { tenant: "", taskId: begun.id };
    const second = await slow.createTaskPushNotificationConfig({
      ...config,
      ...about,
      url: post.url,
      id: "second",
    });
    expect(second).toMatchObject({ id: "second", url: post.url, token: "secret-token" });
    const listed = await slow.listTaskPushNotificationConfig({
      ...about,
      pageSize: 0,
      pageToken: "",
    });
    expect(listed.configs).toHaveLength(2);
    const got = await slow.getTaskPushNotificationConfig({ ...about, id: "second" });
    expect(got.id).toBe("second");
    await slow.deleteTaskPushNotificationConfig({ ...about, id: "second" });
    letGo();
    await settled(() => post.bodies.some((body) => body.includes("TASK_STATE_COMPLETED")));
    const kinds = post.bodies.map((body) => Object.keys(JSON.parse(body))[0]);
    expect([kinds.at(0), kinds.at(-2), kinds.at(-1)]).toEqual([
      "task",
      "artifactUpdate",
      "statusUpdate",
    ]);
    expect(new Set(post.tokens)).toEqual(new Set(["secret-token"]));
  });

  test(`the SDK's client, ${form}: has the extended card with its token`, async () => {
    const client = await (await house(form)).client("bidder");
    const card = await client.getAgentCard();
    expect(card.skills.map(({ id }) => id)).toEqual(["bid"]);
  });
}

const config = {
  tenant: "",
  id: "",
  taskId: "",
  token: "secret-token",
  authentication: undefined,
};

/** A client's own server, which keeps what is posted to it. */
async function postBox() {
  const bodies: string[] = [];
  const tokens: unknown[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers["x-a2a-notification-token"]);
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(204).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}/events`, bodies, tokens };
}
