import type { Peer } from "@nightshift/protocol/bus";
import { ErrorInfo, type RpcError } from "@nightshift/protocol/rpc";
import { skills } from "@nightshift/protocol/skills";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { bidder, bidInput, bidsOf, peerOf } from "./bus-samples.ts";

/** What came back for a request: a result, or an error as the wire of JSON-RPC has it. */
export type StrictAnswer = { result?: unknown; error?: RpcError | undefined };

export type StrictAsk = {
  method: string;
  params: unknown;
  /** The service parameter `A2A-Version`; "1.0" where it is not told, none where it is null. */
  version?: string | null;
  /** Who asks; `worker` is of the house. */
  as?: "worker" | "guest";
};

/** A binding, as a test speaks it by hand. Guests may call `bid`. */
export type StrictRig = {
  /** Puts an agent of the house on the bus. */
  join: (peer: Peer) => Promise<void>;
  /** Sends a request, however wrong it is. A request of a streaming method is not one. */
  ask: (asked: StrictAsk) => Promise<StrictAnswer>;
  close: () => Promise<void>;
};

/** Params of SendMessage that are right in every detail. */
export function sendParams(message: string, to = "bidder") {
  return {
    tenant: to,
    message: {
      messageId: message,
      contextId: "task-1",
      role: "ROLE_USER",
      parts: [{ data: { skill: "bid", input: bidInput }, mediaType: "application/json" }],
    },
  };
}

/** What every binding refuses, by the same codes, and the honest twin that passes. */
export function strictnessContract(binding: string, open: () => Promise<StrictRig>): void {
  const rigs: StrictRig[] = [];
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.close();
  });

  /** With an agent `bidder` that counts how often it is reached. */
  async function rig() {
    const opened = await open();
    rigs.push(opened);
    const reached = { times: 0 };
    await opened.join(
      peerOf("bidder", ["bid"], async (skill, input) => {
        reached.times += 1;
        skills[skill].input.parse(input);
        return bidsOf(`m-${reached.times}`);
      }),
    );
    return { ...opened, reached };
  }

  const codeOf = ({ error }: StrictAnswer) => error?.code;

  test(`${binding}: a request that is right in every detail is answered with its task`, async () => {
    const { ask, reached } = await rig();
    const { result } = await ask({ method: "SendMessage", params: sendParams("m-1") });
    expect(result).toMatchObject({
      task: {
        contextId: "task-1",
        status: { state: "TASK_STATE_COMPLETED" },
        artifacts: [{ parts: [{ data: bidsOf("m-1") }] }],
      },
    });
    expect(reached.times).toBe(1);
  });

  test(`${binding}: what is no method of A2A 1.0 is -32601`, async () => {
    const { ask, reached } = await rig();
    const names = [
      "message/send",
      "tasks/get",
      "sendMessage",
      "append",
      "constructor",
      "__proto__",
    ];
    for (const method of names)
      expect(codeOf(await ask({ method, params: sendParams("m") })), method).toBe(-32_601);
    expect(reached.times).toBe(0);
  });

  test(`${binding}: params that break A2A's schema are -32602 and reach nobody`, async () => {
    const { ask, reached } = await rig();
    const params = sendParams("m");
    const { message } = params;
    const { role: _role, ...roleless } = message;
    const { messageId: _id, ...nameless } = message;
    const wrong: [string, unknown][] = [
      ["no message", { tenant: "bidder" }],
      ["no parts", { ...params, message: { ...message, parts: [] } }],
      ["no role", { ...params, message: roleless }],
      ["no message id", { ...params, message: nameless }],
      ["an empty message id", { ...params, message: { ...message, messageId: "" } }],
      ["a role nobody has", { ...params, message: { ...message, role: "ROLE_UNSPECIFIED" } }],
      ["the agent's role", { ...params, message: { ...message, role: "ROLE_AGENT" } }],
      ["a text of 42", { ...params, message: { ...message, parts: [{ text: 42 }] } }],
      ["an empty part", { ...params, message: { ...message, parts: [{}] } }],
      [
        "two parts in one",
        { ...params, message: { ...message, parts: [{ text: "a", data: {} }] } },
      ],
      ["parts that are one", { ...params, message: { ...message, parts: message.parts[0] } }],
      ["a field of 0.3", { ...params, message: { ...message, kind: "message" } }],
      ["a field nobody knows", { ...params, extra: 1 }],
      ["a configuration of 0.3", { ...params, configuration: { blocking: true } }],
      ["a history that is none", { ...params, configuration: { historyLength: -1 } }],
    ];
    for (const [what, given] of wrong)
      expect(codeOf(await ask({ method: "SendMessage", params: given })), what).toBe(-32_602);
    const list = { tenant: "bidder", status: "TASK_STATE_DREAMING" };
    expect(codeOf(await ask({ method: "ListTasks", params: list }))).toBe(-32_602);
    const page = { tenant: "bidder", pageSize: 101 };
    expect(codeOf(await ask({ method: "ListTasks", params: page }))).toBe(-32_602);
    expect(reached.times).toBe(0);
    expect(codeOf(await ask({ method: "SendMessage", params }))).toBeUndefined();
    expect(reached.times).toBe(1);
  });

  test(`${binding}: an input that is not the skill's is -32602, a content of another kind -32005`, async () => {
    const { ask, reached } = await rig();
    const params = sendParams("m");
    const withParts = (parts: unknown[]) => ({ ...params, message: { ...params.message, parts } });
    const [part] = params.message.parts;
    const asks = async (parts: unknown[]) =>
      codeOf(await ask({ method: "SendMessage", params: withParts(parts) }));
    expect(await asks([{ data: { skill: "bid", input: { ...bidInput, outputTokens: -1 } } }])).toBe(
      -32_602,
    );
    expect(await asks([{ data: "bid" }])).toBe(-32_602);
    expect(await asks([part, part])).toBe(-32_602);
    expect(await asks([{ text: "please bid" }])).toBe(-32_005);
    expect(await asks([{ raw: "aGk=", mediaType: "image/png" }])).toBe(-32_005);
    expect(await asks([{ ...part, mediaType: "text/yaml" }])).toBe(-32_005);
    expect(reached.times).toBe(0);
    expect(await asks([part])).toBeUndefined();
  });

  test(`${binding}: the version must be said and be 1.0, whatever its patch: else -32009`, async () => {
    const { ask } = await rig();
    for (const version of [
      null,
      "",
      "0.3",
      "0.3.0",
      "1.1",
      "2.0",
      "1",
      "1.0.0.0",
      "x".repeat(500),
    ]) {
      const answer = await ask({ method: "SendMessage", params: sendParams("m"), version });
      expect(codeOf(answer), String(version).slice(0, 20)).toBe(-32_009);
    }
    for (const version of ["1.0", "1.0.1"]) {
      const answer = await ask({ method: "SendMessage", params: sendParams("m"), version });
      expect(codeOf(answer), version).toBeUndefined();
    }
  });

  test(`${binding}: whoever says no version is told that, whatever else is wrong`, async () => {
    const { ask } = await rig();
    const params = sendParams("m");
    const { role: _role, ...roleless } = params.message;
    const wrong: [number, StrictAsk][] = [
      [-32_601, { method: "message/send", params }],
      [-32_602, { method: "SendMessage", params: { ...params, message: roleless } }],
      [-32_602, { method: "SendMessage", params: { ...params, tenant: "../bidder" } }],
    ];
    for (const [code, asked] of wrong) {
      expect(codeOf(await ask({ ...asked, version: null }))).toBe(-32_009);
      expect(codeOf(await ask(asked))).toBe(code);
    }
  });

  test(`${binding}: an error of A2A has its code, and names its reason for programs`, async () => {
    const { ask } = await rig();
    const about = { tenant: "bidder", id: "nothing" };
    const push = { tenant: "bidder", taskId: "nothing", url: "https://example.org/" };
    const told: [string, unknown, number, string][] = [
      ["GetTask", about, -32_001, "TASK_NOT_FOUND"],
      ["CancelTask", about, -32_001, "TASK_NOT_FOUND"],
      ["CreateTaskPushNotificationConfig", push, -32_003, "PUSH_NOTIFICATION_NOT_SUPPORTED"],
    ];
    for (const [method, params, code, reason] of told) {
      const { error } = await ask({ method, params });
      expect(error?.code, method).toBe(code);
      const [info] = z.array(ErrorInfo).parse(error?.data);
      expect(info, method).toMatchObject({ reason, domain: "a2a-protocol.org" });
    }
    const unsaid = await ask({ method: "GetTask", params: about, version: null });
    expect(unsaid.error?.data).toMatchObject([{ reason: "VERSION_NOT_SUPPORTED" }]);
  });

  test(`${binding}: a task that is over is not cancelled (-32002) and takes no message (-32004)`, async () => {
    const { ask } = await rig();
    const sent = await ask({ method: "SendMessage", params: sendParams("m") });
    const { id } = z.object({ task: z.object({ id: z.string() }) }).parse(sent.result).task;
    const about = { tenant: "bidder", id };
    expect(codeOf(await ask({ method: "CancelTask", params: about }))).toBe(-32_002);
    const params = sendParams("m-2");
    const more = { ...params, message: { ...params.message, taskId: id } };
    expect(codeOf(await ask({ method: "SendMessage", params: more }))).toBe(-32_004);
    expect(codeOf(await ask({ method: "GetTask", params: about }))).toBeUndefined();
  });

  test(`${binding}: a message is one call for one principal, and another one for another`, async () => {
    const { ask, reached } = await rig();
    const answers = [];
    for (const as of ["worker", "worker", "guest", "guest"] as const)
      answers.push(await ask({ method: "SendMessage", params: sendParams("same"), as }));
    const ids = answers.map(({ result }) => Object(result).task?.id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).toBe(ids[3]);
    expect(ids[0]).not.toBe(ids[2]);
    expect(reached.times).toBe(2);
    const params = { tenant: "bidder", id: ids[0] };
    expect(codeOf(await ask({ method: "GetTask", params, as: "guest" }))).toBe(-32_001);
    expect(codeOf(await ask({ method: "GetTask", params, as: "worker" }))).toBeUndefined();
  });

  test(`${binding}: whoever names no agent, or none that is here, is told so`, async () => {
    const { ask, join } = await rig();
    const { tenant: _, ...unnamed } = sendParams("m");
    const nobody = await ask({ method: "SendMessage", params: { ...unnamed, tenant: "nobody" } });
    expect(nobody.error?.data).toMatchObject({ refusal: "not-found" });
    const odd = await ask({ method: "SendMessage", params: { ...unnamed, tenant: "../bidder" } });
    expect(codeOf(odd)).toBe(-32_602);
    await join(bidder(async () => bidsOf("here"), "nobody"));
    const here = await ask({ method: "SendMessage", params: { ...unnamed, tenant: "nobody" } });
    expect(codeOf(here)).toBeUndefined();
  });
}
