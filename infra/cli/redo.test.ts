import {
  begun,
  failed,
  inReview,
  merged,
  proposed,
  worked,
} from "@nightshift/projections/example-night";
import type { Entry } from "@nightshift/projections/written-log";
import { afterEach, expect, test } from "vitest";
import { openDirector, writeHistory, type Director } from "./fixture.ts";

const TEST_MS = 60_000;
const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

async function after(...entries: Entry[]): Promise<Director> {
  const made = await openDirector();
  open.push(made);
  await writeHistory(made, entries);
  return made;
}

const redo = (who: Director, task: string, note: string) =>
  who.nightshift(["redo", task, "--note", note]);

/** What was said of a stream since, the newest last. */
async function told(who: Director, stream: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await who.nightshift(["log", "export", "--stream", stream]);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line).data);
}

const NOTE = "Take the bounds as an object.";

test(
  "what waits for review is turned down, and its task is open again with the note",
  { timeout: TEST_MS },
  async () => {
    const who = await after(...proposed("a"), ...begun("a"), ...worked("a"), ...inReview("a"));
    const { code, stderr } = await redo(who, "a-g1", NOTE);
    expect(code, stderr).toBe(0);
    expect((await told(who, "review-a-g1")).at(-1)).toMatchObject({
      type: "review.rejected",
      why: NOTE,
    });
    expect((await told(who, "task-a")).at(-1)).toMatchObject({
      type: "task.reopened",
      by: "director",
      critique: NOTE,
    });
    // Said twice it is done again once.
    const before = await who.head();
    expect((await redo(who, "a", NOTE)).code).toBe(0);
    expect(await who.head()).toBe(before);
  },
);

test(
  "what was given up is open again; what waits in the backlog is told the note besides",
  { timeout: TEST_MS },
  async () => {
    const who = await after(
      ...proposed("a"),
      ...begun("a"),
      ...failed("a"),
      ["task-a", { type: "task.abandoned", reason: "abandoned after 1 try" }],
      ...proposed("b"),
    );
    for (const task of ["a", "b"]) {
      const { code, stderr } = await redo(who, task, NOTE);
      expect(code, stderr).toBe(0);
    }
    expect((await told(who, "task-a")).at(-1)).toMatchObject({ critique: NOTE });
    expect((await told(who, "task-b")).at(-1)).toMatchObject({
      type: "task.amended",
      spec: { text: `Do it.\n\n${NOTE}` },
    });
  },
);

test(
  "what was merged and stands is undone first, and what is in work is waited for",
  { timeout: TEST_MS },
  async () => {
    const who = await after(
      ...registered,
      ...proposed("a"),
      ...begun("a"),
      ...worked("a"),
      ...merged("a"),
      ...proposed("b"),
      ...begun("b"),
    );
    const head = await who.head();
    const stands = await redo(who, "a", NOTE);
    expect(stands.stderr).toContain("nightshift undo merge a-g1");
    const busy = await redo(who, "b", NOTE);
    expect(busy.stderr).toContain("being worked on right now");
    const empty = await redo(who, "a", "…");
    expect(empty.stderr).toContain("an empty note helps nobody");
    const long = await redo(who, "a", "x".repeat(501));
    expect(long.stderr).toContain("501 characters, at most 500");
    expect([stands, busy, empty, long].map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    expect(await who.head()).toBe(head);
  },
);

const registered: Entry[] = [
  [
    "repo-lib-1",
    {
      type: "repo.registered",
      name: "lib",
      path: "/nowhere",
      target: "nightshift/main",
      testCommand: "npm test",
      policy: "when-green",
    },
  ],
];
