import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { wholeNight } from "@nightshift/projections/whole-night";
import { START_MS, type Entry } from "@nightshift/projections/written-log";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { fileBlobs } from "../log/blobs.ts";
import { openDirector, writeHistory, type Director } from "./fixture.ts";

const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

async function director(files?: Readonly<Record<string, string | null>>): Promise<Director> {
  const made = await openDirector(files);
  open.push(made);
  return made;
}

const latched: Entry[] = [
  ["brake-all-1", { type: "brake.engaged", scope: "all", mean: 4, scores: [4, 4] }],
  ["brake-all-1", { type: "brake.canary-started", size: 2, untilMs: START_MS }],
  ["brake-all-1", { type: "brake.latched", mean: 3 }],
];

async function afterANight(): Promise<Director> {
  const who = await director();
  await writeHistory(who, [...wholeNight.slice(0, -1), ...latched, ...wholeNight.slice(-1)]);
  return who;
}

async function ok(who: Director, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await who.nightshift(args);
  expect(stderr).not.toContain("mend it");
  expect(code).toBe(0);
  return stdout;
}

const Task = z.object({ name: z.string(), change: z.string() });
const Added = z.object({
  tasks: z.array(Task),
  previews: z.array(z.object({ name: z.string(), decision: z.string() })),
});
const Listed = z.array(
  z.object({
    order: z.int().nullable(),
    status: z.string(),
    spec: z.object({ name: z.string(), success: z.array(z.unknown()) }),
  }),
);

test("a task that is added twice is one task; another wish of the same name changes it", async () => {
  const who = await director();
  const add = async (...more: string[]) => {
    const told = await ok(who, "add", "Fix it", "--name", "FIX-1", "--json", ...more);
    return Added.parse(JSON.parse(told)).tasks.map(({ change }) => change);
  };
  expect(await add("--success", "npm test")).toEqual(["new"]);
  const head = await who.head();
  expect(await add("--success", "npm test")).toEqual(["same"]);
  expect(await who.head()).toBe(head);
  expect(await add("--success", "npm test", "--priority", "1")).toEqual(["changed"]);
});

test("a backlog file is taken whole, in the order of the night, and what depends waits", async () => {
  const who = await director();
  who.write(
    "TASKS.md",
    [
      "# Tasks",
      "- [ ] FIX-2 P3 Second",
      "      success: npm test",
      "      depends: FIX-1",
      "- [x] FIX-0 Done already",
      "- [ ] FIX-1 P1 First",
      "      success: npm test",
      "- [ ] FIX-3 P2 Third",
      "      success: npm test",
      "",
    ].join("\n"),
  );
  await ok(who, "add", "--from", "TASKS.md");
  const rows = Listed.parse(JSON.parse(await ok(who, "backlog", "--json")));
  expect(rows.map(({ order, spec }) => [order, spec.name])).toEqual([
    [1, "FIX-1"],
    [2, "FIX-3"],
    [null, "FIX-2"],
  ]);
  expect(await ok(who, "backlog")).toContain("after FIX-1");
});

test("an answer to a parked task keeps what it said and comes on top", async () => {
  const who = await afterANight();
  await ok(who, "add", "--task", "vague", "--success", "npm test", "--text", "Only the parser.");
  const rows = Listed.parse(JSON.parse(await ok(who, "backlog", "--json")));
  const vague = rows.find(({ spec }) => spec.name === "vague");
  expect(vague?.status).toBe("proposed");
  expect(vague?.spec.success).toContainEqual({ kind: "command", command: "npm test" });
  const head = await who.head();
  await ok(who, "add", "--task", "vague", "--success", "npm test");
  expect(await who.head()).toBe(head);
});

test("a dry run reads the backlog file and writes nothing", async () => {
  const who = await director();
  who.write("TASKS.md", "- [ ] FIX-1 First\n      success: npm test\n");
  const text = await ok(who, "run", "--dry-run");
  expect(text).toContain("FIX-1");
  expect(await who.head()).toBe(0n);
});

test("status, digest and review read the log and change nothing", async () => {
  const who = await afterANight();
  const head = await who.head();
  expect(await ok(who, "status")).toContain("Night 1 is over");
  const digest = await ok(who, "digest");
  expect(digest.indexOf("For you to decide")).toBeLessThan(digest.indexOf("Merged"));
  expect(await ok(who, "digest", "--markdown")).toContain("# Night 1:");
  expect(await ok(who, "digest", "--events")).toContain("Events");
  expect(await ok(who, "review")).toContain("nightshift approve review-g1");
  expect(await who.head()).toBe(head);
  for (const line of digest.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
});

test("every command that the digest prints is one that the command line takes", async () => {
  const who = await afterANight();
  const printed = await ok(who, "digest", "--json");
  const Decisions = z.object({
    decisions: z.array(z.object({ command: z.string(), otherwise: z.string().nullable() })),
  });
  const { decisions } = Decisions.parse(JSON.parse(printed));
  const commands = decisions.flatMap(({ command, otherwise }) =>
    otherwise === null ? [command] : [command, otherwise],
  );
  expect(commands).toContain("nightshift release all-1");
  for (const command of commands) {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, word]) => quoted ?? word ?? "",
    );
    const { code, stderr } = await who.nightshift(words.slice(1));
    expect(`${command}: ${stderr}`).not.toContain("unknown");
    expect(code).not.toBe(64);
  }
});

test("what is turned down is merged nowhere, and its reason stands in the next prompts", async () => {
  const who = await afterANight();
  await ok(who, "reject", "review", "--why", "Keep the old name.");
  expect(JSON.parse(await ok(who, "review", "--json"))).toEqual([]);
  expect(await ok(who, "replay", "--view", "learning")).toContain("Keep the old name.");
  expect((await who.nightshift(["reject", "review", "--why", "Again."])).code).toBe(1);
});

test("guidance is given once, and never longer than it is heeded", async () => {
  const who = await director();
  await ok(who, "direct", "docs", "Short sentences.");
  const long = await who.nightshift(["direct", "docs", "x".repeat(501)]);
  expect(long.stderr).toContain("501 characters, at most 500");
  expect(long.code).toBe(1);
  expect(await who.head()).toBe(1n);
});

test("why walks from an attempt to the wish, and a body is shown without what commands a terminal", async () => {
  const who = await afterANight();
  const text = await ok(who, "why", "good");
  for (const word of ["integration", "gate", "scores", "prompt", "award", "bids", "proposal"]) {
    expect(text).toContain(`${word}: `);
  }
  const sha256 = await fileBlobs(who.paths.blobs).put("first\u001b[2J\u001b]0;title\u0007 last");
  expect(await ok(who, "why", sha256)).not.toContain("\u001b");
});

test("live views equal rebuilt ones, and a changed row of a table is named", async () => {
  const who = await afterANight();
  await ok(who, "replay", "--check");
  const db = new DatabaseSync(who.paths.tables);
  db.exec("UPDATE tasks SET title = 'another' WHERE task = 'good'");
  db.close();
  const { code, stderr } = await who.nightshift(["replay", "--check"]);
  expect(stderr).toContain("tasks.good.title");
  expect(code).toBe(1);
});

test("init writes what it found, once, and never over a file that is there", async () => {
  const who = await director({ "nightshift.config.yaml": null, "package-lock.json": "{}" });
  who.write(
    "package.json",
    '{ "scripts": { "test": "vitest run" }, "devDependencies": { "vitest": "5" } }',
  );
  await ok(who, "init");
  const settings = who.read("nightshift.config.yaml");
  expect(settings).toContain("\ntest: npm test\n");
  expect(settings).toContain("\nprepare: npm ci\n");
  expect(existsSync(who.paths.config)).toBe(false);
  who.write("nightshift.config.yaml", "test: make\n");
  who.env["ANTHROPIC_API_KEY"] = "not-a-key";
  expect(await ok(who, "init")).toContain("which is there already");
  expect(who.read("nightshift.config.yaml")).toBe("test: make\n");
  const own = readFileSync(who.paths.config, "utf8");
  expect(own).toContain("apiKeyEnv: ANTHROPIC_API_KEY");
  expect(own).not.toContain("not-a-key");
  await ok(who, "backlog");
});

test("doctor says what is missing with the command that mends it, and how bad it is", async () => {
  const who = await director();
  const nobody = await who.nightshift(["doctor"]);
  expect(nobody.stdout).toContain("none is set up");
  expect(nobody.code).toBe(4);
  mkdirSync(dirname(who.paths.config), { recursive: true });
  writeFileSync(
    who.paths.config,
    "workers:\n  - { name: own, kind: openai, model: m, tier: local, baseUrl: 'http://127.0.0.1:1/v1' }\n",
  );
  expect((await who.nightshift(["doctor"])).code).toBe(0);
  writeFileSync(who.paths.config, "workers: 3\n");
  const broken = await who.nightshift(["doctor", "--repo", join(who.root, "nowhere")]);
  expect(broken.stdout).toContain(`${who.paths.config}:1: workers:`);
  expect(broken.stdout).toContain("there is no such folder");
  expect(broken.code).toBe(1);
});

test("an invitation is shown once; the house keeps its sha256 alone, for its owner alone", async () => {
  const who = await director();
  const token = (await ok(who, "agents", "invite", "scout")).trim();
  expect(token.length).toBeGreaterThan(40);
  expect(statSync(who.paths.guests).mode & 0o777).toBe(0o600);
  expect(readFileSync(who.paths.guests, "utf8")).not.toContain(token);
  expect((await who.nightshift(["agents", "invite", "planner"])).stderr).toContain(
    "a name of the house",
  );
});
