import { wholeNight } from "@nightshift/projections/whole-night";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { openDirector, writeHistory, type Director } from "../fixture.ts";

const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

const Report = z.object({
  judges: z.array(
    z.object({ judged: z.number(), agreement: z.object({ n: z.number() }).nullable() }),
  ),
});
const Mentored = z.object({
  graded: z.array(z.object({ attempt: z.string(), score: z.number() })),
  guided: z.array(z.object({ category: z.string(), text: z.string() })),
  problems: z.array(z.object({ line: z.number(), text: z.string() })),
});

async function afterANight(): Promise<Director> {
  const who = await openDirector();
  open.push(who);
  await writeHistory(who, wholeNight);
  return who;
}

async function told<T>(who: Director, schema: z.ZodType<T>, ...args: string[]): Promise<T> {
  const { stdout, stderr } = await who.nightshift([...args, "--json"]);
  expect(stderr).toBe("");
  return schema.parse(JSON.parse(stdout));
}

test("a grade is in the log, and the report holds the judge against it (C22)", async () => {
  const who = await afterANight();
  const before = await told(who, Report, "assess");
  expect(before.judges.every(({ agreement }) => agreement === null)).toBe(true);
  const { code } = await who.nightshift(["assess", "again", "--score", "6.5", "--note", "Fine."]);
  expect(code).toBe(0);
  const after = await told(who, Report, "assess", "--report");
  expect(after.judges.map(({ agreement }) => agreement?.n ?? 0)).toContain(1);
  const head = await who.head();
  await who.nightshift(["assess", "again", "--score", "6.5", "--note", "Fine."]);
  expect(await who.head()).toBe(head);
});

test("a mentor's reply from a file grades and guides, and tells the lines that it could not use (B11)", async () => {
  const who = await afterANight();
  who.write(
    "reply.md",
    "## again\nScore: 7/10\nName the units.\n## category: ops\nBe brief.\n## NO-SUCH\nScore: 3\n",
  );
  const done = await told(who, Mentored, "assess", "--reply", "reply.md");
  expect(done.graded.map(({ score }) => score)).toEqual([7]);
  expect(done.guided.map(({ text }) => text)).toEqual(["Name the units.", "Be brief."]);
  expect(done.problems).toEqual([{ line: 6, text: "NO-SUCH: there is no such task" }]);
  const head = await who.head();
  await told(who, Mentored, "assess", "--reply", "reply.md");
  expect(await who.head()).toBe(head);
});

test("too few grades calibrate nothing, and it says how many are missing", async () => {
  const who = await afterANight();
  const { code, stdout } = await who.nightshift(["assess", "--calibrate"]);
  expect(code).toBe(0);
  expect(stdout).toContain("20 more");
  expect(stdout).toContain("nightshift assess");
});

test("what is no grade, and a file that is not there, is told in one line with what mends it", async () => {
  const who = await afterANight();
  for (const args of [
    ["assess", "again"],
    ["assess", "again", "--score", "11"],
    ["assess", "--reply", "nowhere.md"],
  ]) {
    const { code, stderr } = await who.nightshift(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]+: [^\n]+\n {2}mend it: nightshift assess [^\n]+\n$/);
  }
});
