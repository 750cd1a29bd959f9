import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { wholeNight } from "@nightshift/projections/whole-night";
import type { Entry } from "@nightshift/projections/written-log";
import { afterEach, expect, test } from "vitest";
import { openDirector, writeHistory, type Director } from "./fixture.ts";

const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

async function director(entries: readonly Entry[] = []): Promise<Director> {
  const made = await openDirector();
  open.push(made);
  if (entries.length > 0) await writeHistory(made, entries);
  return made;
}

test("a log goes from one director to another as a file, and is as it was written", async () => {
  const [from, to] = [await director(wholeNight), await director()];
  const file = join(from.root, "night.ndjson");
  const exported = await from.nightshift(["log", "export", "--out", file, "--json"]);
  expect(JSON.parse(exported.stdout)).toMatchObject({ events: wholeNight.length });
  expect(await to.nightshift(["log", "import", file])).toMatchObject({ code: 0 });
  expect((await to.nightshift(["log", "verify"])).code).toBe(0);
  expect((await to.nightshift(["log", "export"])).stdout).toBe(readFileSync(file, "utf8"));
  expect((await to.nightshift(["replay", "--check"])).code).toBe(0);
  const again = await to.nightshift(["log", "import", file]);
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("holds events already"),
  });
});

test("an export is written whole or not at all, and over nothing", async () => {
  const who = await director(wholeNight);
  const file = join(who.root, "night.csv");
  writeFileSync(file, "mine");
  const args = ["log", "export", "--format", "csv", "--out", file];
  const { code, stderr } = await who.nightshift(args);
  expect(code).toBe(1);
  expect(stderr).toMatch(/there is such a file already\n {2}mend it: rm /);
  expect(readFileSync(file, "utf8")).toBe("mine");
});

test("a part of a log is exported by time, type and stream, and is no whole log", async () => {
  const [from, to] = [await director(wholeNight), await director()];
  const range = ["--from", "shift 1 start", "--type", "task.*"];
  const part = await from.nightshift(["log", "export", ...range]);
  const lines = part.stdout.trim().split("\n");
  const kinds = lines.map((line) => String(JSON.parse(line).type).split(".")[0]);
  expect(new Set(kinds)).toEqual(new Set(["task"]));
  const file = join(from.root, "part.ndjson");
  writeFileSync(file, part.stdout);
  const { code, stderr } = await to.nightshift(["log", "import", file]);
  expect(code).toBe(1);
  expect(stderr).toContain("part.ndjson line 1: position");
});

test("an import says which file or line it cannot use", async () => {
  const who = await director();
  const missing = await who.nightshift(["log", "import", "nothing.ndjson"]);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("no such file") });
  const empty = await who.nightshift(["log", "import", "-"]);
  expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining("nothing in it") });
});

test("SQL answers for people, for programs and for spreadsheets", async () => {
  const who = await director(wholeNight);
  const ask = (sql: string, ...more: string[]) => who.nightshift(["log", "query", sql, ...more]);
  const sql = "SELECT task, outcome FROM tasks WHERE status = 'done' ORDER BY task";
  expect((await ask(sql)).stdout).toMatch(/^task +outcome\nagain +merged\ngood +merged\n/);
  const [first] = JSON.parse((await ask(sql, "--json")).stdout);
  expect(first).toEqual({ task: "again", outcome: "merged" });
  expect((await ask(sql, "--csv")).stdout).toMatch(/^task,outcome\r\nagain,merged\r\n/);
  const cut = await ask("SELECT position FROM events", "--rows", "2", "--json");
  expect(JSON.parse(cut.stdout)).toHaveLength(2);
  expect(cut.stderr).toContain("Only the first 2 rows");
  expect(JSON.parse((await ask("SELECT 1 WHERE false", "--json")).stdout)).toEqual([]);
  const wrong = await ask("SELECT * FORM tasks");
  expect(wrong).toMatchObject({ code: 1, stdout: "" });
  expect(wrong.stderr).toMatch(/^line 1, column 10: near "FORM": syntax error\n/);
});

test("the views explain themselves", async () => {
  const who = await director();
  const { stdout } = await who.nightshift(["log", "query", "--schema"]);
  expect(stdout).toMatch(/^events\n {2}one row an event/);
  expect(stdout).toContain("cost_micro_usd");
  const one = await who.nightshift(["log", "query", "--schema", "spend", "--json"]);
  expect(JSON.parse(one.stdout)).toMatchObject([{ view: "spend" }]);
});

test("a night is compared with another in words, with the events behind where asked", async () => {
  const who = await director(wholeNight);
  const same = await who.nightshift(["diff", "night", "1", "1"]);
  expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining("Night 1 against") });
  const events = await who.nightshift(["diff", "night", "1", "1", "--events"]);
  expect(events.stdout).toMatch(/\ne1 [0-9a-f-]{36} [a-z.-]+ at \d+/);
  const none = await who.nightshift(["diff", "night", "1", "9"]);
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("no night 9") });
});

test("views are shown as they were, and what changed between two places", async () => {
  const who = await director(wholeNight);
  const replay = (...more: string[]) => who.nightshift(["replay", ...more]);
  const backlog = async (...more: string[]) =>
    JSON.parse((await replay("--view", "backlog", ...more)).stdout);
  expect((await backlog("--to", "shift 1 start")).tasks.good.status).toBe("open");
  expect((await backlog()).tasks.good).toBeUndefined();
  const tables = await replay("--view", "scores", "--to", "shift 1 start");
  expect(JSON.parse(tables.stdout)).toEqual({ attempts: {} });
  const diff = await replay("--diff", "shift 1 start", "shift 1", "--view", "backlog");
  expect(diff.stdout).toMatch(/^ {2}- backlog\.tasks\.good {2}\{/m);
  expect(diff.stdout).toMatch(/^ {2}\+ backlog\.closed\.good {2}\{/m);
  const json = await replay("--diff", "0", "now", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({ from: "0", views: expect.any(Array) });
  expect((await replay("--diff", "1", "1")).stderr).toContain("No view is another");
  expect((await replay("--diff", "1")).stderr).toContain("two places of the log");
});

test("what was moved into the archive is exported and asked as before", async () => {
  const start = wholeNight.find(([, event]) => event.type === "shift.started");
  const next = start ? [{ ...start[1], number: 2 }].map((event): Entry => [start[0], event]) : [];
  const who = await director([...wholeNight, ...next]);
  const before = (await who.nightshift(["log", "export"])).stdout;
  const archived = await who.nightshift(["log", "archive"]);
  expect(archived, archived.stderr).toMatchObject({ code: 0 });
  expect((await who.nightshift(["log", "export"])).stdout).toBe(before);
  const sql = "SELECT count(*) AS n, min(position) AS first FROM events";
  const asked = await who.nightshift(["log", "query", sql, "--json"]);
  expect(JSON.parse(asked.stdout)).toEqual([{ n: wholeNight.length + 1, first: 1 }]);
});
