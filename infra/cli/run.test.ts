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
