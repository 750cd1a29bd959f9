import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { RpcErrorResponse } from "@nightshift/protocol/rpc";
import { skills } from "@nightshift/protocol/skills";
import { afterEach, expect, test } from "vitest";
import { bidInput, bidsOf, options, peerOf } from "../bus-samples.ts";
import { hashed } from "../hub-rig.ts";
import { createHub, type Hub } from "../hub.ts";
import {
  FUZZ_FRAMES,
  HEAP_GROWTH_MEGABYTES_MAX,
  heapMegabytes,
  knownCodes,
  mutate,
  mutatedFrame,
  pickOf,
  randomFrom,
} from "../mutations.ts";
import { sendFrame } from "../raw-socket.ts";
import { eventsOf } from "./http-rig.ts";

const WALL_MS = 600_000;
/** Milliseconds in which a request is answered, or its connection closed. */
const ANSWER_MS = 5_000;
/** Requests on their way at once. */
const AT_ONCE = 16;
const statuses = new Set([
  200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 413, 415, 426, 429, 431,
]);

let hub: Hub;
afterEach(() => hub.close());

/** With an agent that is reached by what has passed the gate alone. */
async function house() {
  const limit = { inFlightMax: 10_000, framesPerSecondMax: 1_000_000, heartbeatMs: 15_000 };
  hub = await createHub({
    principal: "house",
    tokens: () => hashed([["t", { name: "worker", standing: "guest" }]]),
    guestSkills: ["bid"],
    limits: { guest: limit },
  });
  const reached = { times: 0 };
  await hub.join(
    peerOf("bidder", ["bid"], async (skill, input) => {
      reached.times += 1;
      skills[skill].input.parse(input);
      return bidsOf("m");
    }),
  );
  return { url: hub.url.replace("ws:", "http:"), reached };
}

test(
  "thousands of mutated requests crash nothing, reach no agent unchecked, get known codes",
  { timeout: WALL_MS },
  async () => {
    const { url, reached } = await house();
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const seen = { statuses: new Map<number, number>(), codes: new Set<number>(), closed: 0 };
    let heapBefore = 0;
    for (let number = 0; number < FUZZ_FRAMES; number += AT_ONCE) {
      if (heapBefore === 0 && number >= FUZZ_FRAMES / 4) heapBefore = heapMegabytes();
      const seeds = Array.from(
        { length: Math.min(AT_ONCE, FUZZ_FRAMES - number) },
        (_, at) => number + at,
      );
      for (const answer of await Promise.all(seeds.map((seed) => ask(url, agent, odd(seed))))) {
        if (answer === "closed") seen.closed += 1;
        else {
          seen.statuses.set(answer.status, (seen.statuses.get(answer.status) ?? 0) + 1);
          for (const code of codesIn(answer.text)) seen.codes.add(code);
        }
      }
    }
    expect(heapMegabytes() - heapBefore).toBeLessThan(HEAP_GROWTH_MEGABYTES_MAX);
    for (const status of seen.statuses.keys()) expect(statuses).toContain(status);
    for (const code of seen.codes) expect(knownCodes).toContain(code);
    expect(seen.codes.size).toBeGreaterThan(4);
    expect(seen.statuses.size).toBeGreaterThan(6);
    expect(reached.times).toBeGreaterThan(0);
    agent.destroy();
    const honest = { ...sendFrame("1", "bidder", "bid", bidInput), serviceParameters: undefined };
    const { status } = await mustAnswer(url, JSON.stringify(honest));
    expect(status).toBe(200);
    expect(await hub.call("bidder", "bid", bidInput, options())).toEqual(bidsOf("m"));
  },
);

test(
  "mutated bytes of HTTP are answered with a status or a close, and nobody comes in by them",
  { timeout: WALL_MS },
  async () => {
    const { url, reached } = await house();
    const { port, host } = new URL(url);
    const body = JSON.stringify(sendFrame("1", "bidder", "bid", bidInput));
    const head = [
      "POST /a2a HTTP/1.1",
      `Host: ${host}`,
      "Authorization: Bearer wrong",
      "A2A-Version: 1.0",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    ].join("\r\n");
    const count = Math.max(200, Math.floor(FUZZ_FRAMES / 10));
    const answered = new Map<string, number>();
    for (let number = 0; number < count; number += AT_ONCE) {
      const seeds = Array.from({ length: AT_ONCE }, (_, at) => number + at);
      const told = seeds.map((seed) =>
        tell(Number(port), oddBytes(`${head}\r\n\r\n${body}`, seed)),
      );
      for (const first of await Promise.all(told)) {
        const status = /^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? "closed";
        answered.set(status, (answered.get(status) ?? 0) + 1);
      }
    }
    expect(answered.get("200")).toBeUndefined();
    expect([...answered.keys()]).toContain("400");
    expect(reached.times).toBe(0);
    expect((await mustAnswer(url, body)).status).toBe(200);
  },
);

type Odd = { path: string; method: string; headers: Record<string, string>; body?: string };

/** One request, changed in its body, its path, its query or its headers. */
function odd(seed: number): Odd {
  const random = randomFrom(seed + 1);
  const headers: Record<string, string> = {
    authorization: "Bearer t",
    "a2a-version": "1.0",
    "content-type": "application/json",
  };
  const { params } = sendFrame(`f-${seed}`, "bidder", "bid", bidInput);
  const { tenant: _, ...message } = params;
  switch (Math.floor(random() * 5)) {
    case 0:
      return {
        path: "/a2a/bidder/message:send",
        method: "POST",
        headers,
        body: mutate(JSON.stringify(message), random),
      };
    case 1: {
      const paths = [
        "/a2a/bidder/tasks/x",
        "/a2a/bidder/tasks?pageSize=5&contextId=c",
        "/a2a/bidder/tasks/x:cancel",
        "/a2a/bidder/tasks/x/pushNotificationConfigs/y",
        "/a2a/bidder/extendedAgentCard",
        "/.well-known/agent-card.json",
      ];
      const method = pickOf(["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"], random) ?? "GET";
      return { path: oddPath(pickOf(paths, random) ?? "/", random), method, headers };
    }
    case 2: {
      const values = ["", "0.3", "9".repeat(2_000), "%00", "Bearer ", "text/plain", "a2a, b, c"];
      const name = pickOf(
        [...Object.keys(headers), "last-event-id", "a2a-extensions", "origin"],
        random,
      );
      const changed = { ...headers, [name ?? "accept"]: pickOf(values, random) ?? "" };
      return { path: "/a2a", method: "POST", headers: changed, body: JSON.stringify(framed(seed)) };
    }
    default:
      return {
        path: pickOf(["/a2a", "/a2a/bidder"], random) ?? "/a2a",
        method: "POST",
        headers,
        body: mutatedFrame(seed),
      };
  }
}

function framed(seed: number): object {
  const { serviceParameters: _, ...frame } = sendFrame(`h-${seed}`, "bidder", "bid", bidInput);
  return seed % 2 === 0 ? frame : { ...frame, method: "SendStreamingMessage" };
}

function oddPath(path: string, random: () => number): string {
  const at = Math.floor(random() * path.length);
  const pieces = ["%", "%2e%2e", "//", "?", "&&", "%ff", "x".repeat(3_000), "..", ";", "%00", "="];
  return path.slice(0, at) + (pickOf(pieces, random) ?? "") + path.slice(at);
}

function oddBytes(text: string, seed: number): string {
  const random = randomFrom(seed + 7);
  const at = Math.floor(random() * text.length);
  const pieces = [
    "\r\n",
    "\0",
    "\r\nTransfer-Encoding: chunked",
    "\r\n\r\n",
    "GET / HTTP/1.1\r\n",
    "-1",
    "\u00ff",
  ];
  if (random() < 0.2) return text.slice(0, at);
  return (
    text.slice(0, at) + (pickOf(pieces, random) ?? "") + text.slice(at + Math.floor(random() * 3))
  );
}

type Answered = { status: number; text: string } | "closed";

function ask(url: string, agent: Agent, { path, method, headers, body }: Odd): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no answer to ${method} ${path}`)), ANSWER_MS);
    const done = (answer: Answered) => {
      clearTimeout(late);
      resolve(answer);
    };
    const request = httpRequest(new URL(url).origin, {
      agent,
      method,
      headers,
      path: encodeURI(path),
    });
    request.on("response", (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("error", () => done("closed"));
      response.on("end", () => done({ status: response.statusCode ?? 0, text }));
    });
    request.on("error", () => done("closed"));
    request.end(body);
  });
}

async function mustAnswer(url: string, frame: string): Promise<{ status: number }> {
  const { serviceParameters: _, ...honest } = JSON.parse(frame);
  const headers = {
    authorization: "Bearer t",
    "a2a-version": "1.0",
    "content-type": "application/json",
  };
  const agent = new Agent();
  const answer = await ask(url, agent, {
    path: "/a2a",
    method: "POST",
    headers,
    body: JSON.stringify(honest),
  });
  if (answer === "closed") throw new Error("an honest request was not answered");
  return answer;
}

/** Codes of JSON-RPC in an answer, be it one, a batch or a stream. */
function codesIn(text: string): number[] {
  const values =
    text.startsWith("{") || text.startsWith("[")
      ? [JSON.parse(text)]
      : eventsOf(text).map(({ data }) => data);
  return values.flat().flatMap((value) => {
    const failed = RpcErrorResponse.safeParse(value);
    return failed.success ? [failed.data.error.code] : [];
  });
}

/** Sends bytes, then nothing more; the first of what comes back, or "" for a close. */
function tell(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`neither answered nor closed: ${JSON.stringify(bytes.slice(0, 300))}`));
    }, ANSWER_MS);
    const done = (text: string) => {
      clearTimeout(late);
      socket.destroy();
      resolve(text);
    };
    socket.once("data", (chunk) => done(chunk.toString("latin1")));
    socket.on("error", () => done(""));
    socket.on("close", () => done(""));
    socket.end(Buffer.from(bytes, "latin1"));
  });
}
