import { expect, test } from "vitest";
import { backlog, CLOSED_KEPT } from "./backlog.ts";
import { begun, failed, merged, proposed, returned, specOf } from "./example-night.ts";
import { viewOf, writeLog, START_MS, type Entry } from "./written-log.ts";

const see = (...entries: Entry[]) => viewOf(backlog, writeLog(entries));
const task = (event: Entry[1]): Entry => ["task-a", event];

test("a proposed task waits until it is admitted", () => {
  const spec = specOf("a");
  expect(see(task({ type: "task.proposed", spec })).tasks.get("a")).toMatchObject({
    status: "proposed",
    spec,
    proposedAtMs: START_MS,
    epoch: 0,
  });
  expect(see(...proposed("a")).tasks.get("a")?.status).toBe("open");
});

test("a claim names its generation and epoch, and when it was made", () => {
  const row = see(...proposed("a"), ...begun("a", 3)).tasks.get("a");
  expect(row).toMatchObject({ status: "claimed", generation: 3, epoch: 1 });
  expect(row?.claimedAtMs).toBe(START_MS + 2 * 60_000);
});

test("a task that comes back with a critique is open, keeps it, and has used a try", () => {
  const row = see(...proposed("a"), ...begun("a"), ...returned("a", 1, "Too slow.")).tasks.get("a");
  expect(row).toMatchObject({ status: "open", critique: "Too slow.", tries: 1, claimedAtMs: null });
});

test("a limit, a conflict, a lost and a cancelled worker use no try; a failure does", () => {
  for (const reason of ["deferred", "conflict", "lost", "cancelled"] as const) {
    const back = task({ type: "task.released", generation: 1, reason, untilMs: 5 });
    const row = see(...proposed("a"), ...begun("a"), back).tasks.get("a");
    expect(row).toMatchObject({ status: "open", tries: 0, notBeforeMs: 5 });
  }
  expect(see(...proposed("a"), ...begun("a"), ...failed("a")).tasks.get("a")?.tries).toBe(1);
});

test("a parked task shows its question until it is written anew", () => {
  const park = task({ type: "task.parked", reason: "vague", question: "Which parser?" });
  const amend = task({ type: "task.amended", spec: specOf("a", { title: "The JSON parser" }) });
  expect(see(...proposed("a"), park).tasks.get("a")?.question).toBe("Which parser?");
  expect(see(...proposed("a"), park, amend).tasks.get("a")).toMatchObject({
    status: "proposed",
    question: null,
    spec: { title: "The JSON parser" },
  });
});

test("what is done, refused or given up leaves the backlog and keeps its title", () => {
  const refuse = task({ type: "task.refused", reason: "duplicate", evidence: ["b"] });
  const abandon = task({ type: "task.abandoned", reason: "3 tries" });
  for (const [end, closed] of [
    [merged("a"), { status: "done", outcome: "merged" }],
    [[refuse], { status: "refused", outcome: "duplicate" }],
    [[abandon], { status: "abandoned", outcome: "3 tries" }],
  ] as const) {
    const view = see(...proposed("a"), ...begun("a"), ...end);
    expect(view.tasks.size).toBe(0);
    expect(view.closed.get("a")).toEqual({ title: "Title of a", ...closed });
  }
});

test("of closed tasks the latest are kept, and older ones that an open task waits for", () => {
  const many = Array.from({ length: 5 * CLOSED_KEPT }, (_, n) => `t${n}`);
  const given = many.flatMap((name): Entry[] => [
    [`task-${name}`, { type: "task.proposed", spec: specOf(name) }],
    [`task-${name}`, { type: "task.abandoned", reason: "not now" }],
  ]);
  const waits: Entry = [
    "task-late",
    { type: "task.proposed", spec: specOf("late", { dependsOn: ["t3"] }) },
  ];
  const { tasks, closed } = see(waits, ...given);
  expect(closed.size).toBeLessThan(2 * CLOSED_KEPT);
  expect(many.slice(-CLOSED_KEPT).every((name) => closed.has(name))).toBe(true);
  expect(closed.get("t3")).toMatchObject({ status: "abandoned" });
  expect(closed.has("t4")).toBe(false);
  expect([...tasks.keys()]).toEqual(["late"]);
});

test("a split task waits for its children", () => {
  const split = task({ type: "task.split", children: ["b", "c"], reason: "too long" });
  const view = see(...proposed("a"), ...begun("a"), split, ...proposed("b", { parent: "a" }));
  expect(view.tasks.get("a")).toMatchObject({ status: "split", children: ["b", "c"] });
  expect(view.tasks.get("b")?.parent).toBe("a");
});

test("an event about a task that nobody proposed changes nothing", () => {
  expect(see(...returned("a"), ...begun("a"), ...merged("a"))).toEqual(backlog.initial());
});
