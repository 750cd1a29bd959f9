import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { openDirector, type Director } from "./fixture.ts";

const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A model server that lets the test decide when and what it answers. */
async function modelServer() {
  const waiting: ServerResponse[] = [];
  const asked = new EventTarget();
  const server = createServer((_request, response) => {
    waiting.push(response);
    asked.dispatchEvent(new Event("asked"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  const address = z.object({ port: z.int() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    /** The next request that nobody has answered. */
    async next(): Promise<ServerResponse> {
      if (waiting.length === 0) await once(asked, "asked");
      const response = waiting.shift();
      if (!response) throw new Error("nobody asked");
      return response;
    },
  };
}

async function nightOn(url: string): Promise<Director> {
  const who = await openDirector();
  open.push(who);
  mkdirSync(dirname(who.paths.config), { recursive: true });
  const worker = `{ name: own, kind: openai, model: m, tier: local, baseUrl: "${url}" }`;
  writeFileSync(
    who.paths.config,
    `timeZone: UTC\nworkers:\n  - ${worker}\nsettings: { triesMax: 1 }\n`,
  );
  who.write("TASKS.md", "- [ ] FIX-1 Say two\n      success: grep -q 2 index.js\n");
  who.write("NIGHT-NOTES.md", "# Notes\n\nLeave the tests alone.\n");
  return who;
}

test("a night reads its files, and a second dispatcher is told who leads and since when", async () => {
  const server = await modelServer();
  const who = await nightOn(server.url);
  const night = who.start(["run"]);
  await server.next();
  const status = z.object({ running: z.array(z.object({ name: z.string() })) });
  const { stdout } = await who.nightshift(["status", "--json"]);
  expect(status.parse(JSON.parse(stdout)).running.map(({ name }) => name)).toEqual(["FIX-1"]);
  expect((await who.nightshift(["replay", "--view", "learning"])).stdout).toContain(
    "Leave the tests alone.",
  );
  const second = await who.nightshift(["run"]);
  expect(second.stderr).toMatch(/leads since \d{4}-.*nightshift status/);
  expect(second.code).toBe(1);
  night.signal("SIGINT");
  await night.said("Finishing the current step");
  night.signal("SIGINT");
  await night.answer;
});

test("Ctrl-C finishes the step and says how to go on; a second one stops at once", async () => {
  const server = await modelServer();
  const who = await nightOn(server.url);
  const night = who.start(["run"]);
  await server.next();
  night.signal("SIGINT");
  await night.said("Finishing the current step; again to stop at once.");
  const second = Date.now();
  night.signal("SIGINT");
  const { code, stderr } = await night.answer;
  expect(stderr).toContain("Go on with: nightshift run");
  expect(Date.now() - second).toBeLessThan(6_000);
  expect(code).toBe(2);
  expect((await who.nightshift(["log", "verify"])).code).toBe(0);
});

test("a night in which all failed is a failed one, and says so in its first line", async () => {
  const server = await modelServer();
  const who = await nightOn(server.url);
  const night = who.start(["run"]);
  (await server.next()).writeHead(400, { "content-type": "application/json" }).end('{"error":{}}');
  const { code, stdout } = await night.answer;
  expect(stdout.split("\n")[0]).toContain("Nothing merged");
  expect(code).toBe(1);
  const kept = readFileSync(join(who.paths.results, "night-1", "DIGEST.md"), "utf8");
  expect(kept).toContain("# Night 1: Nothing merged");
  const progress = readFileSync(join(who.paths.results, "PROGRESS-small.md"), "utf8");
  expect(progress).toContain("Say two");
  expect(await who.git("status", "--short")).toBe("?? NIGHT-NOTES.md\n?? TASKS.md");
});

test("a night without anything to do ends at once, and --json tells one object", async () => {
  const who = await nightOn("http://127.0.0.1:9/v1");
  who.write("TASKS.md", "# Nothing\n");
  const { code, stdout } = await who.nightshift(["run", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ night: 1, reason: "backlog-done", exitCode: 0 });
  expect(code).toBe(0);
});

test("what waits for review is shown with its diff, and merged once the director approves", async () => {
  const server = await modelServer();
  const who = await nightOn(server.url);
  const night = who.start(["run"]);
  answer(await server.next(), '<file path="index.js">\nexport const two = 2;\n</file>');
  const criterion = { name: "Does what the task asks", score: 8, quote: "export const two = 2;" };
  const judged = { criteria: [criterion], score: 8, critique: "Say why." };
  answer(await server.next(), JSON.stringify(judged));
  expect((await night.answer).code).toBe(0);
  const { stdout } = await who.nightshift(["review", "FIX-1"]);
  expect(stdout).toContain("+export const two = 2;");
  const approve = stdout.split("\n").find((line) => line.includes("nightshift approve")) ?? "";
  const approved = await who.nightshift(approve.trim().split(" ").slice(1));
  expect(approved.stderr).toContain("Merged into nightshift/main");
  expect(approved.code).toBe(0);
  expect(await who.git("show", "nightshift/main:index.js")).toBe("export const two = 2;");
  expect(who.read("index.js")).toBe("export const one = 1;\n");
  expect((await who.nightshift(["approve", "FIX-1"])).stderr).toContain("nothing waits for you");
  expect((await who.nightshift(["why", "index.js:1"])).stdout).toContain("FIX-1 Say two");
});

/** One streamed answer of the Chat Completions API. */
function answer(response: ServerResponse, content: string): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const chunk = { id: "c", object: "chat.completion.chunk", created: 0, model: "m" };
  const usage = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };
  const chunks = [
    {
      ...chunk,
      choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }],
    },
    { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { ...chunk, choices: [], usage },
  ];
  for (const one of chunks) response.write(`data: ${JSON.stringify(one)}\n\n`);
  response.end("data: [DONE]\n\n");
}
