import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openDirector, type Director } from "../fixture.ts";

const WALL_MS = 60_000;
let who: Director;
let log: string;

beforeAll(async () => {
  who = await openDirector();
  log = join(who.root, "days.sqlite");
  const lived = await who.nightshift(["sim", "days", "2", "--tasks", "30", "--keep", log]);
  expect(lived).toMatchObject({ code: 0 });
  expect(lived.stdout).toContain("Live views equal rebuilt ones.");
}, WALL_MS);
afterAll(() => who.close());

const ask = (...args: string[]) => who.nightshift(["--log", log, ...args]);

const Status = z.object({
  frozen: z.boolean(),
  attempts: z.number(),
  categories: z.array(z.object({ category: z.string(), living: z.number() })),
  tried: z.array(z.object({ policy: z.string(), key: z.string() })),
});

async function status() {
  const { stdout } = await ask("evolve", "status", "--json");
  return Status.parse(JSON.parse(stdout));
}

test("status tells what lives and what is tried, explain the story of each", async () => {
  const { attempts, categories, tried } = await status();
  expect(attempts).toBeGreaterThan(40);
  expect(categories.length).toBeGreaterThan(5);
  const [first] = tried;
  const told = await ask("evolve", "explain", first?.policy ?? "");
  expect(told.stdout).toContain(`asked for ${first?.key}`);
  expect(told.stdout).toContain("It was tried on 30 % of the attempts");
  const lineage = await ask("evolve", "lineage", "capability");
  expect(lineage.stdout).toMatch(/capability-neutral-\w+ {2}generalists/);
  const [genome = ""] = /^ {2}\S+/m.exec(lineage.stdout) ?? [];
  const story = await ask("evolve", "explain", genome.trim());
  expect(story.stdout).toMatch(/On 2026-01-\d\d it/);
});

test("what if: what the log determines, and what it only hints at, are told apart", async () => {
  const policy = join(who.root, "policy.yaml");
  writeFileSync(policy, "rules:\n  - { outputs: [report], models: [sonnet] }\n");
  const { stdout, code } = await who.nightshift([
    "sim",
    "--log",
    log,
    "--policy",
    policy,
    "--schedule",
    "two-hourly",
  ]);
  expect(code).toBe(0);
  expect(stdout).toContain("Determined by the log");
  expect(stdout).toContain("Estimated from the log");
  expect(stdout).toMatch(/It rests on \d+ decisions; \d+ % of what was done/);
});

test("freeze is a setting of the director's; taken off, the rest of the settings stays", async () => {
  const path = who.paths.config;
  expect((await ask("evolve", "freeze")).code).toBe(0);
  expect(readFileSync(path, "utf8")).toContain("evolutionFrozen: 1");
  expect((await status()).frozen).toBe(true);
  expect((await ask("evolve", "freeze", "--off")).code).toBe(0);
  expect(readFileSync(path, "utf8")).not.toContain("evolutionFrozen");
  expect((await status()).frozen).toBe(false);
});

test("reset asks first; then nothing is tried any more and nobody lives", async () => {
  const before = await status();
  const refused = await ask("evolve", "reset");
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain("nightshift evolve reset --yes");
  expect(await status()).toEqual(before);
  expect((await ask("evolve", "reset", "--yes")).code).toBe(0);
  const after = await status();
  expect(after.tried).toEqual([]);
  expect(after.categories.every(({ living }) => living === 0)).toBe(true);
});

test.each([
  [["sim"], "nothing else was asked for"],
  [["sim", "--schedule", "daily"], "no such schedule"],
  [["sim", "--policy", "nowhere.yaml"], "cannot be read"],
  [["sim", "--router", "boldness"], "names and numbers"],
  [["sim", "--router", "boldness=9"], "boldness"],
  [["sim", "days", "9999"], "at most 366 days"],
  [["sim", "--router", "boldness=0"], "no night"],
  [["evolve", "explain", "nobody"], "no genome or change"],
  [["evolve", "lineage", "nowhere"], "no genomes of that category"],
])("%j is refused in a line that says how to mend it", async (args, words) => {
  const { code, stderr } = await who.nightshift(args);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(stderr).toContain("mend it:");
});
