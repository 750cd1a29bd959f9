import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { CONTINUOUS } from "@nightshift/agents/dispatcher/schedule";
import { connect, type Connection } from "@nightshift/infra/bus/client";
import { joinFrame, joinRaw, openRaw, sendFrame } from "@nightshift/infra/bus/raw-socket";
import { openDirector, type Director } from "@nightshift/infra/cli/fixture";
import { openHouse } from "@nightshift/infra/house";
import { runNight } from "@nightshift/infra/night";
import { register } from "@nightshift/infra/registration";
import { openRepository } from "@nightshift/infra/repositories";
import { startModelServer, type ModelServer } from "@nightshift/infra/sim/model-server";
import type { CallOptions } from "@nightshift/protocol/bus";
import type { TaskSpec } from "@nightshift/protocol/task";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { eventsOf, ofType, type RawEvent } from "./kept.ts";
import { unknownBlob, visitor } from "./visitor.ts";

const SET_UP_WALL_MS = 60_000;
const NIGHT_WALL_MS = 120_000;
const TEST_FILE = 'import { test } from "node:test";\ntest("one", () => {});\n';
const JUDGEMENT = JSON.stringify({
  criteria: [{ name: "does what the task asks", score: 8, quote: "two" }],
  score: 8,
  critique: "Say why.",
});

/** A guest for the night: one task it does well, one badly, one not at all, one it puts off. */
const guest = visitor("abroad", {
  "GOOD-1": [{ files: { "two.js": "export const two = 2;\n" } }],
  "EVIL-1": [
    {
      files: { "run.js": "export const run = (text) => eval(text);\n" },
      claims: {
        files: [{ path: "two.js", status: "added", addedLines: 1, removedLines: 0, baseLines: 0 }],
        diff: unknownBlob("a fine diff"),
      },
    },
  ],
  "NONE-1": [{ files: { "a.js": "export {};\n" }, claims: { commit: "1".repeat(40) } }],
  "HOLD-1": [
    { status: "limit", account: "house-account", resetsAtMs: 1, spend: null },
    { status: "failed", kind: "crash", detail: "no more", spend: null },
  ],
});

// One house and one night for all tests, in their order: the model holds the director's task open
// until the guest has come, been refused, proposed and tried to write.
let who: Director;
let url: string;
let token: string;
let repo: string;
let server: ModelServer;
let night: Promise<unknown>;
let seat: Connection;
let letGo: () => void = () => {};
const abort = new AbortController();

beforeAll(async () => {
  const held = new Promise<void>((resolve) => (letGo = resolve));
  server = await startModelServer({
    script: async ({ system, prompt }) => {
      if (`${system}\n${prompt}`.includes('"criteria"')) return { kind: "text", text: JUDGEMENT };
      await held;
      return { kind: "text", text: '<file path="index.js">\nexport const one = 2;\n</file>\n' };
    },
  });
  who = await openDirector({
    "nightshift.config.yaml":
      "test: npm test\nsandbox: off\nmerge: when-green\nparallel: 6\noverlap: true\n",
    "test/one.test.js": TEST_FILE,
  });
  const port = await freePort();
  url = `ws://127.0.0.1:${port}/a2a`;
  const worker = `{ name: own, kind: openai, model: m, family: house-model, account: house-account, tier: local, baseUrl: "${server.url}/v1" }`;
  mkdirSync(dirname(who.paths.config), { recursive: true });
  writeFileSync(
    who.paths.config,
    `timeZone: UTC\nhubPort: ${port}\nworkers:\n  - ${worker}\nsettings: { triesMax: 1 }\n`,
  );
  const added = await who.nightshift([
    "add",
    "Say two",
    "--name",
    "FIX-1",
    "--success",
    "grep -q 2 index.js",
  ]);
  expect(added.code, added.stderr).toBe(0);
  const invited = await who.nightshift(["agents", "invite", "abroad", "--json"]);
  token = z.object({ token: z.string().min(40) }).parse(JSON.parse(invited.stdout)).token;
  night = leadANight();
  await until(() => server.requests.length > 0 || isAsked());
}, SET_UP_WALL_MS);

afterAll(async () => {
  letGo();
  abort.abort();
  await seat?.close();
  await night?.catch(() => undefined);
  await server?.close();
  who?.close();
});

async function leadANight() {
  const house = await openHouse(who.env);
  try {
    const repository = await openRepository(who.repo, { clean: true });
    repo = repository.plan.id;
    await register(house, [repository]);
    const stop = new AbortController().signal;
    const how = { untilMs: null, schedule: CONTINUOUS, stop, abort: abort.signal, tell: () => {} };
    return await runNight(house, { repositories: [repository], ...how });
  } finally {
    await house.close();
  }
}

const log = (): RawEvent[] => eventsOf(who.paths.state);
const isAsked = () => ofType(log(), "attempt.prompted").length > 0;

test("nobody comes in without a token, with a wrong one, or under another's name", async () => {
  const before = log().length;
  await expect(openRaw(url, {})).rejects.toThrow("HTTP 401");
  await expect(openRaw(url, { authorization: "Bearer wrong" })).rejects.toThrow("HTTP 401");
  for (const name of ["another", "planner", "dispatcher"]) {
    const raw = await openRaw(url, { authorization: `Bearer ${token}` });
    raw.say(joinFrame(name));
    expect(await raw.closed).toEqual({ code: 1008, reason: `the token is not ${name}'s` });
  }
  expect(log()).toHaveLength(before);
});

test("an invited guest joins with token and card, and every way of leaving is told", async () => {
  // Come and gone as fast as can be, one socket torn by the next: the night takes no harm.
  for (let round = 0; round < 5; round += 1) await joinRaw(url, token, "abroad");
  const torn = await joinRaw(url, token, "abroad");
  torn.socket.terminate();
  await until(() => ofType(log(), "agent.lost").length === 1);
  expect(ofType(log(), "agent.fenced").length).toBe(5);
  seat = await connect({ url, token, peer: guest.peer, signal: abort.signal });
  await until(() => ofType(log(), "agent.joined").length === 7);
  const { actor, body } = ofType(log(), "agent.joined").at(-1) ?? {};
  expect(actor).toBe("hub");
  expect(body).toMatchObject({ name: "abroad", standing: "guest", binding: "websocket" });
});

test("what a guest proposes lands as a guest's, whatever it says of itself", async () => {
  for (const name of ["GOOD-1", "EVIL-1", "NONE-1", "HOLD-1"]) {
    const answer = await seat.call("dispatcher", "propose", { spec: specOf(name) }, options());
    expect(answer.status).toBe("proposed");
  }
  const proposed = ofType(log(), "task.proposed").map(({ body }) => Object(body["spec"]));
  expect(proposed.map(({ name, source, depth }) => [name, source, depth])).toEqual([
    ["FIX-1", "director", 0],
    ...["GOOD-1", "EVIL-1", "NONE-1", "HOLD-1"].map((name) => [name, "guest", 1]),
  ]);
});

test("a guest asks nobody for anything else, and no frame of it writes to the log", async () => {
  const raw = await openRaw(url, { authorization: `Bearer ${await another("writer")}` });
  raw.say(joinFrame("writer"));
  await raw.next();
  await until(() => ofType(log(), "agent.joined").length === 8);
  const before = log();
  const event = { type: "task.completed", generation: 1, outcome: "merged" };
  const params = { tenant: "dispatcher", stream: `task-x`, events: [event], revision: 0, event };
  const methods = [
    ..."append appendEvents log/append log.append store/append AppendToStream".split(" "),
    ..."board/handle board.handle task.complete task.completed agent/approve".split(" "),
    ..."event_store.client.streams.Streams/Append repo.merge shift.elect constructor".split(" "),
  ];
  const serviceParameters = { "A2A-Version": "1.0" };
  const codes = new Set<number | undefined>();
  for (const method of methods) {
    raw.say({ jsonrpc: "2.0", id: method, method, params, serviceParameters });
    codes.add((await raw.next()).error?.code);
  }
  expect(codes).toEqual(new Set([-32_601]));
  raw.say([
    { jsonrpc: "2.0", id: "b", method: "append", params },
    { jsonrpc: "2.0", method: "append", params },
  ]);
  expect((await raw.next()).batch?.every(({ error }) => error !== undefined)).toBe(true);
  const skills = ["admit", "plan", "bid", "implement", "verify", "assess", "evolve", "append"];
  for (const to of ["dispatcher", "planner", "implementer", "verifier", "assessor", "evolver"]) {
    for (const skill of skills) {
      raw.say(sendFrame(`${to}-${skill}`, to, skill, { ...event, spec: specOf("X-1") }));
      expect((await raw.next()).error, `${to} ${skill}`).toBeDefined();
    }
  }
  // A proposal with an event inside is not a proposal.
  raw.say(sendFrame("p", "dispatcher", "propose", { spec: specOf("X-1"), event }));
  expect((await raw.next()).error?.code).toBe(-32_602);
  expect(log()).toEqual(before);
  raw.socket.close();
  await raw.closed;
});

test(
  "a guest's work passes the same gates, and its word for it counts nothing",
  { timeout: NIGHT_WALL_MS },
  async () => {
    letGo();
    expect(await night).toMatchObject({ reason: expect.stringMatching(/backlog-done|budget/) });
    const events = log();
    const of = (name: string) => (type: string) =>
      events.findLast(
        (event) => event.type === type && event.stream.startsWith(`attempt-${name.toLowerCase()}-`),
      )?.body;
    const good = of("GOOD-1");
    expect(good("attempt.awarded")).toMatchObject({ agent: "abroad" });
    expect(good("attempt.verified")).toMatchObject({ by: "verifier", verdict: "pass" });
    expect(good("attempt.assessed")).toMatchObject({ by: "assessor" });
    expect(good("attempt.integrated")).toMatchObject({ how: "merged" });
    expect(await who.git("show", "nightshift/main:two.js")).toBe("export const two = 2;");
    const evil = of("EVIL-1");
    expect(evil("attempt.executed")).toMatchObject({
      files: [expect.objectContaining({ path: "run.js" })],
      sandboxed: false,
    });
    const judged = server.requests.filter(({ prompt }) => prompt.includes("eval(text)"));
    expect(judged.length).toBeGreaterThan(0);
    expect(evil("attempt.gated")).toMatchObject({ decision: "rejected" });
    expect(of("NONE-1")("attempt.failed")).toMatchObject({ kind: "unusable-answer" });
    await expect(who.git("show", "nightshift/main:run.js")).rejects.toThrow("does not exist");
    expect(guest.asked.filter((skill) => skill !== "bid" && skill !== "implement")).toEqual([]);
  },
);

test("a guest holds no account of the house and spends no more than it bid", () => {
  const events = log();
  const limited = ofType(events, "account.limit-hit").map(({ stream }) => stream);
  expect(limited).toEqual(["account-guest-abroad"]);
  const settled = ofType(events, "budget.settled").map(({ body }) => Number(body["costMicroUsd"]));
  expect(Math.max(...settled)).toBeLessThan(1_000);
  expect(ofType(events, "budget.overshot")).toEqual([]);
});

function specOf(name: string): TaskSpec {
  return {
    name,
    title: `What ${name} asks for`,
    text: `Add what ${name} needs to the library.`,
    repo,
    category: "capability",
    priority: 1,
    output: "code",
    success: [{ kind: "command", command: "npm test" }],
    scope: [],
    tags: [],
    model: "abroad",
    dependsOn: [],
    drops: [],
    parent: null,
    depth: 0,
    source: "director",
  };
}

async function another(name: string): Promise<string> {
  const { stdout } = await who.nightshift(["agents", "invite", name, "--json"]);
  return z.object({ token: z.string() }).parse(JSON.parse(stdout)).token;
}

let messages = 0;
function options(): CallOptions {
  messages += 1;
  return { context: "t", message: `m-${messages}`, timeoutMs: 10_000, signal: abort.signal };
}

/** Waits for what happens soon; at most ten seconds. */
async function until(done: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !done(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(done()).toBe(true);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = z.object({ port: z.int() }).parse(probe.address());
  probe.close();
  await once(probe, "close");
  return port;
}
