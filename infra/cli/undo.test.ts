import { createHash } from "node:crypto";
import { begun, failed, inReview, proposed, worked } from "@nightshift/projections/example-night";
import { START_MS, type Entry } from "@nightshift/projections/written-log";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { openDirector, writeHistory, type Director } from "./fixture.ts";

const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

async function after(...entries: Entry[]): Promise<Director> {
  const made = await openDirector();
  open.push(made);
  await writeHistory(made, entries);
  return made;
}

const Done = z.object({ status: z.string(), text: z.string(), type: z.string() });

async function undo(who: Director, ...what: string[]) {
  const { code, stdout, stderr } = await who.nightshift(["undo", ...what, "--json"]);
  const done = stdout === "" ? null : Done.parse(JSON.parse(stdout));
  return { code, status: done?.status, text: done?.text, type: done?.type, stderr };
}

/** The types of a stream's events, and what the latest of them says. */
async function stream(who: Director, name: string) {
  const { stdout } = await who.nightshift(["log", "export", "--stream", name]);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { types: events.map(({ type }) => type), last: events.at(-1) };
}

test("guidance that is withdrawn reaches no prompt any more; a second time changes nothing", async () => {
  const who = await after();
  await who.nightshift(["direct", "bugfix", "Test the edges."]);
  expect(await undo(who, "direct", "bugfix")).toMatchObject({ code: 0, status: "undone" });
  expect(await undo(who, "direct", "bugfix")).toMatchObject({ code: 0, status: "already" });
  const learning = await who.nightshift(["replay", "--view", "learning"]);
  expect(JSON.parse(learning.stdout)).toMatchObject({ guidance: { bugfix: [] } });
});

test("what was parked is admitted on the director's word", async () => {
  const parked: Entry = [
    "task-a",
    { type: "task.parked", reason: "vague", question: "Better how?" },
  ];
  const who = await after(...proposed("a"), parked);
  expect(await undo(who, "a")).toMatchObject({ status: "undone", type: "task.parked" });
  expect((await stream(who, "task-a")).last).toMatchObject({
    actor: "director",
    data: { type: "task.admitted", by: "director" },
  });
  expect(await undo(who, "a")).toMatchObject({ code: 0, status: "already" });
});

test("what was refused or given up is open again, and runs when a night comes", async () => {
  const who = await after(
    ...proposed("a"),
    ["task-a", { type: "task.refused", reason: "duplicate", evidence: ["b"] }],
    ...proposed("b"),
    ...begun("b"),
    ...failed("b"),
    ["task-b", { type: "task.abandoned", reason: "abandoned after 1 try" }],
  );
  for (const task of ["a", "b"]) {
    expect(await undo(who, task)).toMatchObject({ status: "undone" });
    expect(await undo(who, task)).toMatchObject({ code: 0, status: "already" });
  }
  const listed = JSON.parse((await who.nightshift(["backlog", "--json"])).stdout);
  expect(listed).toMatchObject([
    { status: "open", task: "a" },
    { status: "open", task: "b", generation: 1 },
  ]);
  expect((await who.nightshift(["replay", "--check"])).code).toBe(0);
});

test("what was added is taken out of the backlog, and not put back by a second undo", async () => {
  const who = await after(...proposed("a"));
  expect(await undo(who, "add", "a")).toMatchObject({ status: "undone", type: "task.proposed" });
  expect(await undo(who, "a")).toMatchObject({ code: 0, status: "already" });
  expect((await stream(who, "task-a")).types.at(-1)).toBe("task.abandoned");
});

test("a brake that was released is on again, as it was", async () => {
  const who = await after(
    ["brake-all-1", { type: "brake.engaged", scope: "all", mean: 4, scores: [4, 4] }],
    ["brake-all-1", { type: "brake.canary-started", size: 2, untilMs: START_MS }],
    ["brake-all-1", { type: "brake.latched", mean: 3 }],
  );
  await who.nightshift(["release", "all"]);
  expect(await undo(who, "release", "all-1")).toMatchObject({ status: "undone" });
  expect(await undo(who, "release", "all-1")).toMatchObject({ code: 0, status: "already" });
  expect((await who.nightshift(["digest"])).code).toBe(1);
  expect((await stream(who, "brake-all-1")).types.slice(-2)).toEqual([
    "brake.engaged",
    "brake.latched",
  ]);
});

test("a rejection that is taken back waits again, and teaches nobody", async () => {
  const who = await after(...proposed("a"), ...begun("a"), ...worked("a"), ...inReview("a"));
  await who.nightshift(["reject", "a", "--why", "Name the units."]);
  expect(await undo(who, "reject", "a")).toMatchObject({ status: "undone" });
  const waiting = JSON.parse((await who.nightshift(["review", "--json"])).stdout);
  expect(waiting).toMatchObject([{ attempt: "a-g1" }]);
  const learning = await who.nightshift(["replay", "--view", "learning"]);
  expect(JSON.parse(learning.stdout)).toMatchObject({ reflections: { capability: [] } });
  expect(await undo(who, "reject", "a")).toMatchObject({ code: 0, status: "already" });
});

test("a task that was changed says again what it said before", async () => {
  const who = await after(...proposed("a"));
  await who.nightshift(["add", "--task", "a", "--text", "And be quick."]);
  expect(await undo(who, "a")).toMatchObject({ status: "undone", type: "task.amended" });
  expect((await stream(who, "task-a")).last.data.spec.text).toBe("Do it.");
});

test("what cannot be undone is refused with the reason and another way", async () => {
  const who = await after(...proposed("a"), ...begun("a"), ...worked("a"));
  const named = await who.nightshift(["log", "export", "--type", "attempt.executed"]);
  const { position } = JSON.parse(named.stdout);
  const { code, stderr } = await undo(who, String(position));
  expect(code).toBe(1);
  expect(stderr).toMatch(/attempt\.executed cannot be undone: what an attempt did stays done/);
  expect(stderr).toContain("mend it: ");
  expect(await undo(who, "nonsense")).toMatchObject({ code: 1 });
});

test("what there is to undo is listed, the latest first, without what is over", async () => {
  const who = await after(...proposed("a"), ...proposed("b"));
  await who.nightshift(["direct", "bugfix", "Test the edges."]);
  await undo(who, "add", "a");
  const listed = JSON.parse((await who.nightshift(["undo", "--json"])).stdout);
  expect(listed.map(({ what }: { what: string }) => what)).toEqual([
    "guidance for bugfix: Test the edges.",
  ]);
});

test("a body that is erased is gone, and the log says when and why", async () => {
  const who = await after(...proposed("a"), ...begun("a"), ...worked("a"));
  const { fileBlobs } = await import("../log/blobs.ts");
  const text = "key sk-ant-nothing\u001b[2J a customer's name";
  const sha256 = await fileBlobs(who.paths.blobs).put(text);
  expect(sha256).toBe(createHash("sha256").update(text).digest("hex"));
  const shown = await who.nightshift(["log", "blob", sha256]);
  expect(shown.stdout).toBe("key sk-ant-nothing a customer's name\n");
  expect((await who.nightshift(["log", "blob", sha256, "--erase"])).stderr).toContain(
    "without a reason",
  );
  const erased = await who.nightshift(["log", "blob", sha256, "--erase", "--why", "a customer"]);
  expect(erased).toMatchObject({ code: 0, stderr: expect.stringContaining("Erased") });
  expect(await who.nightshift(["log", "blob", sha256, "--erase", "--why", "x"])).toMatchObject({
    code: 0,
  });
  for (const verb of [
    ["why", sha256],
    ["log", "blob", sha256],
  ]) {
    const { code, stderr } = await who.nightshift(verb);
    expect(code).toBe(1);
    expect(stderr).toMatch(/was erased .* by director: a customer/);
  }
  expect((await who.nightshift(["log", "verify"])).code).toBe(0);
  expect((await stream(who, `blob-${sha256}`)).types).toEqual(["blob.erased"]);
});

test("a body of a task in work is not erased under its feet", async () => {
  const claimed = [...proposed("a"), ...begun("a")];
  const who = await after(...claimed, ...worked("a").slice(0, 1));
  const { fileBlobs } = await import("../log/blobs.ts");
  const sha256 = await fileBlobs(who.paths.blobs).put("kept");
  const named: Entry = [
    "call-a",
    {
      type: "call.sent",
      from: "x",
      to: "y",
      skill: "plan",
      task: "a",
      attempt: null,
      request: sha256,
    },
  ];
  await writeHistory(who, []);
  const store = await (await import("../log/sqlite/store.ts")).openLog(who.paths.log);
  const pending = {
    id: "call-1",
    atMs: 1,
    actor: "d",
    causation: null,
    correlation: "a",
    event: named[1],
  };
  await store.append(named[0], [pending], { revision: 0, timeoutMs: 1_000 });
  await store.close();
  const { code, stderr } = await who.nightshift(["log", "blob", sha256, "--erase", "--why", "x"]);
  expect(code).toBe(1);
  expect(stderr).toContain("a is in work and may need it");
});
