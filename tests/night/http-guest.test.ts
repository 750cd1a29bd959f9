import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CONTINUOUS } from "@nightshift/agents/dispatcher/schedule";
import { openDirector, type Director } from "@nightshift/infra/cli/fixture";
import { openHouse } from "@nightshift/infra/house";
import { runNight } from "@nightshift/infra/night";
import { register } from "@nightshift/infra/registration";
import { openRepository } from "@nightshift/infra/repositories";
import { startModelServer, type ModelServer } from "@nightshift/infra/sim/model-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { eventsOf, ofType, type RawEvent } from "./kept.ts";

// The twin of guest.test.ts: a guest that does not come, but is added by its address, and speaks
// A2A over HTTP. It is a Python program of the standard library alone.

const SPECIALIST = join(import.meta.dirname, "../../infra/sim/guests/specialist.py");
const SET_UP_WALL_MS = 60_000;
const NIGHT_WALL_MS = 120_000;
/** So many auctions that one who is a little ahead in each wins at least one. */
const TASKS = 8;
const TOKEN = "a-token-of-the-specialist";
const TEST_FILE = 'import { test } from "node:test";\ntest("one", () => {});\n';
const JUDGEMENT = JSON.stringify({
  criteria: [{ name: "does what the task asks", score: 8, quote: "export" }],
  score: 8,
  critique: "Say why.",
});

let who: Director;
let server: ModelServer;
let specialist: ChildProcess;
let url: string;

beforeAll(async () => {
  server = await startModelServer({
    script: async ({ system, prompt }) => {
      const all = `${system}\n${prompt}`;
      if (all.includes('"criteria"')) return { kind: "text", text: JUDGEMENT };
      const [, path, line] = /Add (\S+) with: (.+)/.exec(all) ?? [];
      return { kind: "text", text: `<file path="${path}">\n${line}\n</file>\n` };
    },
  });
  process.env["SPECIALIST_TOKEN"] = TOKEN;
  process.env["OWN_KEY"] = "any";
  specialist = spawn("python3", [SPECIALIST, "--token-env", "SPECIALIST_TOKEN"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!specialist.stdout) throw new Error("no output to read the address from");
  const [line] = await once(specialist.stdout, "data");
  url = String(line).trim();
  who = await openDirector({
    "nightshift.config.yaml":
      "test: npm test\nsandbox: off\nmerge: when-green\nparallel: 4\noverlap: true\n",
    "test/one.test.js": TEST_FILE,
  });
  const worker = `{ name: own, kind: openai, model: m, family: own, account: own, tier: large, apiKeyEnv: OWN_KEY, baseUrl: "${server.url}/v1" }`;
  mkdirSync(dirname(who.paths.config), { recursive: true });
  writeFileSync(
    who.paths.config,
    `timeZone: UTC\nworkers:\n  - ${worker}\nsettings: { triesMax: 1, followUpsMax: 0 }\n`,
  );
}, SET_UP_WALL_MS);

afterAll(async () => {
  delete process.env["SPECIALIST_TOKEN"];
  delete process.env["OWN_KEY"];
  specialist?.kill();
  await server?.close();
  who?.close();
});

const add = (...more: string[]) => who.nightshift(["agents", "add", url, ...more]);
const log = (): RawEvent[] => eventsOf(who.paths.state);

test("an agent is added by its address: shown in clear, and only with the director's word", async () => {
  const refused = await add("--token-env", "SPECIALIST_TOKEN", "--yes");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("private address");
  const unasked = await add("--private", "--token-env", "SPECIALIST_TOKEN");
  expect(unasked.code).toBe(1);
  expect(unasked.stderr).toContain("nobody is here to approve it");
  const tokenless = await add("--private", "--yes");
  expect(tokenless.stderr).toContain("it asks for a token");
  expect(ofType(log(), "agent.joined")).toEqual([]);
  const added = await add("--private", "--token-env", "SPECIALIST_TOKEN", "--yes");
  expect(added.code, added.stderr).toBe(0);
  for (const words of ["specialist", "asked for: bid, implement", "UNSIGNED", "JSONRPC"])
    expect(added.stdout).toContain(words);
  expect(ofType(log(), "agent.approved").map(({ body }) => body["by"])).toEqual(["director"]);
  const kept = readFileSync(who.paths.remoteAgents, "utf8");
  expect(kept).toContain("SPECIALIST_TOKEN");
  expect(kept).not.toContain(TOKEN);
});

test(
  "it wins auctions for its skill, and its work goes through the same gates",
  { timeout: NIGHT_WALL_MS },
  async () => {
    for (let number = 1; number <= TASKS; number += 1) {
      const title = `Add part${number}.js with: export const part = ${number};`;
      const success = `grep -q "part = ${number};" part${number}.js`;
      const task = ["add", title, "--name", `PART-${number}`, "--success", success];
      const told = await who.nightshift(task);
      expect(told.code, told.stderr).toBe(0);
    }
    expect(await leadANight()).toMatchObject({ reason: "backlog-done" });
    const events = log();
    const bids = ofType(events, "attempt.bid").map(({ body }) => body["agent"]);
    expect(new Set(bids)).toEqual(new Set(["implementer", "specialist"]));
    const won = ofType(events, "attempt.awarded").filter(
      ({ body }) => body["agent"] === "specialist",
    );
    expect(won.length).toBeGreaterThan(0);
    expect(won[0]?.body).toMatchObject({ reason: "auction" });
    for (const { stream } of won) {
      const of = (type: string) =>
        events.findLast((event) => event.type === type && event.stream === stream)?.body;
      expect(of("attempt.executed")).toMatchObject({ by: "specialist", sandboxed: false });
      expect(of("attempt.verified")).toMatchObject({ by: "verifier", verdict: "pass" });
      expect(of("attempt.assessed")).toMatchObject({ by: "assessor" });
      expect(of("attempt.gated")).toMatchObject({ decision: "accepted" });
      expect(of("attempt.integrated")).toMatchObject({ how: "merged" });
    }
    const [first] = won;
    const number = /part-(\d)/.exec(first?.stream ?? "")?.[1];
    expect(await who.git("show", `nightshift/main:part${number}.js`)).toBe(
      `export const part = ${number};`,
    );
  },
);

test("nothing in the log was written by it, and the token is nowhere", () => {
  const events = log();
  expect(events.filter(({ actor }) => actor === "specialist")).toEqual([]);
  expect(ofType(events, "agent.joined").map(({ body }) => [body["name"], body["binding"]])).toEqual(
    [
      ["specialist", "http"],
      ["specialist", "http"],
    ],
  );
  expect(JSON.stringify(events)).not.toContain(TOKEN);
});

test("an agent that is removed is asked no more", async () => {
  const removed = await who.nightshift(["agents", "remove", "specialist", "--json"]);
  expect(z.object({ wasAdded: z.literal(true) }).parse(JSON.parse(removed.stdout))).toBeDefined();
  const again = await who.nightshift(["agents", "remove", "specialist"]);
  expect(again.code).toBe(1);
  const before = ofType(log(), "agent.joined").length;
  await leadANight();
  expect(ofType(log(), "agent.joined")).toHaveLength(before);
});

async function leadANight() {
  const house = await openHouse(who.env);
  try {
    const repository = await openRepository(who.repo, { clean: true });
    await register(house, [repository]);
    const [stop, abort] = [new AbortController().signal, new AbortController().signal];
    const how = { untilMs: null, schedule: CONTINUOUS, stop, abort, tell: () => {} };
    return await runNight(house, { repositories: [repository], ...how });
  } finally {
    await house.close();
  }
}
