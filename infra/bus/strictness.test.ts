import { A2A_VERSION } from "@nightshift/protocol/a2a";
import type { Peer } from "@nightshift/protocol/bus";
import { toRpcError } from "@nightshift/protocol/rpc";
import { expect } from "vitest";
import type { Caller } from "./caller.ts";
import { given, hashed } from "./hub-rig.ts";
import { as, byHand, json } from "./http/http-rig.ts";
import { fromRestError, toRestError } from "./http/rest-errors.ts";
import { createHub } from "./hub.ts";
import { joinRaw, type RawSocket, type Reply } from "./raw-socket.ts";
import { strictnessContract, type StrictAnswer, type StrictAsk } from "./strictness-contract.ts";
import { framesContract } from "./strictness-frames-contract.ts";
import { createSwitchboard } from "./switchboard.ts";

const hub = () =>
  createHub({ principal: "house", tokens: () => hashed(given), guestSkills: ["bid"] });

strictnessContract("in-process", async () => {
  const board = createSwitchboard();
  const callers = new Map<string, Caller>(
    (["worker", "guest"] as const).map((name) => {
      const standing = name === "guest" ? "guest" : "house";
      const gone = new AbortController().signal;
      return [name, { name, standing, allowed: "all", inFlightMax: 10, gone }];
    }),
  );
  return {
    async join(peer) {
      board.add(peer, {
        standing: "house",
        session: peer.card.name,
        binding: "in-process",
        url: "nightshift:",
      });
    },
    async ask({ method, params, version = A2A_VERSION, as = "worker" }) {
      const caller = callers.get(as);
      if (!caller) throw new Error(`nobody is ${as}`);
      try {
        return { result: await board.answer({ method, params, version: version ?? "" }, caller) };
      } catch (error) {
        return { error: toRpcError(error) };
      }
    },
    close: async () => undefined,
  };
});

async function overSockets() {
  const open = await hub();
  const sockets = new Map<string, RawSocket>();
  let asked = 0;

  async function socketOf(name: string): Promise<RawSocket> {
    const known = sockets.get(name) ?? (await joinRaw(open.url, `t-${name}`, name));
    sockets.set(name, known);
    return known;
  }

  return {
    join: (peer: Peer) => open.join(peer),
    async ask({ method, params, version = A2A_VERSION, as = "worker" }: StrictAsk) {
      const socket = await socketOf(as);
      asked += 1;
      const service = version === null ? {} : { serviceParameters: { "A2A-Version": version } };
      socket.say({ jsonrpc: "2.0", id: `ask-${asked}`, method, params, ...service });
      const { result, error } = await socket.next();
      return { result, error };
    },
    async say(text: string) {
      const socket = await socketOf("worker");
      socket.sayText(withVersion(text));
      const frames: Reply[] = [];
      // What is asked after it is answered after it: as often as that, nothing more comes for it.
      for (let times = 0; times < ASKED_AFTER; times += 1) {
        asked += 1;
        const id = `after-${asked}`;
        const params = { tenant: "bidder", id: "nothing" };
        socket.say({ jsonrpc: "2.0", id, method: "GetTask", params, serviceParameters });
        for (let reply = await socket.next(); reply.id !== id; reply = await socket.next())
          frames.push(reply);
      }
      return frames.map((reply) => reply.batch ?? reply);
    },
    async close() {
      for (const { socket } of sockets.values()) socket.terminate();
      await open.close();
    },
  };
}

const ASKED_AFTER = 3;
const serviceParameters = { "A2A-Version": A2A_VERSION };

strictnessContract("websocket", overSockets);
framesContract("websocket", overSockets);

/** Over a socket the version stands in each frame; what is no request is sent as it is. */
function withVersion(text: string): string {
  const service = { serviceParameters };
  const versioned = (value: unknown): unknown =>
    typeof value === "object" && value !== null && "method" in value
      ? { ...value, ...service }
      : value;
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(Array.isArray(value) ? value.map(versioned) : versioned(value));
  } catch {
    return text;
  }
}

async function overHttp() {
  const open = await hub();
  const url = open.url.replace("ws:", "http:");
  const post = (text: string, who: string, version: string | null) => {
    const versions = version === null ? {} : { "a2a-version": version };
    const headers = { ...json, ...as(`t-${who}`), ...versions };
    return byHand(url, { method: "POST", headers, body: text });
  };
  return {
    join: (peer: Peer) => open.join(peer),
    async ask({ method, params, version = A2A_VERSION, as = "worker" }: StrictAsk) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: "1", method, params });
      return Object((await post(body, as, version)).json);
    },
    async say(text: string) {
      const { status, json } = await post(text, "worker", A2A_VERSION);
      return status === 204 ? [] : [json];
    },
    close: () => open.close(),
  };
}

strictnessContract("http JSON-RPC", overHttp);
framesContract("http JSON-RPC", overHttp);

/** The same requests by the paths of REST; errors are told by reason, and held against the codes. */
strictnessContract("http REST", async () => {
  const open = await hub();
  const url = open.url.replace("ws:", "http:");
  return {
    join: (peer) => open.join(peer),
    ask: (asked) => askRest(url, asked),
    close: () => open.close(),
  };
});

async function askRest(url: string, asked: StrictAsk): Promise<StrictAnswer> {
  const { version = A2A_VERSION, as: who = "worker" } = asked;
  const { tenant, id, taskId, ...rest } = Object(asked.params);
  const place = `${url}/${encodeURIComponent(tenant)}`;
  const body = { method: "POST", body: JSON.stringify(rest) };
  const requests = new Map<string, [string, object]>([
    ["SendMessage", [`${place}/message:send`, body]],
    ["GetTask", [`${place}/tasks/${id}`, {}]],
    ["ListTasks", [`${place}/tasks?${new URLSearchParams(rest).toString()}`, {}]],
    ["CancelTask", [`${place}/tasks/${id}:cancel`, body]],
    [
      "CreateTaskPushNotificationConfig",
      [`${place}/tasks/${taskId}/pushNotificationConfigs`, body],
    ],
  ]);
  // A method is a path here; one that does not exist is a path that does not.
  const [address, request] = requests.get(asked.method) ?? [`${place}/${asked.method}`, body];
  const versions = version === null ? {} : { "a2a-version": version };
  const headers = { ...json, ...as(`t-${who}`), ...versions };
  const { status, json: told } = await byHand(address, { ...request, headers });
  if (status < 400) return { result: told };
  return { error: codeOf(told, status) };
}

/** The code that stands behind an error of REST. */
function codeOf(told: unknown, status: number) {
  const error = toRpcError(fromRestError(status, told));
  // What REST says must say the same again.
  expect(toRestError(error).error.code).toBe(status === 405 ? 404 : status);
  return error;
}
